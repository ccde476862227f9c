import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isForegroundTerminal } from '../../../../ipc/posix/processes/terminal-foreground.ts';

// util-linux's, which makes a terminal.
const SCRIPT = '/usr/bin/script';
const file = new URL('../../../../ipc/posix/processes/terminal-foreground.ts', import.meta.url).href;
const ask = `"$NODE" --input-type=module -e "import { isForegroundTerminal as f } from '${file}'; console.log(String(f(2)))"`;

/** Runs a shell command on a terminal of its own. */
function onTerminal(command: string): string {
  const env = { ...process.env, NODE: process.execPath, SHELL: '/bin/sh' };
  const output = execFileSync(SCRIPT, ['-qec', command, '/dev/null'], { env, encoding: 'utf8', input: '' });
  return output.trim().split(/\s+/).at(-1) ?? '';
}

describe.runIf(existsSync(SCRIPT) && process.platform === 'linux')('isForegroundTerminal', () => {
  test('is true in the foreground of a terminal', () => {
    expect(onTerminal(ask)).toBe('true');
  });

  test('is false for a job in the background', () => {
    expect(onTerminal(`set -m; ${ask} & wait`)).toBe('false');
  });

  test('is false for what is no terminal', () => {
    const file = openSync('/dev/null', 'r');
    expect(isForegroundTerminal(file)).toBe(false);
    closeSync(file);
    expect(isForegroundTerminal(-1)).toBe(false);
    expect(isForegroundTerminal(100_000)).toBe(false);
  });
});
