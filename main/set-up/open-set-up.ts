// Setting up on this machine.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { personDir } from '../stored/person-dir.ts';
import { findOnPath, runProgram } from './changes/run-program.ts';
import type { Surroundings } from './changes/surroundings.ts';
import { openWindowsCalls } from './open-windows-calls.ts';
import { programs } from './programs/programs.ts';
import { SetUp } from './set-up.ts';
import { openSetUpRecord } from './set-up-record.ts';

export interface SetUpFacts {
  readonly env: NodeJS.ProcessEnv;
  readonly addressOf: Surroundings['addressOf'];
  readonly doorsPlace: string;
}

/** All programs that can be set up here, the list of what was, and this person's folder. */
export function openSetUp({ env, addressOf, doorsPlace }: SetUpFacts): SetUp {
  const home = homedir();
  return new SetUp({
    programs,
    record: openSetUpRecord(env),
    around: {
      platform: process.platform,
      env,
      home,
      addressOf,
      doorsPlace,
      settingsFolder: personDir(process.platform, env, home),
      windows: openWindowsCalls(env, home),
      find: (program) =>
        isAbsolute(program) ? (existsSync(program) ? program : undefined) : findOnPath(program, env),
      run: (path, args, options) =>
        runProgram(path, args, {
          cwd: home,
          env: { ...env, ...options?.env },
          timeoutMs: options?.timeoutMs,
        }),
    },
  });
}
