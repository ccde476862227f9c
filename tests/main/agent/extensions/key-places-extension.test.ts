// key-places@sallyport: where keys live that are not held here, for programs of the person's own machine.
import { expect, it } from 'vitest';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';
import { bind } from '../../../fakes/consent-agent.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { addRequest, type TestClient, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const secret = new Uint8Array(32).fill(5);
const refused = Uint8Array.of(28);

const ask = (client: TestClient, shown = secret) => client.own(shown, 'key-places@sallyport');

async function agentWithCard(title: string, count = 1) {
  const test = testAgent({ localSecret: secret });
  const card = new FakeStore(title, 'pkcs11');
  for (let n = 0; n < count; n++) card.with(ed25519Key(), 'theirs', 'pin');
  test.agent.stores.add(card);
  await test.connect().send(addRequest(ed25519Key(), 'ours'));
  await expect.poll(() => test.agent.keys.list().length).toBe(count + 1);
  return test;
}

async function places(client: TestClient): Promise<Record<string, { title: string }>> {
  const reader = new WireReader(await ask(client));
  expect(reader.readByte()).toBe(6);
  return JSON.parse(reader.readText());
}

it('tells of each key that lives elsewhere where that is, and what it wants', async () => {
  const { agent, connect } = await agentWithCard('PIV card');
  const theirs = agent.keys.list().find(({ state }) => state === 'elsewhere');
  expect(await places(connect())).toEqual({
    [theirs?.id ?? '']: { kind: 'pkcs11', title: 'PIV card', need: 'pin' },
  });
});

it('fits into one message however long the title is', async () => {
  const { connect } = await agentWithCard('\u20ac'.repeat(100_000), 200);
  const told = Object.values(await places(connect()));
  expect(told.length).toBeGreaterThan(100);
  expect(told.every(({ title }) => title.length === 200)).toBe(true);
});

it('is refused without the secret, and to a connection that belongs to an SSH session', async () => {
  const { connect } = await agentWithCard('PIV card');
  expect(await ask(connect(), new Uint8Array(32))).toEqual(refused);
  const forwarded = connect();
  await bind(forwarded, testHost(), sid(1), true);
  expect(await ask(forwarded)).toEqual(refused);
});
