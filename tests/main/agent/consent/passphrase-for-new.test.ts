// The prompt for a passphrase is the person's "yes" to what is new, where that is shown first; and to nothing else.
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import type { KeepUnlocked } from '../../../../main/agent/ports/approver.ts';
import { cheapOffload, namedEd25519Key, ppkFile } from '../../../fakes/cheap-key-files.ts';
import { bind, login, program, ssh } from '../../../fakes/consent-agent.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { loginData, sid, testHost } from '../../../fakes/host-session.ts';
import { addFile } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, constrain, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

const key = namedEd25519Key('new');
const file = Buffer.from(await ppkFile(key, 'word')).toString();
const [host, other, hop] = [testHost(), testHost(), testHost()];
const toHost = (user = 'git', to = host) => login(key, user, sid(1), to.key.blob);
const once: KeepUnlocked = { kind: 'once' };

async function agentWithFile(constraints?: Uint8Array) {
  const test = testAgent({ offload: cheapOffload });
  await test.agent.consent.policies.setDefaultLevel('new');
  expect(await addFile(test.connect(), file, constraints ? { constraints } : {})).toBe(6);
  const sign = (data: Uint8Array, peer: Partial<Peer> = ssh) => test.connect(peer).sign(key.blob, data);
  const unlock = async (n = 0, keep?: KeepUnlocked) =>
    (await test.approver.passphrasePrompt(n)).answer(typed('word', keep));
  const counts = () => [test.approver.passphrases.length, test.approver.confirms.length];
  const lockKeys = () => test.agent.keys.reencryptAll();
  return { ...test, sign, unlock, counts, lockKeys };
}

describe('a passphrase that is asked for when something is new', () => {
  it('allows the use that it was asked for, and the like of it until the agent is locked', async () => {
    const { sign, unlock, counts, agent, approver } = await agentWithFile();
    const signed = sign(toHost());
    expect((await approver.passphrasePrompt(0)).request.alsoAllows?.()).toBe('until-locked');
    await unlock();
    expect(await signed).toBeDefined();
    expect(agent.consent.approvals.list()).toHaveLength(1);
    expect(await sign(toHost())).toBeDefined();
    expect(counts()).toEqual([1, 0]);
    const elsewhere = sign(toHost('git', other));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await elsewhere).toBeUndefined();
  });

  it('kept for one use, or for what can’t be told again, allows that use alone', async () => {
    const { sign, unlock, counts, agent, approver } = await agentWithFile();
    for (const n of [0, 1]) {
      const signed = sign(toHost());
      await unlock(n, once);
      expect(await signed).toBeDefined();
    }
    const unknown = sign(toHost(), {});
    expect((await approver.passphrasePrompt(2)).request.alsoAllows?.()).toBe('this-use');
    await unlock(2);
    expect(await unknown).toBeDefined();
    expect(agent.consent.approvals.list()).toEqual([]);
    expect(counts()).toEqual([3, 0]);
  });

  it('after a wrong one allows it all the same', async () => {
    const { sign, unlock, counts, approver } = await agentWithFile();
    const signed = sign(toHost());
    (await approver.passphrasePrompt(0)).answer(typed('wrong'));
    await unlock(1);
    expect(await signed).toBeDefined();
    expect(counts()).toEqual([2, 0]);
  });

  it.each<[string, KeepUnlocked | undefined]>([
    ['until locked', undefined],
    ['for one use', once],
  ])('allows nothing of what has joined, which is asked about by itself: kept %s', async (_, keep) => {
    const { sign, unlock, counts, approver } = await agentWithFile();
    const first = sign(toHost());
    const { request } = await approver.passphrasePrompt(0);
    const thief = sign(toHost('root', other), program('/usr/bin/thief'));
    const second = sign(toHost('root'));
    await expect.poll(() => request.requesters().length).toBe(3);
    await unlock(0, keep);
    expect(await first).toBeDefined();
    const { request: about, answer } = await approver.confirmPrompt(0);
    expect(about.requesters()).toMatchObject([{ process: { executable: '/usr/bin/thief' } }]);
    answer('deny');
    (await approver.confirmPrompt(1)).answer('allow');
    // Nothing was kept open while the person was asked.
    if (keep) await unlock(1, keep);
    expect([await thief, (await second) !== undefined]).toEqual([undefined, true]);
    expect(counts()).toEqual([keep ? 2 : 1, 2]);
  });

  it('spares what has joined and is the like of the first', async () => {
    const { sign, unlock, counts, approver } = await agentWithFile();
    const signed = [sign(toHost()), sign(login(key, 'git', sid(2), host.key.blob))];
    const { request } = await approver.passphrasePrompt(0);
    await expect.poll(() => request.requesters().length).toBe(2);
    await unlock();
    for (const signature of signed) expect(await signature).toBeDefined();
    expect(counts()).toEqual([1, 0]);
  });

  it('allows nothing of who comes while it is tried', async () => {
    const { sign, unlock, approver } = await agentWithFile();
    const first = sign(toHost());
    await unlock();
    const late = sign(toHost('root', other), program('/usr/bin/thief'));
    expect(await first).toBeDefined();
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await late).toBeUndefined();
  });

  it('allows nothing of the second when the first has left', async () => {
    const { connect, sign, unlock, approver } = await agentWithFile();
    const gone = connect(ssh);
    const left = gone.sign(key.blob, toHost());
    const { request } = await approver.passphrasePrompt(0);
    const second = sign(toHost('root', other), program('/usr/bin/thief'));
    await expect.poll(() => request.requesters().length).toBe(2);
    gone.session.close();
    await expect.poll(() => request.requesters().length).toBe(1);
    expect(request.alsoAllows?.()).toBeUndefined();
    await unlock();
    (await approver.confirmPrompt(0)).answer('deny');
    expect([await left, await second]).toEqual([undefined, undefined]);
  });

  it('allows nothing of the second when the first has left before a wrong one', async () => {
    const { connect, sign, unlock, approver } = await agentWithFile();
    const leaving = connect(ssh);
    void leaving.sign(key.blob, toHost());
    const { request: shown, answer } = await approver.passphrasePrompt(0);
    const thief = sign(toHost('root', other), program('/usr/bin/thief'));
    await expect.poll(() => shown.requesters().length).toBe(2);
    leaving.session.close();
    answer(typed('wrong'));
    expect((await approver.passphrasePrompt(1)).request.alsoAllows?.()).toBeUndefined();
    await unlock(1);
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await thief).toBeUndefined();
  });

  it('that nobody typed, as a program added the key meanwhile, allows nothing', async () => {
    const { connect, sign, approver, counts } = await agentWithFile();
    const signed = sign(toHost());
    await approver.passphrasePrompt(0);
    expect(await connect().status(addRequest(key, 'in clear'))).toBe(6);
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await signed).toBeUndefined();
    expect(counts()).toEqual([1, 1]);
  });

  it('that another machine was the first to ask for allows nothing of this one', async () => {
    const { connect, sign, unlock, approver } = await agentWithFile();
    const client = connect(ssh);
    expect(await bind(client, hop, sid(9), true)).toBe(true);
    const forwarded = client.sign(key.blob, toHost());
    (await approver.confirmPrompt(0)).answer('allow');
    const { request } = await approver.passphrasePrompt(0);
    expect(request.alsoAllows?.()).toBeUndefined();
    const here = sign(toHost());
    await expect.poll(() => request.requesters().length).toBe(2);
    await unlock();
    expect(await forwarded).toBeDefined();
    (await approver.confirmPrompt(1)).answer('deny');
    expect(await here).toBeUndefined();
  });

  it.each<[string, Uint8Array | undefined, (test: Awaited<ReturnType<typeof agentWithFile>>) => unknown]>([
    ['a program wants each use confirmed', constrain.confirm(), () => {}],
    ['the level is “always”', undefined, ({ agent }) => agent.consent.policies.setDefaultLevel('always')],
    ['a rule asks', undefined, ({ agent }) => agent.consent.policies.addRule({ action: 'ask', user: 'git' })],
  ])('is asked for after the question where %s', async (_, constraints, prepare) => {
    const test = await agentWithFile(constraints);
    await prepare(test);
    const signed = test.sign(toHost());
    await test.approver.confirmPrompt(0);
    expect(test.counts()).toEqual([0, 1]);
    (await test.approver.confirmPrompt(0)).answer('allow');
    expect((await test.approver.passphrasePrompt(0)).request.alsoAllows?.()).toBeUndefined();
    await test.unlock();
    expect(await signed).toBeDefined();
  });

  it('is no answer to a rule or a level that came while it was asked for', async () => {
    const { agent, sign, unlock, approver } = await agentWithFile();
    const signed = sign(toHost());
    await approver.passphrasePrompt(0);
    await agent.consent.policies.setDefaultLevel('always');
    await unlock();
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await signed).toBeUndefined();
  });

  it('is asked about anew where nothing was asked before and the level came meanwhile', async () => {
    const { agent, sign, unlock, approver } = await agentWithFile();
    await agent.consent.policies.setDefaultLevel('never');
    const signed = sign(toHost());
    await approver.passphrasePrompt(0);
    await agent.consent.policies.setDefaultLevel('new');
    await unlock();
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await signed).toBeUndefined();
    expect(agent.consent.approvals.list()).toEqual([]);
  });

  it.each<[string, KeepUnlocked | undefined]>([
    ['until locked', undefined],
    ['for one use', once],
  ])(
    'allows no more than the person has said meanwhile of the like, and needs no other word: kept %s',
    async (_, keep) => {
      const { sign, unlock, counts, agent, approver, lockKeys } = await agentWithFile();
      const opened = sign(toHost());
      await unlock();
      expect(await opened).toBeDefined();
      const asked = sign(toHost('git', other));
      const { answer } = await approver.confirmPrompt(0);
      lockKeys();
      const like = sign(toHost('git', other));
      // It waits for the person, who is asked about the other.
      await settle();
      answer({ kind: 'allow', remember: '5-minutes' });
      const { request } = await approver.passphrasePrompt(1);
      await expect.poll(() => request.requesters().length).toBe(2);
      expect(request.alsoAllows?.()).toBeUndefined();
      await unlock(1, keep);
      expect([await asked, await like]).toEqual([expect.anything(), expect.anything()]);
      const lasting = agent.consent.approvals.list().map(({ secondsLeft }) => secondsLeft);
      expect(lasting.filter((seconds) => seconds !== undefined)).toHaveLength(1);
      expect(counts()).toEqual([2, 1]);
    },
  );

  it('that is refused allows nothing, and is not asked for again at once', async () => {
    const { sign, approver, counts, agent } = await agentWithFile();
    const signed = sign(toHost());
    (await approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    expect(await signed).toBeUndefined();
    expect(await sign(toHost())).toBeUndefined();
    expect(counts()).toEqual([1, 0]);
    expect(agent.consent.missed.list()).toMatchObject([{ count: 2, mayAllowNextTime: true }]);
  });

  it('uses up a “yes” to the next request, also where it is asked for besides', async () => {
    const { sign, unlock, counts, agent, approver } = await agentWithFile();
    const refused = sign(toHost());
    (await approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    await refused;
    const [missed] = agent.consent.missed.list();
    expect(missed).toMatchObject({ mayAllowNextTime: true });
    expect(agent.consent.missed.allowNextTime(missed?.id ?? '')).toBe(true);
    const next = sign(toHost());
    expect((await approver.passphrasePrompt(1)).request.alsoAllows?.()).toBeUndefined();
    await unlock(1, once);
    expect(await next).toBeDefined();
    expect(agent.consent.approvals.list()).toEqual([]);
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()[0]?.reason).toContain('You allowed this before');
    const another = sign(toHost());
    expect((await approver.passphrasePrompt(2)).request.alsoAllows?.()).toBe('until-locked');
    (await approver.passphrasePrompt(2)).answer({ kind: 'cancelled' });
    expect(await another).toBeUndefined();
    expect(counts()).toEqual([3, 0]);
  });

  it('is asked for of a known program without a question when the key was locked alone', async () => {
    const { sign, unlock, counts, lockKeys, approver } = await agentWithFile();
    const first = sign(toHost());
    await unlock();
    await first;
    lockKeys();
    const again = sign(toHost());
    expect((await approver.passphrasePrompt(1)).request.alsoAllows?.()).toBeUndefined();
    await unlock(1);
    expect(await again).toBeDefined();
    await settle();
    expect(counts()).toEqual([2, 0]);
  });
});

describe('a “yes” to what is new, given for a key that is unlocked for some minutes', () => {
  it('outlives them, as nothing is signed then without the passphrase, which asks no more than itself', async () => {
    const { sign, unlock, counts, clock, agent, approver } = await agentWithFile();
    const first = sign(toHost());
    await unlock(0, { kind: 'for', seconds: 900 });
    await first;
    clock.advance(900_000);
    const again = sign(toHost());
    expect((await approver.passphrasePrompt(1)).request.alsoAllows?.()).toBeUndefined();
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await again).toBeUndefined();
    expect(agent.consent.approvals.list()).toHaveLength(1);
    clock.advance(60_000);
    const elsewhere = sign(toHost('git', other));
    expect((await approver.passphrasePrompt(2)).request.alsoAllows?.()).toBe('until-locked');
    await unlock(2);
    expect(await elsewhere).toBeDefined();
    expect(counts()).toEqual([3, 0]);
  });
});

describe('a prompt that was opened for a request that has left', () => {
  const [certificate, otherCertificate] = [madeUpCertificate(key.blob), madeUpCertificate(key.blob)];

  /** Opens a prompt while the person is busy, leaves it to another request, and has the person look at it. */
  async function leftTo(
    { connect, approver }: Awaited<ReturnType<typeof agentWithFile>>,
    [first, second]: readonly [TestKey['blob'], TestKey['blob']],
  ) {
    const busy = ed25519Key();
    expect(await connect().status(addRequest(busy, 'busy', constrain.confirm()))).toBe(6);
    void connect(ssh).sign(busy.blob, login(busy));
    const { answer } = await approver.confirmPrompt(0);
    const sign = (blob: Uint8Array) => {
      const client = connect(ssh);
      return { client, signed: client.sign(blob, loginData(blob, 'git', sid(1))) };
    };
    const leaving = sign(first);
    await settle();
    const { signed } = sign(second);
    await settle();
    leaving.client.session.close();
    answer('deny');
    const { request } = await approver.passphrasePrompt(0);
    expect(request.requesters()).toHaveLength(1);
    return { request, signed };
  }

  it('allows the other where it names the same', async () => {
    const { request } = await leftTo(await agentWithFile(), [key.blob, key.blob]);
    expect(request.alsoAllows?.()).toBe('this-use');
  });

  it.each<[string, readonly [Uint8Array, Uint8Array]]>([
    ['it names the plain key for its certificate', [key.blob, certificate]],
    ['it names the certificate for the plain key', [certificate, key.blob]],
    ['it names the comment of another certificate', [certificate, otherCertificate]],
  ])('allows nothing of the other where %s', async (_, blobs) => {
    const test = await agentWithFile();
    const comments = [
      [certificate, 'ppk'],
      [otherCertificate, 'production'],
    ] as const;
    for (const [blob, comment] of comments)
      expect(await addFile(test.connect(), file, { blob, comment })).toBe(6);
    expect(test.agent.keys.list().map(({ comment }) => comment)).toEqual(['ppk', 'ppk', 'production']);
    const { request, signed } = await leftTo(test, blobs);
    expect(request.alsoAllows?.()).toBeUndefined();
    await test.unlock();
    (await test.approver.confirmPrompt(1)).answer('deny');
    expect(await signed).toBeUndefined();
  });
});

describe('a PIN that opens several keys', () => {
  it('is closed while a request that joined for another key is asked about, where it was for one use', async () => {
    const { agent, connect, approver } = testAgent();
    const [named, other] = [ed25519Key(), ed25519Key()];
    const card = new FakeStore('card', 'pkcs11')
      .with(named, 'key', 'pin')
      .with(other, 'key', 'pin')
      .withPin('1234');
    agent.stores.add(card);
    await agent.stores.refresh();
    await agent.consent.policies.setDefaultLevel('new');
    const sign = (of: TestKey) => connect(ssh).sign(of.blob, login(of, 'git', sid(1), host.key.blob));
    const signed = sign(named);
    const { request, answer } = await approver.passphrasePrompt(0);
    const joined = sign(other);
    await expect.poll(() => request.requesters().length).toBe(2);
    answer(typed('1234', once));
    expect(await signed).toBeDefined();
    const { answer: refuse } = await approver.confirmPrompt(0);
    expect(card.isOpen).toBe(false);
    refuse('deny');
    expect(await joined).toBeUndefined();
  });

  it('allows nothing of a request for another key of the same kind and comment, to which its prompt was left', async () => {
    const { agent, connect, approver } = testAgent();
    const [named, wanted, busy] = [ed25519Key(), ed25519Key(), ed25519Key()];
    agent.stores.add(
      new FakeStore('card', 'pkcs11').with(named, 'key', 'pin').with(wanted, 'key', 'pin').withPin('1234'),
    );
    await agent.stores.refresh();
    expect(await connect().status(addRequest(busy, 'busy', constrain.confirm()))).toBe(6);
    await agent.consent.policies.setDefaultLevel('new');
    void connect(ssh).sign(busy.blob, login(busy));
    const { answer } = await approver.confirmPrompt(0);
    const leaving = connect(ssh);
    void leaving.sign(named.blob, login(named, 'git', sid(1), host.key.blob));
    await settle();
    void connect(ssh).sign(wanted.blob, login(wanted, 'git', sid(1), host.key.blob));
    await settle();
    leaving.session.close();
    answer('deny');
    const { request } = await approver.passphrasePrompt(0);
    expect(request.requesters()).toHaveLength(1);
    expect(request.alsoAllows?.()).toBeUndefined();
  });

  it('allows nothing of a request for another key than its prompt names', async () => {
    const { agent, connect, approver } = testAgent();
    const [named, wanted, plain] = [ed25519Key(), ed25519Key(), ed25519Key()];
    agent.stores.add(
      new FakeStore('card', 'pkcs11')
        .with(named, 'named', 'pin')
        .with(wanted, 'wanted', 'pin')
        .withPin('1234'),
    );
    await agent.stores.refresh();
    expect(await connect().status(addRequest(plain, 'plain'))).toBe(6);
    await agent.consent.policies.setDefaultLevel('new');
    const use = (of: TestKey) => login(of, 'git', sid(1), host.key.blob);
    // The person is busy with another question while the prompt is opened for one key, and left to another.
    const before = connect(ssh).sign(plain.blob, use(plain));
    const { answer: deny } = await approver.confirmPrompt(0);
    const leaving = connect(ssh);
    const left = leaving.sign(named.blob, use(named));
    await settle();
    const signed = connect(ssh).sign(wanted.blob, use(wanted));
    await settle();
    leaving.session.close();
    deny('deny');
    expect([await before, await left]).toEqual([undefined, undefined]);
    const { request, answer } = await approver.passphrasePrompt(0);
    const allows = request.key.comment === 'wanted' ? 'until-locked' : undefined;
    expect(request.alsoAllows?.()).toBe(allows);
    answer(typed('1234'));
    if (!allows) (await approver.confirmPrompt(1)).answer('deny');
    expect((await signed) !== undefined).toBe(allows !== undefined);
  });

  it('allows the use of the key that it names, and that of no other', async () => {
    const { agent, connect, approver } = testAgent();
    const [named, other] = [ed25519Key(), ed25519Key()];
    agent.stores.add(
      new FakeStore('card', 'pkcs11').with(named, 'named', 'pin').with(other, 'other', 'pin').withPin('1234'),
    );
    await agent.stores.refresh();
    await agent.consent.policies.setDefaultLevel('new');
    const sign = (of: TestKey) => connect(ssh).sign(of.blob, login(of, 'git', sid(1), host.key.blob));
    const signed = sign(named);
    const { request, answer } = await approver.passphrasePrompt(0);
    expect(request.alsoAllows?.()).toBe('until-locked');
    answer(typed('1234'));
    expect(await signed).toBeDefined();
    expect(await sign(named)).toBeDefined();
    const refused = sign(other);
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await refused).toBeUndefined();
  });
});
