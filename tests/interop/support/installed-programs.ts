// What is installed here. A test that needs more is skipped, with the reason in its name.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { peersTree } from './peers-tree.ts';

const searchPath = [
  ...(peersTree ? [peersTree.bin] : []),
  ...(process.env['PATH'] ?? '').split(delimiter),
  ...['/usr/sbin', '/sbin'],
];

/** The absolute path of a program, as sshd wants to be called; undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  return searchPath.map((dir) => join(dir, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's python3 comes first: modules installed by apt are found by no other one. */
export const pythonWithParamiko = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import paramiko'], { stdio: 'ignore' }).status === 0,
);

/** A `describe` that runs where all programs are installed. */
export function describeWith(programs: readonly string[], name: string, tests: () => void): void {
  const missing = programs.filter((program) => findProgram(program) === undefined);
  if (missing.length === 0) describe(name, () => tests());
  else describe.skip(`${name} (skipped: not installed: ${missing.join(', ')})`, () => tests());
}
