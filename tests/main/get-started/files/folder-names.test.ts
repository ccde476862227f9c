import type { Dirent } from 'node:fs';
import { expect, it } from 'vitest';
import { namesInFolder } from '../../../../main/get-started/files/folder-names.ts';

/** A folder of so many entries, made up as they are read. */
const folderOf = (count: number) => async () =>
  (async function* () {
    for (let index = 0; index < count; index++) yield { name: String(index) } as Dirent;
  })();

it('goes through no more than 20,000 of 100,000 entries, and says that there are more', async () => {
  let looked = 0;
  const isNone = () => {
    looked++;
    return false;
  };
  expect(await namesInFolder('x', 10, isNone, folderOf(100_000))).toEqual({ names: [], hasMore: true });
  expect(looked).toBe(20_000);
  const some = await namesInFolder('x', 10, () => true, folderOf(100_000));
  expect([some.names.length, some.hasMore]).toEqual([10, true]);
  const isOne = ({ name }: Dirent) => name === '1';
  expect(await namesInFolder('x', 1, isOne, folderOf(3))).toEqual({ names: ['1'], hasMore: false });
});
