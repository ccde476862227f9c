import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findOnPath, isWholePath } from '../../../../main/set-up/changes/run-program.ts';

describe('folders of PATH', () => {
  it.each(['', '.', 'tools', 'C:tools', '\\tools', '/tools', '\\', '/'])(
    'are none that lead from where we were started: %j',
    (folder) => expect(isWholePath(folder, 'win32')).toBe(false),
  );

  it.each(['C:\\tools', 'd:/tools', 'C:\\', '\\\\server\\share', '//server/share'])(
    'may be on any drive or share that they name: %j',
    (folder) => expect(isWholePath(folder, 'win32')).toBe(true),
  );

  it.skipIf(process.platform === 'win32')('are looked through for what can be run', () => {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-path-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const program = join(dir, 'tools/one');
    mkdirSync(join(dir, 'tools'));
    writeFileSync(program, '');
    expect(findOnPath('one', { PATH: join(dir, 'tools') })).toBeUndefined();
    chmodSync(program, 0o700);
    expect(findOnPath('one', { PATH: `${dir}:${join(dir, 'tools')}` })).toBe(program);
    expect(findOnPath('one', { PATH: relative(process.cwd(), join(dir, 'tools')) })).toBeUndefined();
  });
});
