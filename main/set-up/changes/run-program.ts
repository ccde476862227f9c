// Other people's programs, run to their end and looked at.
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, posix } from 'node:path';
import type { ProgramRun, RunOptions } from './surroundings.ts';

const maxOutputBytes = 1024 * 1024;
const defaultTimeoutMs = 10_000;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** On Windows `\tools` is a folder of whichever drive we were started on, though Node.js takes it for a whole path. */
export const isWholePath = (path: string, platform: NodeJS.Platform = process.platform): boolean =>
  platform === 'win32' ? /^(?:[a-z]:|[\\/])[\\/]/i.test(path) : posix.isAbsolute(path);

/**
 * The whole path of a program in PATH; undefined where it is not installed. SECURITY: relative entries are passed over:
 * the folder, or drive, that we were started in may be anybody's.
 */
export function findOnPath(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const path = env['PATH'] ?? env['Path'] ?? '';
  return path
    .split(delimiter)
    .filter((folder) => isWholePath(folder))
    .map((folder) => join(folder, file))
    .find(isProgram);
}

interface ProgramOptions extends Pick<RunOptions, 'timeoutMs'> {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs the program at `path` without a shell and without input in `cwd`. Never rejects. */
export function runProgram(
  path: string,
  args: readonly string[],
  { cwd, env, timeoutMs = defaultTimeoutMs }: ProgramOptions,
): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const child = execFile(
      path,
      args,
      { cwd, env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: maxOutputBytes, windowsHide: true },
      (error, output) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, output });
      },
    );
    child.stdin?.end();
  });
}
