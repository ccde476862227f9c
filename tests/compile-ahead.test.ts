// What a build does where the command can't be compiled ahead: it is built all the same.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-ahead-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

function compileAhead(...nodeArguments: readonly string[]) {
  const script = new URL('../scripts/compile-ahead.mjs', import.meta.url).href;
  const source = `(await import(${JSON.stringify(script)})).compileAhead(process.argv[1]);`;
  const args = [...nodeArguments, '--input-type=module', '-e', source, folder];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stderr };
}

describe.runIf(process.platform === 'linux')('compiling ahead', () => {
  it('is left out, and says why, where the command does not run while it is built', () => {
    writeFileSync(join(folder, 'part-12345678.cjs.compiled'), 'half');
    writeFileSync(join(folder, 'command.cjs'), '(() => { throw new Error("nobody may trust /tmp"); })');
    const { status, stderr } = compileAhead();
    expect(status).toBe(0);
    expect(stderr).toContain('The command is not compiled ahead, and so starts more slowly');
    expect(stderr).toContain('nobody may trust /tmp');
    expect(readdirSync(folder)).toEqual(['command.cjs']);
  });

  it('is left out where Node.js can’t read TypeScript, as before 22.18', () => {
    writeFileSync(join(folder, 'command.cjs'), '(() => {})');
    expect(compileAhead('--no-experimental-strip-types')).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual(['command.cjs']);
  });
});
