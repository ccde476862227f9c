// Paths that other programs wrote down, with invented disks behind, and real links.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { localPath, whyNotLocal } from '../../../../main/get-started/files/local-path.ts';

/** A disk of Windows with these links; tells what was looked at. */
function disk(links: Readonly<Record<string, string>> = {}) {
  const seen: string[] = [];
  return {
    seen,
    looks: {
      target: (path: string) => {
        seen.push(path);
        return Promise.resolve(links[path]);
      },
      isLocalDrive: (drive: string) => Promise.resolve(drive.toUpperCase() !== 'Z:'),
    },
  };
}

describe('a path of Windows', () => {
  it.each([
    ['another machine', '\\\\server\\share\\key.ppk'],
    ['another machine, with slashes', '//server/share/key.ppk'],
    ['a device', '\\\\.\\PhysicalDrive0'],
    ['a long name of another machine', '\\\\?\\UNC\\server\\share\\key.ppk'],
    ['no drive', 'keys\\key.ppk'],
    ['the folder of a drive', 'C:key.ppk'],
    ['a stream of a file', 'C:\\keys\\key.ppk:stream'],
    ['a device by its name', 'C:\\keys\\con'],
    ['a device with an ending', 'C:\\keys\\COM1.ppk'],
    ['a NUL', 'C:\\keys\\key.ppk\0x'],
    ['a line end', 'C:\\keys\\key\n.ppk'],
    ['wildcards', 'C:\\keys\\*.ppk'],
    ['a thousand folders', `C:\\${'a\\'.repeat(1000)}`],
    ['nothing', ''],
    ['a drive of another machine', 'Z:\\key.ppk'],
  ])('is not looked at that leads to %s', async (_, path) => {
    const { looks, seen } = disk();
    expect(await localPath(path, 'win32', looks)).toHaveProperty('problem');
    expect(seen).toEqual([]);
  });

  it.each([
    ['a link', '\\\\server\\share\\key.ppk'],
    ['a junction', '\\??\\UNC\\server\\share'],
    ['a link within the same folder that goes on to one', 'second.ppk'],
    ['a link to a drive of another machine', 'Z:\\key.ppk'],
  ])('is followed by each link of its own, and not to another machine by %s', async (_, target) => {
    const { looks, seen } = disk({ 'C:\\keys': target, 'C:\\second.ppk': '\\\\server\\share' });
    expect(await localPath('C:\\keys\\key.ppk', 'win32', looks)).toHaveProperty('problem');
    expect(seen.filter((path) => path.startsWith('\\'))).toEqual([]);
  });

  it('is followed through links of this computer, which Windows tells in its own way', async () => {
    const { looks } = disk({ 'C:\\keys': '\\\\?\\D:\\real', 'D:\\real\\key.ppk': '..\\other.ppk' });
    expect(await localPath('c:/keys/key.ppk', 'win32', disk().looks)).toEqual({ path: 'c:\\keys\\key.ppk' });
    expect(await localPath('C:\\keys\\key.ppk', 'win32', looks)).toEqual({ path: 'D:\\other.ppk' });
  });

  it('ends where links go round', async () => {
    const { looks } = disk({ 'C:\\a': 'C:\\b', 'C:\\b': 'C:\\a' });
    expect(await localPath('C:\\a', 'win32', looks)).toEqual({ problem: 'leads round in a circle' });
  });
});

describe('a path here', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-local-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('tells what is not there from what is', async () => {
    writeFileSync(join(dir, 'key'), '');
    expect(await localPath(join(dir, 'key'))).toEqual({ path: join(dir, 'key') });
    expect(await localPath(join(dir, 'none'))).toMatchObject({ isAbsent: true });
    expect(await localPath('key')).toHaveProperty('problem');
  });

  it('ends where links go round, and so does one beside a key', async () => {
    mkdirSync(join(dir, 'round'));
    symlinkSync('b', join(dir, 'round', 'a'));
    symlinkSync('a', join(dir, 'round', 'b'));
    expect(await localPath(join(dir, 'round', 'a'))).toEqual({ problem: 'leads round in a circle' });
    writeFileSync(join(dir, 'round', 'key'), '');
    expect(await whyNotLocal(join(dir, 'round', 'key'))).toBeUndefined();
    symlinkSync('a', join(dir, 'round', 'key.pub'));
    expect(await whyNotLocal(join(dir, 'round', 'key'))).toContain('key.pub beside it leads round');
  });
});
