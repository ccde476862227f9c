import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

const posix = new URL('../../../../ipc/posix/', import.meta.url).href;

/** Runs in a process of its own: what is set can't be taken back. */
function run(script: string): unknown {
  const imports = `
    import { readFileSync } from 'node:fs';
    import { disableCoreDumps } from '${posix}hardening/core-dumps.ts';
    import { libcFunction } from '${posix}libc.ts';
    const coreLimits = () => /core file size +(\\w+) +(\\w+)/.exec(readFileSync('/proc/self/limits', 'utf8')).slice(1, 3);
    const isDumpable = () => libcFunction('int prctl(int option, ...)')(3);
  `;
  const command = ['ulimit -S -c unlimited; exec "$0" --input-type=module -e "$1"', process.execPath];
  return JSON.parse(execFileSync('/bin/sh', ['-c', ...command, imports + script], { encoding: 'utf8' }));
}

describe.runIf(process.platform === 'linux')('disableCoreDumps', () => {
  test('sets the limit to nothing, for children to raise again, and makes the process undumpable', () => {
    const [before, after] = run(`
      const state = () => [...coreLimits(), isDumpable()];
      const before = state();
      disableCoreDumps();
      console.log(JSON.stringify([before, state()]));
    `) as [unknown[], unknown[]];
    expect(before).toEqual(['unlimited', 'unlimited', 1]);
    expect(after).toEqual(['0', 'unlimited', 0]);
  });
});
