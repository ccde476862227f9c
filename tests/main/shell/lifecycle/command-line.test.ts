// Key files named on the command line, which may be a stranger's.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keyFilesOf } from '../../../../main/shell/lifecycle/command-line.ts';

const directory = mkdtempSync(join(tmpdir(), 'sallyport-shell-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('keyFilesOf', () => {
  const path = join(directory, 'key.ppk');
  writeFileSync(path, 'x');

  it('takes names of existing files, relative ones too', () => {
    expect(keyFilesOf(['sallyport', path, 'key.ppk'], 1, directory)).toEqual([path, path]);
  });

  it.each([
    ['switches', '--inspect=9229'],
    ['a folder', directory],
    ['what does not exist', join(directory, 'none')],
    ['nothing', ''],
    ['a zero byte', `${path}\0.txt`],
    ['a very long name', 'x'.repeat(5000)],
    ['another machine', '//server/share/key.ppk'],
    ['a device of Windows', '\\\\.\\pipe\\x'],
  ])('ignores %s', (_what, argument) => {
    expect(keyFilesOf(['sallyport', argument], 1, directory)).toEqual([]);
  });

  it('takes no more than a person could have meant', () => {
    expect(keyFilesOf(['sallyport', ...Array.from({ length: 100 }, () => path)], 1, directory)).toHaveLength(
      32,
    );
  });
});
