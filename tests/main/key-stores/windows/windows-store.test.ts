// Windows as a place of keys, asked past the agent that holds it.
import { expect, it } from 'vitest';
import { parseDestinationConstraints } from '../../../../main/agent/ring/destination-constraints.ts';
import { keyId } from '../../../../main/agent/ring/key-id.ts';
import { WindowsKeyReader } from '../../../../main/key-stores/windows/windows-key-reader.ts';
import { WindowsStore } from '../../../../main/key-stores/windows/windows-store.ts';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';
import { bind, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { loginData, sid, testHost } from '../../../fakes/host-session.ts';
import { bytes, testAgent } from '../../../fakes/test-agent.ts';
import { WindowsKeyCallsFake } from '../../../fakes/windows-key-calls.ts';

const storeOf = (calls: WindowsKeyCallsFake, isOffered = () => true) =>
  new WindowsStore({
    calls,
    reader: new WindowsKeyReader(calls),
    isOffered,
    looksAtCertificates: () => false,
    dialogWindow: () => undefined,
  });

it('signs with what is offered, tells of the dialog that Windows may show, and with nothing else', async () => {
  const calls = new WindowsKeyCallsFake();
  const blob = calls.has('hello', 'sallyport-one', 'ecdsa-p256', true);
  let isOffered = true;
  const store = storeOf(calls, () => isOffered);
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

const signs = (calls: WindowsKeyCallsFake) => calls.made.filter((call) => call.startsWith('sign'));

it.each([
  ['rsa', 'rsa-sha2-256'],
  ['ecdsa-p256', 'ecdsa-sha2-nistp256'],
] as const)('with keys of %s goes to its destinations alone', async (kind, algorithm) => {
  const calls = new WindowsKeyCallsFake();
  const blob = calls.has('tpm', 'sallyport-one', kind);
  const { agent, connect } = testAgent();
  const [host, other] = [testHost(), testHost()];
  const reader = new WireReader(restrict({ to: ['good.example', host] }));
  reader.readByte();
  reader.readText();
  agent.stores.add(storeOf(calls), {
    confirm: false,
    destinations: parseDestinationConstraints(reader.readString()),
  });
  await expect.poll(() => agent.stores.list()[0]?.state.status).toBe('ready');
  const [good, bad] = [connect(ssh), connect(ssh)];
  await bind(bad, other, sid(1), false);
  expect(await bad.comments()).toEqual([]);
  const flags = kind === 'rsa' ? 2 : 0;
  expect(
    await bad.sign(blob, loginData(blob, 'git', sid(1), other.key.blob, algorithm), flags),
  ).toBeUndefined();
  await bind(good, host, sid(2), false);
  expect(await good.sign(blob, sshsig('git'), flags)).toBeUndefined();
  expect(signs(calls)).toEqual([]);
  expect(await good.comments()).toEqual(['one']);
  const login = loginData(blob, 'git', sid(2), host.key.blob, algorithm);
  expect(await good.sign(blob, login, flags)).toBeDefined();
});

it('has its keys go at the end of the lifetime that the person set, and signs with them no more', async () => {
  const calls = new WindowsKeyCallsFake();
  const blob = calls.has('tpm', 'sallyport-one', 'ecdsa-p256');
  calls.has('tpm', 'sallyport-two', 'ecdsa-p256');
  const { agent, clock, connect } = testAgent();
  agent.stores.add(storeOf(calls));
  const client = connect(ssh);
  await expect.poll(() => client.comments()).toEqual(['one', 'two']);
  expect(agent.keys.setLifetime(keyId(blob), 60)).toBe(true);
  clock.advance(59_000);
  expect(await client.sign(blob, bytes('x'))).toBeDefined();
  clock.advance(1_000);
  expect(await client.comments()).toEqual(['two']);
  expect(await client.sign(blob, bytes('y'))).toBeUndefined();
  expect(signs(calls)).toHaveLength(1);
});
