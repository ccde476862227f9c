// Setting up on this machine.
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { OwnCommand } from '../programs/find-command.ts';
import { personDir, personHome } from '../stored/person-dir.ts';
import { runWsl, Wsl } from '../use-with/wsl/wsl.ts';
import { findOnPath, runProgram } from './changes/run-program.ts';
import type { Surroundings } from './changes/surroundings.ts';
import { openWindowsCalls } from './open-windows-calls.ts';
import { programs } from './programs/programs.ts';
import { wslGroup } from './programs/wsl.ts';
import { SetUp } from './set-up.ts';
import { openSetUpRecord } from './set-up-record.ts';

export interface SetUpFacts {
  readonly env: NodeJS.ProcessEnv;
  readonly addressOf: Surroundings['addressOf'];
  readonly doorsPlace: string;
  /** Ours; undefined where there is none that stays in its place. */
  readonly command: OwnCommand | undefined;
  /** Nobody is there whom Windows could ask whether an administrator may do something. */
  readonly isUnattended?: boolean;
}

/** This machine, and this person's folder. */
export function openSurroundings(facts: SetUpFacts): Surroundings {
  const { env, addressOf, doorsPlace, command, isUnattended } = facts;
  const home = personHome();
  return {
    platform: process.platform,
    env,
    home,
    addressOf,
    doorsPlace,
    settingsFolder: personDir(process.platform, env, home),
    windows: openWindowsCalls(env, home),
    isUnattended: isUnattended === true,
    wsl:
      process.platform === 'win32' && command
        ? new Wsl(command, runWsl(findOnPath('wsl', env), env))
        : undefined,
    find: (program) =>
      isAbsolute(program) ? (existsSync(program) ? program : undefined) : findOnPath(program, env),
    run: (path, args, options) =>
      runProgram(path, args, {
        cwd: home,
        env: { ...env, ...options?.env },
        timeoutMs: options?.timeoutMs,
      }),
  };
}

/** All programs that can be set up here, and the list of what was. */
export function openSetUp(
  facts: Pick<SetUpFacts, 'env'> & (SetUpFacts | { readonly around: Surroundings }),
): SetUp {
  const around = 'around' in facts ? facts.around : openSurroundings(facts);
  return new SetUp({ programs, groups: [wslGroup], record: openSetUpRecord(facts.env), around });
}
