// Windows' keys as the key window asks for them.
import { expect, it } from 'vitest';
import { WindowsKeysError } from '../../../../main/agent/ports/windows-keys.ts';
import { RequestFailure } from '../../../../main/shell/requests/request-failure.ts';
import { windowsKeyHandlers } from '../../../../main/shell/requests/windows-key-handlers.ts';

const from = { webContentsId: 1, role: 'keys' } as never;
const fingerprint = `SHA256:${'a'.repeat(43)}`;

it('hands on what Windows says, and nothing of errors that nobody expected', async () => {
  let error: Error = new WindowsKeysError('The chip is not ready. See in tpm.msc.');
  const handlers = windowsKeyHandlers({
    list: () => Promise.reject(error),
    make: () => Promise.reject(error),
    delete: () => Promise.resolve(false),
    offer: () => Promise.resolve(),
  });
  const make = () =>
    handlers['windowsKeys.make']({ home: 'tpm', kind: 'ecdsa-p256', name: 'x' }, from) as Promise<unknown>;
  await expect(make()).rejects.toEqual(new RequestFailure('The chip is not ready. See in tpm.msc.'));
  error = new Error('secret');
  await expect(make()).rejects.not.toBeInstanceOf(RequestFailure);
  await expect(handlers['windowsKeys.delete']({ fingerprint }, from)).rejects.toThrow('not there any more');
  expect(await handlers['windowsKeys.offer']({ which: 'certificates', isOffered: true }, from)).toBeNull();
});

it('says on other systems that there are none', () => {
  expect(() => windowsKeyHandlers(undefined)['windowsKeys.list']({}, from)).toThrow(
    'Only Windows keeps keys of its own.',
  );
});
