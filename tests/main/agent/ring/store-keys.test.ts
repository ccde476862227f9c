// Keys that live in a store: everything that holds for keys in the ring holds for them, too.
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../../main/agent/create-agent.ts';
import type { KeyStore } from '../../../../main/agent/ports/key-store.ts';
import type { KeyConstraints } from '../../../../main/agent/ring/constraints.ts';
import { parseDestinationConstraints } from '../../../../main/agent/ring/destination-constraints.ts';
import { WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { bind, program, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { addPpk } from '../../../fakes/encrypted-key-agent.ts';
import { FakeStore, signatureBy } from '../../../fakes/fake-store.ts';
import { loginData, sid, testHost } from '../../../fakes/host-session.ts';
import { encryptedPpk3, pageantBlob } from '../../../fakes/pageant-vectors.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, request, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, rsaKey, type TestKey } from '../../../fakes/test-key.ts';

const [failure, success] = [5, 6];
const remove = (key: TestKey) => request(18).string(key.blob);
const removeAll = () => request(19);

/** An agent whose only key lives in a store. */
async function agentWithStore(constraints?: KeyConstraints, kind?: KeyStore['kind']) {
  const test = testAgent();
  const key = ed25519Key();
  const store = new FakeStore('other', kind).with(key, 'theirs');
  test.agent.stores.add(store, constraints);
  await settle();
  const id = () => test.agent.keys.list()[0]?.id ?? '';
  return { ...test, key, store, client: test.connect(ssh), id };
}

const restricted = (...steps: Parameters<typeof restrict>): KeyConstraints => {
  const reader = new WireReader(restrict(...steps));
  reader.readByte();
  reader.readText();
  return { confirm: false, destinations: parseDestinationConstraints(reader.readString()) };
};

describe('a key of a store', () => {
  it('is listed with its comment, in the order of adding, and signs by its store', async () => {
    const { connect, key } = await agentWithStore();
    const client = connect();
    await client.send(addRequest(ed25519Key(), 'ours'));
    expect(await client.comments()).toEqual(['theirs', 'ours']);
    const signature = await client.sign(key.blob, bytes('x'));
    expect(key.verify(signature ?? new Uint8Array(), bytes('x'))).toBe(true);
  });

  it('of RSA signs by the algorithm that the client asks for, as long as its modulus', async () => {
    const { agent, connect } = testAgent();
    const key = rsaKey();
    const store = new FakeStore().with(key, 'rsa');
    agent.stores.add(store);
    const client = connect();
    for (const flags of [2, 4])
      expect(
        key.verify((await client.sign(key.blob, bytes('x'), flags)) ?? new Uint8Array(), bytes('x')),
      ).toBe(true);
    // One in 256 begins with a zero byte, which old signers leave out.
    let n = 0;
    const rawOf = (data: Uint8Array) => {
      const reader = new WireReader(signatureBy(key, { algorithm: 'rsa-sha2-512', data }));
      reader.readText();
      return reader.readString();
    };
    while (rawOf(bytes(String(n)))[0] !== 0) n++;
    store.sign = ({ data }) =>
      Promise.resolve(new WireWriter().text('rsa-sha2-512').string(rawOf(data).subarray(1)).finish());
    const reader = new WireReader((await client.sign(key.blob, bytes(String(n)), 4)) ?? new Uint8Array());
    reader.readText();
    expect(reader.readString().length).toBe(256);
  });

  it('comes and goes with what its store lists, at the next list and when the store tells', async () => {
    const { agent, client, store, key } = await agentWithStore();
    store.with(ed25519Key(), 'second');
    expect(await client.comments()).toEqual(['theirs', 'second']);
    store.without(key.blob);
    expect(await client.comments()).toEqual(['second']);
    let changes = 0;
    agent.keys.onChanged(() => changes++);
    store.with(ed25519Key(), 'third');
    store.tell();
    await settle();
    expect(changes).toBe(1);
    expect(agent.keys.list().map(({ comment }) => comment)).toEqual(['second', 'third']);
    // Nobody is told of lists that say the same.
    await client.list();
    expect(changes).toBe(1);
  });

  it('leaves the room of a list to keys that are held here, also where its store came first', async () => {
    const { agent, client, connect } = await agentWithStore();
    const greedy = new FakeStore('greedy');
    const data = new WireWriter().text('').string(new Uint8Array(28_000)).finish();
    for (let n = 0; n < 9; n++)
      greedy.with(
        ed25519Key(),
        'large',
        'nothing',
        madeUpCertificate(ed25519Key().blob, { extensions: data }),
      );
    agent.stores.add(greedy);
    await settle();
    // Of the size of a list.
    await client.send(addRequest(ed25519Key(), `ours ${'x'.repeat(9000)}`));
    const comments = (await connect().comments()).map((comment) => comment.slice(0, 5));
    expect(comments).toContain('ours ');
    expect(comments).toContain('large');
    const reader = new WireReader(await connect().extension('list-keys@sallyport'));
    reader.readByte();
    reader.readUint32();
    expect(Buffer.from(reader.readRest()).includes('ours xxxx')).toBe(true);
  });

  it('that came a moment ago signs for a client that knows it without a list', async () => {
    const { client, store } = await agentWithStore();
    const key = ed25519Key();
    store.with(key, 'new');
    expect(await client.sign(key.blob, bytes('x'))).toBeDefined();
  });

  it('keeps its certificates right after it, each signed for by its own name', async () => {
    const { client, store, key } = await agentWithStore();
    const certificate = madeUpCertificate(key.blob);
    store.with(ed25519Key(), 'second').with(key, 'certified', 'nothing', certificate);
    expect(await client.comments()).toEqual(['theirs', 'certified', 'second']);
    const { sign } = store;
    const asked: Uint8Array[] = [];
    store.sign = (use, signal) => {
      asked.push(use.blob);
      return sign(use, signal);
    };
    expect(await client.sign(certificate, bytes('x'))).toBeDefined();
    expect(asked).toEqual([certificate]);
  });

  it('is told of by the agent with where it lives', async () => {
    const { agent } = await agentWithStore();
    expect(agent.keys.list()).toMatchObject([
      {
        state: 'elsewhere',
        hasEncryptedFile: false,
        store: { kind: 'upstream', title: 'other', keyCount: 1 },
      },
    ]);
    expect(agent.stores.list()).toMatchObject([{ state: { status: 'ready', leftOut: 0 }, keyCount: 1 }]);
  });

  it('goes with its store, also while it signs', async () => {
    const { agent, client, store, key } = await agentWithStore();
    store.sign = () => new Promise(() => {});
    const reply = client.status(signRequest(key.blob, bytes('x')));
    await settle();
    expect(agent.stores.remove(store.id)).toBe(true);
    expect(await reply).toBe(failure);
    expect(await client.list()).toEqual([]);
    expect(store.closes).toBe(1);
  });
});

describe('what is asked of the person', () => {
  it('confirmation that the person wishes, and a “no” is none to the store', async () => {
    const { agent, connect, client, approver, key, store, id } = await agentWithStore();
    expect(agent.keys.setConfirm(id(), true)).toBe(true);
    const { sign } = store;
    let uses = 0;
    store.sign = (use, signal) => {
      uses++;
      return sign(use, signal);
    };
    const denied = client.sign(key.blob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await denied).toBeUndefined();
    expect(uses).toBe(0);
    const reply = connect(program('/usr/bin/git')).sign(key.blob, bytes('y'));
    (await approver.confirmPrompt(1)).answer('allow');
    expect(await reply).toBeDefined();
    expect(uses).toBe(1);
  });

  it('confirmation stays when the store loses the key and lists it again', async () => {
    const { agent, client, approver, key, store, id } = await agentWithStore();
    agent.keys.setConfirm(id(), true);
    store.without(key.blob);
    expect(await client.comments()).toEqual([]);
    store.with(key, 'back');
    expect(await client.comments()).toEqual(['back']);
    void client.sign(key.blob, bytes('x'));
    await approver.confirmPrompt(0);
    expect(agent.keys.list()).toMatchObject([{ confirm: true }]);
  });

  it('confirmation stays when the store is added again, also when it was removed; a lifetime that ended does not', async () => {
    const { agent, client, clock, id, key } = await agentWithStore();
    agent.keys.setConfirm(id(), true);
    agent.keys.setLifetime(id(), 60);
    clock.advance(60_000);
    expect(await client.comments()).toEqual([]);
    agent.stores.remove('upstream:other');
    agent.stores.add(new FakeStore().with(key, 'again'));
    await settle();
    expect(agent.keys.list()).toMatchObject([{ comment: 'again', confirm: true }]);
  });

  it('by the rules and the levels of the person, as for any key', async () => {
    const { agent, client, approver, key } = await agentWithStore();
    const fingerprint = agent.keys.list()[0]?.fingerprint;
    await agent.consent.setKeyLevel(fingerprint as `SHA256:${string}`, 'always');
    void client.sign(key.blob, sshsig('git'));
    expect((await approver.confirmPrompt(0)).request.key).toMatchObject({ comment: 'theirs', fingerprint });
  });

  it('nothing for a client that may not ask: a key that wants a touch is hidden from it', async () => {
    const { connect, store } = await agentWithStore(undefined, 'pkcs11');
    const key = ed25519Key();
    store.with(key, 'touch me', 'touch');
    const old = connect({ mayPrompt: false });
    expect(await old.comments()).toEqual(['theirs']);
    expect(await old.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(await connect().comments()).toEqual(['theirs', 'touch me']);
  });

  it('is in the activity, with the reason of the store where it refuses', async () => {
    const { agent, client, key, store } = await agentWithStore();
    await client.sign(key.blob, sshsig('git'));
    store.die();
    await client.sign(key.blob, sshsig('git'));
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list().map(({ answer, reason }) => [answer, reason])).toEqual([
      ['failed', 'It is gone.'],
      ['allowed', expect.any(String)],
    ]);
  });
});

describe('constraints with which a store was added hold for each of its keys', () => {
  it('confirmation, which the person can not switch off', async () => {
    const { agent, client, approver, key, id } = await agentWithStore({ confirm: true });
    expect(agent.keys.setConfirm(id(), false)).toBe(false);
    void client.sign(key.blob, bytes('x'));
    await approver.confirmPrompt(0);
  });

  it('a lifetime, which does not begin anew for what the store lists later', async () => {
    const { client, clock, key, store } = await agentWithStore({ confirm: false, lifetimeSeconds: 60 });
    clock.advance(59_000);
    store.with(ed25519Key(), 'late');
    expect(await client.comments()).toEqual(['theirs', 'late']);
    clock.advance(1_000);
    expect(await client.comments()).toEqual([]);
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
  });

  it('destinations (CVE-2023-28531: keys of a token were added without them)', async () => {
    const [host, other] = [testHost(), testHost()];
    const { connect, key } = await agentWithStore(restricted({ to: ['good.example', host] }), 'pkcs11');
    const good = connect();
    await bind(good, host, sid(1), false);
    expect(await good.comments()).toEqual(['theirs']);
    expect(await good.sign(key.blob, loginData(key.blob, 'git', sid(1), host.key.blob))).toBeDefined();
    expect(await good.sign(key.blob, sshsig('git'))).toBeUndefined();
    const bad = connect();
    await bind(bad, other, sid(2), false);
    expect(await bad.comments()).toEqual([]);
    expect(await bad.sign(key.blob, loginData(key.blob, 'git', sid(2), other.key.blob))).toBeUndefined();
    expect(await connect().sign(key.blob, loginData(key.blob, 'git', sid(3)))).toBeUndefined();
  });
});

describe('the person’s own settings', () => {
  it('a lifetime takes the key away, and it does not come back by itself', async () => {
    const { agent, client, clock, id, store, key } = await agentWithStore();
    agent.keys.setLifetime(id(), 60);
    clock.advance(60_000);
    expect(await client.comments()).toEqual([]);
    store.without(key.blob);
    await client.list();
    store.with(key, 'again');
    expect(await client.comments()).toEqual([]);
  });

  it('the order, and what waits for a signature, stay when the store calls the key otherwise', async () => {
    const { agent, client, connect, store, key } = await agentWithStore();
    store.with(ed25519Key(), 'second');
    await client.list();
    let finish = () => {};
    store.sign = (use) =>
      new Promise((resolve) => {
        finish = () => resolve(signatureBy(key, use));
      });
    const signed = connect().sign(key.blob, bytes('x'));
    await settle();
    store.identities = store.identities.map((identity) => ({ ...identity, comment: bytes('renamed') }));
    await agent.stores.refresh();
    expect(agent.keys.list().map(({ comment }) => comment)).toEqual(['renamed', 'renamed']);
    expect(agent.keys.list()[0]?.blob).toEqual(key.blob);
    finish();
    expect(await signed).toBeDefined();
  });

  it('the order stays when lists say the same', async () => {
    const { agent, client, store } = await agentWithStore();
    await client.send(addRequest(ed25519Key(), 'ours'));
    store.with(ed25519Key(), 'second');
    expect(await client.comments()).toEqual(['theirs', 'ours', 'second']);
    agent.keys.move(agent.keys.list()[2]?.id ?? '', 0);
    expect(await client.comments()).toEqual(['second', 'theirs', 'ours']);
    expect(await client.comments()).toEqual(['second', 'theirs', 'ours']);
  });
});

describe('removing', () => {
  it('hides a key until its store lists it anew, and changes nothing there', async () => {
    const { client, key, store } = await agentWithStore();
    expect(await client.status(remove(key))).toBe(success);
    expect(await client.comments()).toEqual([]);
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(store.identities.length).toBe(1);
    store.without(key.blob);
    await client.list();
    store.with(key, 'anew');
    expect(await client.comments()).toEqual(['anew']);
  });

  it('stays hidden while the store is out of reach, and comes back when the store is added again', async () => {
    const { agent, client, key, store } = await agentWithStore();
    await client.send(remove(key));
    store.die();
    await client.list();
    store.live();
    expect(await client.comments()).toEqual([]);
    const again = new FakeStore().with(key, 'again');
    agent.stores.add(again);
    expect(await client.comments()).toEqual(['again']);
    expect([store.closes, again.closes]).toEqual([1, 0]);
  });

  it('all leaves nothing, also of what was held here and in the store', async () => {
    const { client, key } = await agentWithStore();
    await client.send(addRequest(key, 'ours'));
    expect(await client.status(removeAll())).toBe(success);
    expect(await client.comments()).toEqual([]);
  });
});

describe('a key that is held here, too', () => {
  it('is ours, and the store’s comes back when ours is removed', async () => {
    const { client, key, store } = await agentWithStore();
    await client.send(addRequest(key, 'ours'));
    expect(await client.comments()).toEqual(['ours']);
    store.die();
    expect(await client.sign(key.blob, bytes('x'))).toBeDefined();
    store.live();
    expect(await client.status(remove(key))).toBe(success);
    expect(await client.comments()).toEqual(['theirs']);
    expect(await client.sign(key.blob, bytes('x'))).toBeDefined();
  });

  it('keeps what the person wished for the store’s', async () => {
    const { agent, client, key, id } = await agentWithStore();
    agent.keys.setConfirm(id(), true);
    await client.send(addRequest(key, 'ours'));
    expect(agent.keys.list()).toMatchObject([{ comment: 'ours', confirm: true }]);
  });

  it('is kept to its own destinations, past which the store’s does not lead', async () => {
    const { connect, key, client } = await agentWithStore();
    const [host, other] = [testHost(), testHost()];
    await client.send(addRequest(key, 'ours', restrict({ to: ['good.example', host] })));
    const elsewhere = connect();
    await bind(elsewhere, other, sid(2), false);
    expect(await elsewhere.comments()).toEqual([]);
    expect(
      await elsewhere.sign(key.blob, loginData(key.blob, 'git', sid(2), other.key.blob)),
    ).toBeUndefined();
  });

  it.each([
    ['that the person wishes', (agent: Agent, id: string) => void agent.keys.setConfirm(id, true), undefined],
    ['that was asked for with it', () => {}, constrain.confirm()],
  ])(
    'leaves the confirmation %s to the store’s when another machine removes it',
    async (_whose, wish, constraint) => {
      const { agent, client, connect, approver, key, id } = await agentWithStore();
      await client.send(addRequest(key, 'ours', constraint));
      wish(agent, id());
      const forwarded = connect(ssh);
      await bind(forwarded, testHost(), sid(1), true);
      expect(await forwarded.status(remove(key))).toBe(success);
      expect(agent.keys.list()).toMatchObject([{ comment: 'theirs', confirm: true }]);
      const signed = forwarded.sign(key.blob, bytes('x'));
      (await approver.confirmPrompt(0)).answer('deny');
      expect(await signed).toBeUndefined();
    },
  );

  it('leaves its destinations to the store’s when a machine on the way removes it, until the store is added anew', async () => {
    const { agent, connect, client, key, store, id } = await agentWithStore();
    const [host, other] = [testHost(), testHost()];
    const steps = restrict(
      { to: ['on-the-way', host] },
      { from: ['on-the-way', host], to: ['good.example', testHost()] },
    );
    await client.send(addRequest(key, 'ours', steps));
    const there = connect();
    await bind(there, host, sid(1), true);
    expect(await there.status(remove(key))).toBe(success);
    expect(await client.comments()).toEqual(['theirs']);
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    // What the person changes changes nothing of that.
    agent.keys.setConfirm(id(), true);
    agent.keys.setConfirm(id(), false);
    store.tell();
    const elsewhere = connect();
    await bind(elsewhere, other, sid(2), false);
    expect(await elsewhere.comments()).toEqual([]);
    expect(
      await elsewhere.sign(key.blob, loginData(key.blob, 'git', sid(2), other.key.blob)),
    ).toBeUndefined();
    agent.stores.add(store);
    await settle();
    expect(await client.sign(key.blob, bytes('x'))).toBeDefined();
  });

  it('leaves nothing to the store’s that another machine asked for alone', async () => {
    const { agent, connect } = testAgent();
    const [forwarded, key, store] = [connect(), ed25519Key(), new FakeStore()];
    agent.stores.add(store);
    await bind(forwarded, testHost(), sid(1), true);
    await forwarded.send(addRequest(key, 'planted', constrain.confirm()));
    store.with(key, 'theirs');
    await agent.stores.refresh();
    expect(await forwarded.status(remove(key))).toBe(success);
    expect(agent.keys.list()).toMatchObject([{ comment: 'theirs', confirm: false }]);
  });

  it('has a certificate in the store, which stays the store’s', async () => {
    const { client, key, store } = await agentWithStore();
    store.with(key, 'certified', 'nothing', madeUpCertificate(key.blob));
    await client.send(addRequest(key, 'ours'));
    expect(await client.comments()).toEqual(['ours', 'certified']);
  });

  it('is not taken from the store by a file of another machine, which proves nothing', async () => {
    const { agent, connect } = testAgent();
    const [forwarded, key] = [connect(), ed25519Key()];
    const store = new FakeStore();
    store.identities = [{ blob: pageantBlob, comment: bytes('theirs'), need: 'nothing' }];
    agent.stores.add(store.with(key, 'second'));
    await bind(forwarded, testHost(), sid(1), true);
    await agent.stores.refresh();
    expect(await addPpk(forwarded, encryptedPpk3)).toEqual(Uint8Array.of(28));
    expect(await forwarded.comments()).toEqual(['theirs', 'second']);
    // Nor is it freed of the person's confirmation by an add in clear there.
    const id = agent.keys.list().find(({ comment }) => comment === 'second')?.id ?? '';
    agent.keys.setConfirm(id, true);
    await forwarded.send(addRequest(key, 'stolen'));
    expect(agent.keys.list().find(({ confirm }) => confirm)?.comment).toBe('second');
  });
});

it('another machine that has a key of a store, too, frees it of nothing that the store was added with', async () => {
  const { agent, connect, key } = await agentWithStore({ confirm: true });
  const forwarded = connect();
  await bind(forwarded, testHost(), sid(1), true);
  expect(await forwarded.status(addRequest(key, 'free'))).toBe(failure);
  expect(agent.keys.list()).toMatchObject([{ comment: 'theirs', confirmIsConstraint: true }]);
});

describe('a locked agent', () => {
  it('shows and uses no keys of stores, and tells the stores', async () => {
    const { client, key, store, connect } = await agentWithStore();
    const waiting = connect();
    store.sign = () => new Promise(() => {});
    const reply = waiting.status(signRequest(key.blob, bytes('x')));
    await settle();
    expect(await client.status(request(22).text('locked'))).toBe(success);
    expect(await reply).toBe(failure);
    expect(await client.list()).toEqual([]);
    expect(store.locks).toBe(1);
    store.live();
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(await client.status(request(23).text('locked'))).toBe(success);
    expect(await client.comments()).toEqual(['theirs']);
  });

  it('shows none in a list that began before and waited for the store', async () => {
    const { connect, client, store } = await agentWithStore();
    let answer = () => {};
    store.list = () =>
      new Promise((resolve) => {
        answer = () => resolve(store.identities);
      });
    const names = ['list-keys@sallyport', 'list-extended@putty.projects.tartarus.org'];
    const replies = names.map((name) => connect().extension(name));
    await settle();
    await client.status(request(22).text('locked'));
    answer();
    expect((await Promise.all(replies)).map(([first]) => first)).toEqual([28, 28]);
  });
});

describe('lists that say more', () => {
  it('of ours say that it lives elsewhere', async () => {
    const { client } = await agentWithStore({ confirm: true });
    const reader = new WireReader(await client.extension('list-keys@sallyport'));
    reader.readByte();
    expect(reader.readUint32()).toBe(1);
    reader.readString();
    expect([reader.readText(), reader.readUint32(), reader.readUint32() & 1]).toEqual(['theirs', 0x100, 1]);
  });

  it('leave “re-encrypt all” nothing to complain of', async () => {
    const { client } = await agentWithStore();
    const reply = await client.extension('reencrypt-all@putty.projects.tartarus.org');
    expect([...reply]).toEqual([6, 0, 0, 0, 0]);
  });
});
