// The program that a rule is to be about: by the path that the system will tell of it.
import { realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { foreignName } from '../../text/foreign-text.ts';
import { isRelayedName } from '../../text/rules/relayed-program.ts';
import { isProgramName } from '../agent/facts/relayed-program.ts';

function realProgram(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? realpathSync.native(path) : undefined;
  } catch {
    return undefined;
  }
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  if (/[/\\]/.test(name)) return realProgram(name);
  const suffixes = process.platform === 'win32' ? ['', '.exe'] : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const paths = folders.flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)));
  return paths.map(realProgram).find((path) => path !== undefined);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const comparable = (path: string) => (process.platform === 'win32' ? path.toLowerCase() : path);

/**
 * Why a rule for `program` would never hold on this machine, in sentences with what to write instead; undefined for a
 * path that may be a program's, also one that is not there yet. What runs is told by its file, never by a link to it.
 */
export function whyNoProgram(program: string, env: NodeJS.ProcessEnv): string | undefined {
  // Its file is elsewhere.
  if (isProgramName(program) && isRelayedName(program)) return undefined;
  if (!isAbsolute(program)) {
    const found = onPath(program, env);
    const remedy = found === undefined ? 'Name it by its whole path.' : `You may mean ${foreignName(found)}.`;
    return `${foreignName(program)} is not the whole path of a program, so no program would ever be it. ${remedy}`;
  }
  try {
    if (isDirectory(program)) return `${foreignName(program)} is a folder. Name a program in it.`;
  } catch {
    // What can't be looked at may be a program all the same.
  }
  const real = realProgram(program);
  if (real === undefined || comparable(real) === comparable(program)) return undefined;
  return `${foreignName(program)} leads to ${foreignName(real)}, by which the system tells the program. Name that.`;
}
