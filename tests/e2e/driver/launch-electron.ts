// Starts the built program in real Electron, through Playwright.
import { resolve } from 'node:path';
import { _electron, type Page } from '@playwright/test';
import type { WindowRole } from '../../../ipc/contract/request.ts';
import { makeAppPlace } from './app-place.ts';
import { onlyStandIn } from './electron-binary.ts';
import type { LaunchOptions, RunningApp } from './running-app.ts';
import { pageOf } from './window-page.ts';

const quitTimeoutMs = 10_000;

export async function launchElectron(executablePath: string, options: LaunchOptions): Promise<RunningApp> {
  const { home } = options;
  const { socketPath, dataDirectory, env } = makeAppPlace(home);
  const app = await _electron.launch({
    executablePath,
    args: [resolve('.'), `--user-data-dir=${dataDirectory}`, ...(options.args ?? [])],
    env: { ...(process.env as Record<string, string>), ...env, ...options.env },
    colorScheme: options.isDark ? 'dark' : 'light',
  });
  let output = '';
  const child = app.process();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((found) => child.once('exit', found));
  const pages = (role: WindowRole): Page[] =>
    app.windows().filter((page) => page.url().startsWith(`app://${role}/`));
  const page = pageOf(pages, options);
  return {
    home,
    socketPath,
    dataDirectory,
    pages,
    page,
    desktop: () => Promise.reject(new Error(onlyStandIn)),
    async showKeys() {
      await app.evaluate(({ app: main }) => main.emit('second-instance', {}, [], '', {}));
      return await page('keys');
    },
    async quit() {
      // It may be gone before it has answered.
      await app.evaluate(({ app: main }) => main.quit()).catch(() => {});
      return await ended;
    },
    async kill() {
      // To quit may want a person's answer; and the next start, by whichever test, wants pipes and lock free.
      const lastResort = setTimeout(() => child.kill('SIGKILL'), quitTimeoutMs);
      await app.close().catch(() => {});
      await ended;
      clearTimeout(lastResort);
    },
    output: () => output,
  };
}
