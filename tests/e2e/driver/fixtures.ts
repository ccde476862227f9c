// `test` with a program started afresh in a home of its own, and a client of its socket.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base } from '@playwright/test';
import type { SettingsChange } from '../../../ipc/contract/settings.ts';
import { AgentClient } from '../../../main/client/agent-client.ts';
import { connectToAgent } from '../../../main/client/agent-connection.ts';
import { makeAppPlace } from './app-place.ts';
import { electronBinary } from './electron-binary.ts';
import { launchElectron } from './launch-electron.ts';
import { launchStandIn } from './launch-stand-in.ts';
import type { LaunchOptions, RunningApp } from './running-app.ts';
import { skipGetStarted } from './skip-get-started.ts';

export function launch(options: LaunchOptions): Promise<RunningApp> {
  if (!options.isFirstStart) skipGetStarted(options);
  return electronBinary === undefined ? launchStandIn(options) : launchElectron(electronBinary, options);
}

export { driverName } from './electron-binary.ts';

interface LaunchedApp {
  readonly app: RunningApp;
  readonly connect: () => Promise<AgentClient>;
}

export interface E2eFixtures {
  /** A fresh folder for all that the program keeps. */
  readonly home: string;
  readonly sallyport: RunningApp;
  /** Opens connections to the running program's socket, closed at the end. */
  readonly connect: () => Promise<AgentClient>;
  /** Starts a program whose settings file says this; the fixture `sallyport` must not be used then. */
  readonly launchWith: (
    settings: SettingsChange,
    options?: Omit<LaunchOptions, 'home'>,
  ) => Promise<LaunchedApp>;
}

async function connectTo(app: RunningApp, clients: AgentClient[]): Promise<AgentClient> {
  const client = new AgentClient(await connectToAgent(app.socketPath));
  clients.push(client);
  return client;
}

/** On Windows the person's own Sallyport would be given the test's keys. */
async function assertNobodyListens(address: string): Promise<void> {
  const connection = await connectToAgent(address).catch(() => undefined);
  connection?.close();
  if (connection) throw new Error(`another Sallyport listens at ${address}: end it first`);
}

export const test = base.extend<E2eFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  home: async ({}, use) => {
    // Short: a socket's path has a limit of about 100 characters. By its own name, where the one for temporary files is of
    // the old short kind (C:\\Users\\RUNNER~1): pages show what Windows says.
    const home = realpathSync.native(mkdtempSync(join(tmpdir(), 'sp-')));
    await assertNobodyListens(makeAppPlace(home).socketPath);
    await use(home);
    // The last of Chromium's processes may still be writing there.
    await rm(home, { recursive: true, force: true, maxRetries: 20 });
  },
  sallyport: async ({ home }, use) => {
    const app = await launch({ home });
    await use(app);
    await app.kill();
  },
  connect: async ({ sallyport }, use) => {
    const clients: AgentClient[] = [];
    await use(() => connectTo(sallyport, clients));
    for (const client of clients) client.close();
  },
  launchWith: async ({ home }, use) => {
    const clients: AgentClient[] = [];
    const apps: RunningApp[] = [];
    await use(async (settings, options = {}) => {
      const dataDirectory = join(home, 'userData');
      mkdirSync(dataDirectory, { recursive: true });
      if (Object.keys(settings).length > 0)
        writeFileSync(join(dataDirectory, 'settings.json'), JSON.stringify({ version: 1, settings }));
      const app = await launch({ home, ...options });
      apps.push(app);
      return { app, connect: () => connectTo(app, clients) };
    });
    for (const client of clients) client.close();
    for (const app of apps) await app.kill();
  },
});

export { expect } from '@playwright/test';

/** What is in the log's file now: lines get there some time after they were logged. */
export function logOf(app: RunningApp): string {
  const path = join(app.dataDirectory, 'log.txt');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** All encrypted fixtures have it. */
export const passphrase = 'pass phrase';

/** A fixture key file copied into `directory`, so that a test may change it; the person's alone. */
export function keyFile(name: string, directory: string): string {
  const path = join(directory, name);
  cpSync(resolve('tests/fixtures/keys', name), path);
  chmodSync(path, 0o600);
  return path;
}
