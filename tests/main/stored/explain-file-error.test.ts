// What the person is told when something can't be stored.
import { open, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { explainWriteError } from '../../../main/stored/explain-file-error.ts';

const errorOf = (failing: Promise<unknown>) =>
  failing.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('explainWriteError', () => {
  it.skipIf(process.platform !== 'linux')('says that a full disk is full', async () => {
    expect(explainWriteError(await errorOf(writeFile('/dev/full', 'x')))).toBe(
      'Sallyport can not write where it is kept: no space left on the device. Make room on the disk.',
    );
  });

  it('names the place, and what the system said', async () => {
    const missing = '/no such folder/settings.json';
    const explained = explainWriteError(await errorOf(open(missing, 'wx')));
    expect(explained).toBe(
      `Sallyport can not write to ${missing}: no such file or directory. Check the disk.`,
    );
  });

  it.each([
    ['EROFS', 'the file system is read-only'],
    ['EACCES', 'permission denied'],
    ['EPERM', 'not permitted'],
  ])('sends the person to the permissions for %s', (code, words) => {
    const error = Object.assign(new Error(code), { code, path: '/x' });
    expect(explainWriteError(error)).toBe(`Sallyport can not write to /x: ${words}. Check the permissions.`);
  });
});
