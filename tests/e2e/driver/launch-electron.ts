// Starts the built program in real Electron, through Playwright.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { _electron, expect, type Page } from '@playwright/test';
import type { WindowRole } from '../../../ipc/contract/contract.ts';
import { onlyStandIn } from './electron-binary.ts';
import type { LaunchOptions, RunningApp } from './running-app.ts';

export async function launchElectron(executablePath: string, options: LaunchOptions): Promise<RunningApp> {
  const { home } = options;
  const dataDirectory = join(home, 'userData');
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
  const app = await _electron.launch({
    executablePath,
    args: [resolve('.'), `--user-data-dir=${dataDirectory}`, ...(options.args ?? [])],
    env: {
      ...(process.env as Record<string, string>),
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_RUNTIME_DIR: join(home, 'run'),
      ...options.env,
    },
    colorScheme: options.isDark ? 'dark' : 'light',
  });
  let output = '';
  const child = app.process();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((found) => child.once('exit', found));
  const pages = (role: WindowRole): Page[] =>
    app.windows().filter((page) => page.url().startsWith(`app://${role}/`));
  const page = async (role: WindowRole): Promise<Page> => {
    await expect.poll(() => pages(role).length, { message: `a ${role} window` }).toBe(1);
    return pages(role)[0] as Page;
  };
  return {
    home,
    socketPath: join(home, 'run', 'sallyport', 'agent.sock'),
    dataDirectory,
    pages,
    page,
    desktop: () => Promise.reject(new Error(onlyStandIn)),
    async showKeys() {
      await app.evaluate(({ app: main }) => main.emit('second-instance', {}, [], '', {}));
      return await page('keys');
    },
    async quit() {
      await app.evaluate(({ app: main }) => main.quit());
      return await ended;
    },
    kill: () => app.close(),
    output: () => output,
  };
}
