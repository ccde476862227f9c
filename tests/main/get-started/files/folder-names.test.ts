import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { namesInFolder } from '../../../../main/get-started/files/folder-names.ts';

it('goes through no more than 20,000 of 100,000 entries, and says that there are more', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-names-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  execFileSync('sh', ['-c', 'cd "$1" && seq -f %.0f 100000 | xargs touch', 'sh', dir]);
  let looked = 0;
  const none = await namesInFolder(dir, 10, () => {
    looked++;
    return false;
  });
  expect([none, looked]).toEqual([{ names: [], hasMore: true }, 20_000]);
  const some = await namesInFolder(dir, 10, () => true);
  expect([some.names.length, some.hasMore]).toEqual([10, true]);
  rmSync(dir, { recursive: true });
  execFileSync('mkdir', ['-p', join(dir, 'a')]);
  expect(await namesInFolder(dir, 1, (entry) => entry.isDirectory())).toEqual({
    names: ['a'],
    hasMore: false,
  });
});
