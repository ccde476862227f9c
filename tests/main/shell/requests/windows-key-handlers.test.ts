// Windows' keys as the key window asks for them.
import { expect, it } from 'vitest';
import {
  type WindowsKey,
  type WindowsKeyList,
  WindowsKeysError,
} from '../../../../main/agent/ports/windows-keys.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { windowsKeyHandlers } from '../../../../main/shell/requests/windows-key-handlers.ts';

const from = { webContentsId: 1, role: 'keys' } as never;
const fingerprint = `SHA256:${'a'.repeat(43)}`;

const key = (facts: Partial<WindowsKey>): WindowsKey => ({
  ...{ fingerprint, comment: 'work', kind: 'ECDSA P-256', publicKey: '', home: 'tpm', provider: '' },
  ...{ isOwn: false, isAskedFor: false, isOffered: true },
  ...facts,
});
const list = (keys: readonly WindowsKey[]): WindowsKeyList => ({
  ...{ certificates: false, keys, leftOut: { noKey: 0, olderInterface: 0, kind: 0 } },
  ...{ problems: [], homes: [] },
});

it('hands on what Windows says, and nothing of errors that nobody expected', async () => {
  const yes = () => Promise.resolve(true);
  let error: Error = new WindowsKeysError('The chip is not ready. See in tpm.msc.');
  const handlers = windowsKeyHandlers(
    {
      list: () => Promise.resolve(list([])),
      make: () => Promise.reject(error),
      delete: () => Promise.resolve(false),
      offer: () => Promise.resolve(),
    },
    yes,
  );
  const make = () =>
    handlers['windowsKeys.make']({ home: 'tpm', kind: 'ecdsa-p256', name: 'x' }, from) as Promise<unknown>;
  await expect(make()).rejects.toEqual(new RequestFailure('The chip is not ready. See in tpm.msc.'));
  error = new Error('secret');
  await expect(make()).rejects.not.toBeInstanceOf(RequestFailure);
  await expect(handlers['windowsKeys.delete']({ fingerprint }, from)).rejects.toThrow('not there any more');
  expect(await handlers['windowsKeys.offer']({ which: 'certificates', isOffered: true }, from)).toBeNull();
});

it('deletes a key that was made here once the person allows it, and asks about no other', async () => {
  const own = key({ isOwn: true });
  const deleted: string[] = [];
  const asked: string[] = [];
  let isMeant = false;
  const handlers = windowsKeyHandlers(
    {
      list: () => Promise.resolve(list([own, key({ fingerprint: `SHA256:${'b'.repeat(43)}` })])),
      make: () => Promise.resolve(''),
      delete: (one) => Promise.resolve(deleted.push(one) > 0),
      offer: () => Promise.resolve(),
    },
    (one) => {
      asked.push(one.fingerprint);
      return Promise.resolve(isMeant);
    },
  );
  const remove = async (one: string) => await handlers['windowsKeys.delete']({ fingerprint: one }, from);
  expect([await remove(fingerprint), deleted]).toEqual([false, []]);
  isMeant = true;
  expect([await remove(fingerprint), deleted]).toEqual([true, [fingerprint]]);
  await expect(remove(`SHA256:${'b'.repeat(43)}`)).rejects.toThrow('not there any more');
  expect([asked, deleted]).toEqual([[fingerprint, fingerprint], [fingerprint]]);
});

it('says on other systems that there are none', () => {
  expect(() =>
    windowsKeyHandlers(undefined, () => Promise.resolve(true))['windowsKeys.list']({}, from),
  ).toThrow('Only Windows keeps keys of its own.');
});
