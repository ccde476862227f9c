// upstream@sallyport and from-agent@sallyport: who may choose other agents, and what another agent is shown.
import { describe, expect, it } from 'vitest';
import type { UpstreamReply } from '../../../../main/agent/extensions/upstream-extensions.ts';
import { UpstreamError } from '../../../../main/agent/ports/host.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, request, type TestClient, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const secret = new Uint8Array(32).fill(5);
const agentId = new Uint8Array(16).fill(9);
const refused = Uint8Array.of(28);

function agentWithUpstreams() {
  const changes: string[] = [];
  const upstreams = {
    add: async (address: string) => {
      if (address === '/itself') throw new UpstreamError('It is this agent itself.');
      changes.push(`add ${address}`);
      test.agent.stores.add(new FakeStore(address).with(ed25519Key(), 'theirs'));
    },
    remove: async (address: string) => {
      changes.push(`remove ${address}`);
      return test.agent.stores.remove(`upstream:${address}`);
    },
  };
  const test = testAgent({ localSecret: secret, host: { doors: () => [], agentId, upstreams } });
  return { ...test, changes };
}

const ask = (client: TestClient, change: unknown, shown = secret) =>
  client.own(shown, 'upstream@sallyport', new WireWriter().text(JSON.stringify(change)).finish());

async function reply(client: TestClient, change: unknown): Promise<UpstreamReply> {
  const reader = new WireReader(await ask(client, change));
  expect(reader.readByte()).toBe(6);
  return JSON.parse(reader.readText());
}

describe('upstream@sallyport', () => {
  it('adds, tells and removes other agents', async () => {
    const { connect, changes } = agentWithUpstreams();
    const client = connect();
    expect(await reply(client, { do: 'list' })).toEqual({ ok: true, upstreams: [] });
    expect(await reply(client, { do: 'add', address: '/a' })).toMatchObject({
      ok: true,
      upstreams: [{ address: '/a', keyCount: 1, state: { status: 'ready', leftOut: 0 } }],
    });
    expect(await client.comments()).toEqual(['theirs']);
    expect(await reply(client, { do: 'remove', address: '/a' })).toEqual({ ok: true, upstreams: [] });
    expect(changes).toEqual(['add /a', 'remove /a']);
  });

  it('says in a sentence what can’t be done', async () => {
    const client = agentWithUpstreams().connect();
    expect(await reply(client, { do: 'add', address: '/itself' })).toEqual({
      ok: false,
      message: 'It is this agent itself.',
    });
    expect(await reply(client, { do: 'remove', address: '/none' })).toMatchObject({ ok: false });
    const without = testAgent({ localSecret: secret }).connect();
    expect(await reply(without, { do: 'list' })).toMatchObject({ ok: false });
  });

  it('is refused to who does not have the secret, and to a connection that belongs to an SSH session', async () => {
    const { connect, changes } = agentWithUpstreams();
    const add = { do: 'add', address: '/evil.sock' };
    for (const shown of [new Uint8Array(), new Uint8Array(32)])
      expect(await ask(connect(), add, shown)).toEqual(refused);
    for (const forwarded of [true, false]) {
      const client = connect();
      await client.extension('session-bind@openssh.com', testHost().bind(sid(1), forwarded));
      expect(await ask(client, add)).toEqual(refused);
    }
    const doubtful = connect();
    await doubtful.extension('session-bind@openssh.com', bytes('nonsense'));
    expect(await ask(doubtful, add)).toEqual(refused);
    expect(changes).toEqual([]);
  });

  it.each([
    {},
    { do: 'add' },
    { do: 'add', address: '' },
    { do: 'add', address: 'x'.repeat(4097) },
    { do: 'sell' },
  ])('is refused for what is no request: %j', async (change) => {
    const { connect, changes } = agentWithUpstreams();
    expect(await ask(connect(), change)).toEqual(refused);
    expect(changes).toEqual([]);
  });

  it('is refused by a locked agent', async () => {
    const client = agentWithUpstreams().connect();
    await client.send(request(22).text('locked'));
    expect(await ask(client, { do: 'list' })).toEqual(refused);
  });
});

describe('from-agent@sallyport', () => {
  const greet = (client: TestClient, id: Uint8Array) =>
    client.extension('from-agent@sallyport', new WireWriter().string(id).finish());

  it('shows another agent the keys that are held here, and none of agents behind this one', async () => {
    const { agent, connect } = agentWithUpstreams();
    const [ours, theirs, token] = [ed25519Key(), ed25519Key(), ed25519Key()];
    const client = connect();
    await client.send(addRequest(ours, 'ours'));
    agent.stores.add(new FakeStore('/other').with(theirs, 'theirs'));
    agent.stores.add(new FakeStore('token', 'pkcs11').with(token, 'token'));
    await settle();
    const other = connect();
    expect(await greet(other, new Uint8Array(16))).toEqual(Uint8Array.of(6, 0));
    expect(await other.comments()).toEqual(['ours', 'token']);
    expect(await other.sign(ours.blob, bytes('x'))).toBeDefined();
    expect(await other.sign(theirs.blob, bytes('x'))).toBeUndefined();
    expect(await client.comments()).toEqual(['ours', 'theirs', 'token']);
    expect(await client.sign(theirs.blob, bytes('x'))).toBeDefined();
  });

  it('tells an agent that it is this one itself, and shows it no keys of others either', async () => {
    const { agent, connect } = agentWithUpstreams();
    agent.stores.add(new FakeStore('/other').with(ed25519Key(), 'theirs'));
    await settle();
    const itself = connect();
    expect(await greet(itself, agentId)).toEqual(Uint8Array.of(6, 1));
    expect(await itself.comments()).toEqual([]);
  });

  it('works while the agent is locked, as it tells of no key', async () => {
    const { connect } = agentWithUpstreams();
    await connect().send(request(22).text('locked'));
    expect(await greet(connect(), agentId)).toEqual(Uint8Array.of(6, 1));
    expect(await connect().extension('from-agent@sallyport')).toEqual(refused);
  });
});
