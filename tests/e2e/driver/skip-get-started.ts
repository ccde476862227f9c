// A start that is not the first one.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAppPlace } from './app-place.ts';
import type { LaunchOptions } from './running-app.ts';

/** As if it had run before: “Get started” was shown, so that the window opens at the keys, and nothing is asked. */
export function skipGetStarted({ home }: LaunchOptions): void {
  const { dataDirectory } = makeAppPlace(home);
  const path = join(dataDirectory, 'get-started.json');
  if (existsSync(path)) return;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const steps = { keys: 'to-do', ask: 'to-do', programs: 'to-do', 'sign-in': 'to-do' };
  const record = { wasShown: true, steps, addedKeys: [], addedAgents: [], addedCertificates: false };
  writeFileSync(path, JSON.stringify({ version: 1, record }), { mode: 0o600 });
}
