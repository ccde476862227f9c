// `test` with a program started afresh in a home of its own, and a client of its socket.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base } from '@playwright/test';
import { AgentClient } from '../../../main/client/agent-client.ts';
import { connectToAgent } from '../../../main/client/agent-connection.ts';
import { electronBinary } from './electron-binary.ts';
import { launchElectron } from './launch-electron.ts';
import { launchStandIn } from './launch-stand-in.ts';
import type { LaunchOptions, RunningApp } from './running-app.ts';

export const launch = (options: LaunchOptions): Promise<RunningApp> =>
  electronBinary === undefined ? launchStandIn(options) : launchElectron(electronBinary, options);

export interface E2eFixtures {
  /** A fresh folder for all that the program keeps. */
  readonly home: string;
  readonly sallyport: RunningApp;
  /** Opens connections to the running program's socket, closed at the end. */
  readonly connect: () => Promise<AgentClient>;
}

export const test = base.extend<E2eFixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  home: async ({}, use) => {
    // Short: a socket's path has a limit of about 100 characters.
    const home = mkdtempSync(join(tmpdir(), 'sp-'));
    await use(home);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  },
  sallyport: async ({ home }, use) => {
    const app = await launch({ home });
    await use(app);
    await app.kill();
  },
  connect: async ({ sallyport }, use) => {
    const clients: AgentClient[] = [];
    await use(async () => {
      const client = new AgentClient(await connectToAgent(sallyport.socketPath));
      clients.push(client);
      return client;
    });
    for (const client of clients) client.close();
  },
});

export { expect } from '@playwright/test';

/** All encrypted fixtures have it. */
export const passphrase = 'pass phrase';

/** A fixture key file copied into `directory`, so that a test may change it. */
export function keyFile(name: string, directory: string): string {
  const path = join(directory, name);
  cpSync(resolve('tests/fixtures/keys', name), path);
  return path;
}
