// Windows as a place of keys, asked past the agent that holds it.
import { expect, it } from 'vitest';
import { WindowsKeyReader } from '../../../../main/key-stores/windows/windows-key-reader.ts';
import { WindowsStore } from '../../../../main/key-stores/windows/windows-store.ts';
import { bytes } from '../../../fakes/test-agent.ts';
import { WindowsKeyCallsFake } from '../../../fakes/windows-key-calls.ts';

it('signs with what is offered, tells of the dialog that Windows may show, and with nothing else', async () => {
  const calls = new WindowsKeyCallsFake();
  const blob = calls.has('hello', 'sallyport-one', 'ecdsa-p256', true);
  let isOffered = true;
  const reader = new WindowsKeyReader(calls);
  const store = new WindowsStore({
    calls,
    reader,
    isOffered: () => isOffered,
    looksAtCertificates: () => false,
    dialogWindow: () => undefined,
  });
  const { signal } = new AbortController();
  expect(await store.list(signal)).toMatchObject([{ need: 'system-dialog' }]);
  const waits: unknown[] = [];
  const use = {
    blob,
    data: bytes('x'),
    algorithm: 'ecdsa-sha2-nistp256',
    sessionBinds: [],
    waitsFor: (what: unknown) => void waits.push(what),
  } as const;
  expect(await store.sign(use, signal)).toBeInstanceOf(Uint8Array);
  expect(waits).toEqual(['system-dialog']);
  isOffered = false;
  await expect(store.sign(use, signal)).rejects.toThrow('Windows does not offer this key any more.');
  expect(calls.made.filter((call) => call.startsWith('sign'))).toHaveLength(1);
});
