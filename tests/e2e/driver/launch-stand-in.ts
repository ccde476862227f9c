// Starts the built program in Node, with the stand-in for `electron`.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Browser, chromium, expect, type Page } from '@playwright/test';
import type { WindowRole } from '../../../ipc/contract/request.ts';
import type { DesktopRequests } from '../../fakes/electron/control-protocol.ts';
import { type AppPlace, makeAppPlace } from './app-place.ts';
import { isPretended, onlyStandIn } from './electron-binary.ts';
import type { LaunchOptions, RunningApp } from './running-app.ts';
import { pageOf } from './window-page.ts';

const dist = resolve(process.env['SALLYPORT_DIST'] ?? 'dist');
const startTimeoutMs = 60_000;
const killTimeoutMs = 30_000;
const lastWordsMs = 5000;

/** Where Chromium listens; undefined until it has written that down to the end. */
function debuggingPort(home: string): string | undefined {
  const path = join(home, 'chromium/DevToolsActivePort');
  return existsSync(path) ? /^(\d+)\n\S/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
}

function environment(options: LaunchOptions, place: AppPlace): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...place.env,
    STAND_IN_HOME: options.home,
    STAND_IN_DARK: options.isDark ? '1' : '0',
    STAND_IN_FORCED_COLORS: options.forcedColors ? '1' : '0',
    FORCE_COLOR: '0',
    ...options.env,
  };
}

/** Asks the stand-in's desktop over the child's channel. */
function desktopOf(child: ChildProcess): RunningApp['desktop'] {
  let lastId = 0;
  return <N extends keyof DesktopRequests>(name: N, input: DesktopRequests[N]['input']) =>
    new Promise<DesktopRequests[N]['output']>((succeed, fail) => {
      const id = ++lastId;
      const receive = (answer: { id: number; ok: boolean; value?: unknown; message?: string }) => {
        if (answer.id !== id) return;
        child.off('message', receive);
        if (answer.ok) succeed(answer.value as DesktopRequests[N]['output']);
        else fail(new Error(answer.message));
      };
      child.on('message', receive);
      child.send({ id, name, input }, (error) => error && fail(error));
    });
}

/** The tray icon is the last thing that a start makes before windows. */
async function hasTray(desktop: RunningApp['desktop']): Promise<void> {
  const isThere = () =>
    desktop('tray', {}).then(
      () => true,
      () => false,
    );
  await expect.poll(isThere, { timeout: startTimeoutMs }).toBe(true);
}

export async function launchStandIn(options: LaunchOptions): Promise<RunningApp> {
  const { home } = options;
  const place = makeAppPlace(home);
  const { dataDirectory, socketPath } = place;
  const register = new URL('../../fakes/electron/register.mjs', import.meta.url).href;
  const args = [`--user-data-dir=${dataDirectory}`, ...(options.args ?? [])];
  const child = fork(join(options.build ?? dist, 'main/app.js'), args, {
    // Electron warns of a rejection that nobody takes, where Node ends; and it collects garbage when it likes.
    execArgv: [
      ...['--no-warnings', '--unhandled-rejections=warn-with-error-code', '--expose-gc'],
      ...['--import', register],
    ],
    env: environment(options, place),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const silent = new Promise((resolve) => child.once('close', resolve));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const desktop = desktopOf(child);
  const kill = async () => {
    // The stand-in closes its browser and ends when its parent lets go of it.
    if (child.connected) child.disconnect();
    const lastResort = setTimeout(() => child.kill('SIGKILL'), killTimeoutMs);
    await ended;
    clearTimeout(lastResort);
  };
  let browser: Browser;
  try {
    await Promise.race([
      hasTray(desktop),
      ended.then(async (code) => {
        // Its last words may still be on their way. A browser that it left behind would keep them from ending.
        await Promise.race([silent, delay(lastWordsMs, undefined, { ref: false })]);
        throw new Error(`it ended with exit code ${code}`);
      }),
    ]);
    await expect.poll(() => debuggingPort(home)).toBeDefined();
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${debuggingPort(home)}`);
    for (const context of options.pageScript === undefined ? [] : browser.contexts())
      await context.addInitScript({ content: options.pageScript ?? '' });
  } catch (error: unknown) {
    await kill();
    throw new Error(`the program did not start: ${output}`, { cause: error });
  }

  const pages = (role: WindowRole): Page[] =>
    browser
      .contexts()
      .flatMap((context) => context.pages())
      .filter((page) => page.url().startsWith(`https://${role}.`));
  const page = pageOf(pages, options);
  return {
    home,
    socketPath,
    dataDirectory,
    pages,
    page,
    desktop: isPretended ? () => Promise.reject(new Error(onlyStandIn)) : desktop,
    async showKeys() {
      await desktop('secondInstance', { argv: [], workingDirectory: home });
      return await page('keys');
    },
    async quit() {
      await desktop('quit', {});
      return await ended;
    },
    async kill() {
      await browser.close().catch(() => {});
      await kill();
    },
    output: () => output,
  };
}
