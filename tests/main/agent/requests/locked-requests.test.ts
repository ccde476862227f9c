// Requests that come while the person's own lock holds: they wait for one question, and are judged after it.
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../main/agent/facts/connection.ts';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import { RefusedError } from '../../../../main/agent/protocol/errors.ts';
import { AgentLock } from '../../../../main/agent/requests/agent-lock.ts';
import { LockedRequests } from '../../../../main/agent/requests/locked-requests.ts';
import { bind, login, program, ssh } from '../../../fakes/consent-agent.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { addPpk } from '../../../fakes/encrypted-key-agent.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { lockedAgent } from '../../../fakes/locked-agent.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import {
  encryptedPpk3,
  pageantPassphrase,
  signHelloReply,
  signHelloRequest,
} from '../../../fakes/pageant-vectors.ts';
import { typed, UnlockingApprover } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, request, testPeer } from '../../../fakes/test-agent.ts';
import { ed25519Key, rsaKey } from '../../../fakes/test-key.ts';

const [failure, success] = [5, 6];
const notUnlocked = 'The agent was locked and you did not unlock it.';

async function through(connect: Awaited<ReturnType<typeof lockedAgent>>['connect'], machine = testHost()) {
  const client = connect(ssh);
  if (!(await bind(client, machine, sid(100), true))) throw new Error('the bind was refused');
  return client;
}

describe('a request that comes to an agent that the person has locked', () => {
  it('goes on when they unlock it at the prompt, which tells who asks for what with which key, and why it is locked', async () => {
    const { agent, connect, key, approver } = await lockedAgent();
    const signed = connect(ssh).sign(key.blob, login(key));
    const { request: asked, answer } = await approver.unlockPrompt(0);
    expect(asked).toMatchObject({ lockReason: 'You were away.', timeLimitMs: 60_000 });
    expect(asked.waiting()).toMatchObject([
      {
        key: { comment: 'me@work' },
        requester: { process: { executable: '/usr/bin/ssh' }, purpose: { kind: 'ssh-login', user: 'git' } },
      },
    ]);
    expect(agent.isLocked).toBe(true);
    answer('unlock');
    expect(key.verify((await signed) ?? new Uint8Array(), login(key))).toBe(true);
    expect(agent.isLocked).toBe(false);
    expect(approver.confirms).toEqual([]);
  });

  it('goes on when they unlock it at the window meanwhile, and the prompt closes', async () => {
    const { agent, connect, key, approver } = await lockedAgent();
    const signed = connect(ssh).sign(key.blob, login(key));
    const { signal } = await approver.unlockPrompt(0);
    agent.resume();
    expect(signal.aborted).toBe(true);
    expect(await signed).toBeDefined();
  });

  it('is refused when they leave it locked, as the inbox and the activity say', async () => {
    const { agent, connect, key, stayLocked, lastEntry, missed } = await lockedAgent();
    const signed = connect(ssh).sign(key.blob, login(key));
    await stayLocked(0);
    expect(await signed).toBeUndefined();
    expect(agent.isLocked).toBe(true);
    expect(await lastEntry()).toMatchObject({ answer: 'denied', reason: notUnlocked });
    expect(missed.list()).toMatchObject([{ answer: 'denied', count: 1, wasLocked: true }]);
  });

  it('can be allowed for the next time where the rules allow it anyway, and by no stricter ones', async () => {
    const { agent, connect, key, approver, stayLocked } = await lockedAgent();
    const refused = connect(ssh).sign(key.blob, login(key));
    await stayLocked(0);
    await refused;
    const { missed, policies, approvals } = agent.consent;
    const [entry] = missed.list();
    expect(entry?.mayAllowNextTime).toBe(true);
    expect(missed.allowNextTime(entry?.id ?? '')).toBe(true);
    expect(approvals.list()).toMatchObject([{ isForOneUse: true }]);
    agent.resume();
    await policies.setDefaultLevel('always');
    const next = connect(ssh).sign(key.blob, login(key));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await next).toBeUndefined();
  });

  it('is refused when nobody answers in time', async () => {
    const { connect, key, approver, clock, lastEntry, missed } = await lockedAgent();
    const signed = connect(ssh).sign(key.blob, login(key));
    const { signal } = await approver.unlockPrompt(0);
    clock.advance(59_999);
    expect(signal.aborted).toBe(false);
    clock.advance(1);
    expect(await signed).toBeUndefined();
    expect(signal.aborted).toBe(true);
    const reason = 'The agent was locked and nobody unlocked it in time.';
    expect(await lastEntry()).toMatchObject({ answer: 'missed', reason });
    expect(missed.list()).toMatchObject([{ answer: 'missed' }]);
  });

  it('is judged after the unlock as any other: confirmation, level, passphrase', async () => {
    const { agent, connect, key, approver, unlock } = await lockedAgent(constrain.confirm());
    const confirmed = connect(ssh).sign(key.blob, login(key));
    await unlock(0);
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await confirmed).toBeUndefined();
    const other = ed25519Key();
    expect(await connect().status(addRequest(other, 'other'))).toBe(success);
    expect(await addPpk(connect(), encryptedPpk3)).toEqual(Uint8Array.of(success));
    await agent.consent.policies.setDefaultLevel('always');
    agent.pause();
    const asked = connect(ssh).sign(other.blob, login(other));
    await unlock(1);
    (await approver.confirmPrompt(1)).answer('deny');
    expect(await asked).toBeUndefined();
    await agent.consent.policies.setDefaultLevel('never');
    agent.pause();
    const opened = connect().session.handle(signHelloRequest.slice());
    await unlock(2);
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(Buffer.from(await opened).toString('hex')).toBe(signHelloReply);
  });

  it('shares one prompt with all that wait, of whatever key, and each is judged by itself', async () => {
    const { agent, connect, key, approver, add } = await lockedAgent();
    agent.resume();
    const other = ed25519Key();
    await connect().status(addRequest(other, 'other', constrain.confirm()));
    await add();
    agent.pause();
    const first = connect(ssh).sign(key.blob, login(key));
    const { request: asked, answer } = await approver.unlockPrompt(0);
    let changes = 0;
    asked.onWaitingChanged(() => changes++);
    const second = connect(program('/usr/bin/git')).sign(other.blob, bytes('x'));
    await settle();
    expect(changes).toBe(1);
    expect(asked.waiting().map((waiting) => waiting.key.comment)).toEqual(['me@work', 'other']);
    expect(approver.unlocks).toHaveLength(1);
    answer('unlock');
    expect(await first).toBeDefined();
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await second).toBeUndefined();
  });

  it('closes the prompt when its client leaves or its key is removed', async () => {
    const { agent, connect, key, approver } = await lockedAgent();
    const client = connect(ssh);
    const left = client.sign(key.blob, login(key));
    const first = await approver.unlockPrompt(0);
    client.session.close();
    expect(await left).toBeUndefined();
    expect(first.signal.aborted).toBe(true);
    const removed = connect(ssh).sign(key.blob, login(key));
    const second = await approver.unlockPrompt(1);
    agent.keys.remove(agent.keys.list()[0]?.id ?? '');
    expect(await removed).toBeUndefined();
    expect(second.signal.aborted).toBe(true);
  });

  it('is refused when the agent ends', async () => {
    const { agent, connect, key, approver, lastEntry } = await lockedAgent();
    const signed = connect(ssh).sign(key.blob, login(key));
    const { signal } = await approver.unlockPrompt(0);
    agent.stop();
    expect(await signed).toBeUndefined();
    expect(signal.aborted).toBe(true);
    expect(await lastEntry()).toMatchObject({ answer: 'failed', reason: 'The agent is ending.' });
  });

  it('is refused, and nobody asked, when the agent ends while it is looked up who asks', async () => {
    let isLookedUp = (_: undefined) => {};
    const looked = new Promise<undefined>((resolve) => {
      isLookedUp = resolve;
    });
    const { agent, connect, key, asked, lastEntry } = await lockedAgent();
    const signed = connect({ describe: () => looked }).sign(key.blob, login(key));
    await settle();
    agent.stop();
    isLookedUp(undefined);
    expect(await signed).toBeUndefined();
    expect(asked()).toBe(0);
    expect(await lastEntry()).toMatchObject({ answer: 'failed', reason: 'The agent is ending.' });
  });

  it('is nobody’s “no” where nobody could be asked', async () => {
    const { agent, connect, key, approver, missed, log } = await lockedAgent();
    const refused = 'test pid 42: sign request refused: ';
    approver.unlockAgent = () => Promise.reject(new RefusedError('no window could be opened'));
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(missed.list()).toEqual([]);
    expect(log.splice(0)).toEqual([`${refused}no window could be opened`]);
    approver.unlockAgent = () => Promise.reject(new TypeError('a fault'));
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(agent.isLocked).toBe(true);
    expect(log).toEqual(['asking for the unlock failed: a fault', `${refused}nobody could be asked`]);
  });

  it('is told of no failure of a prompt that is not wanted any more', async () => {
    const { agent, connect, key, approver, log } = await lockedAgent();
    approver.unlockAgent = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new TypeError('closed')));
      });
    const signed = connect(ssh).sign(key.blob, login(key));
    await settle();
    agent.resume();
    expect(await signed).toBeDefined();
    expect(log).toEqual([]);
  });
});

describe('locks that come and go while a request waits', () => {
  it('end it when they come after the unlock, before it has gone on', async () => {
    const { agent, connect, key, approver, asked } = await lockedAgent();
    const signed = connect(ssh).sign(key.blob, login(key));
    await approver.unlockPrompt(0);
    agent.resume();
    agent.pause();
    // What the next unlock allows is not what came before that lock.
    agent.resume();
    expect(await signed).toBeUndefined();
    expect(asked()).toBe(1);
  });

  it('end it also while it is still looked up who asks, and then nobody is asked', async () => {
    let isLookedUp = (_: undefined) => {};
    const looked = new Promise<undefined>((resolve) => {
      isLookedUp = resolve;
    });
    const { agent, connect, key, asked } = await lockedAgent();
    const signed = connect({ describe: () => looked }).sign(key.blob, login(key));
    await settle();
    agent.resume();
    agent.pause();
    isLookedUp(undefined);
    expect(await signed).toBeUndefined();
    expect(asked()).toBe(0);
  });

  it('let it go on unasked when it was unlocked while it was looked up who asks', async () => {
    let isLookedUp = (_: undefined) => {};
    const looked = new Promise<undefined>((resolve) => {
      isLookedUp = resolve;
    });
    const { agent, connect, key, asked } = await lockedAgent();
    const signed = connect({ describe: () => looked }).sign(key.blob, login(key));
    await settle();
    agent.resume();
    isLookedUp(undefined);
    expect(await signed).toBeDefined();
    expect(asked()).toBe(0);
  });

  it('do not end it when they lock what is locked already, as for idling and the lock screen', async () => {
    const { agent, connect, key, approver, unlock } = await lockedAgent();
    const signed = connect(ssh).sign(key.blob, login(key));
    const { signal } = await approver.unlockPrompt(0);
    agent.pause('Locked when the session was locked.');
    await settle();
    expect(signal.aborted).toBe(false);
    await unlock(0);
    expect(await signed).toBeDefined();
  });

  it('make an answer to the question about the lock before worth nothing', async () => {
    const { agent, connect, key, approver } = await lockedAgent();
    void connect(ssh).sign(key.blob, login(key));
    const { answer } = await approver.unlockPrompt(0);
    // Given, and overtaken before it was taken note of.
    answer('unlock');
    agent.resume();
    agent.pause();
    await settle();
    expect(agent.isLocked).toBe(true);
  });

  it.each<[string, (answer: () => void, test: Awaited<ReturnType<typeof lockedAgent>>) => void]>([
    [
      'the time for it ran out',
      (answer, { clock }) => {
        answer();
        clock.advance(60_000);
      },
    ],
    [
      'it had run out',
      (answer, { clock }) => {
        clock.advance(60_000);
        answer();
      },
    ],
    [
      'the agent ended',
      (answer, { agent }) => {
        answer();
        agent.stop();
      },
    ],
    [
      'it was unlocked and locked again',
      (answer, { agent }) => {
        answer();
        agent.resume();
        agent.pause();
      },
    ],
  ])('make an “Unlock” that came as %s worth nothing', async (_, happen) => {
    const test = await lockedAgent();
    const signed = test.connect(ssh).sign(test.key.blob, login(test.key));
    const { answer } = await test.approver.unlockPrompt(0);
    happen(() => answer('unlock'), test);
    expect(await signed).toBeUndefined();
    await settle();
    expect(test.agent.isLocked).toBe(true);
  });

  it('of a program refuse it at once, alone or together with the person’s, and ask nobody', async () => {
    const { agent, connect, key, asked } = await lockedAgent();
    agent.resume();
    expect(await connect().status(request(22).text('secret'))).toBe(success);
    const refused = async () => {
      expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
      expect(await connect(ssh).list()).toEqual([]);
    };
    await refused();
    agent.pause();
    await refused();
    expect(asked()).toBe(0);
    expect(await connect().status(request(23).text('secret'))).toBe(success);
    expect(await connect(ssh).list()).toHaveLength(1);
  });
});

it('nothing waits for the person where a program has locked the agent, too, or nobody may be asked', async () => {
  const lock = new AgentLock(new ManualClock(), () => {});
  const ports = { approver: new UnlockingApprover() };
  const sealed = () => new AbortController().signal;
  const requests = new LockedRequests({ lock, ports, sealed } as unknown as ConstructorParameters<
    typeof LockedRequests
  >[0]);
  const watch = (mayPrompt = true) => requests.watch({ peer: testPeer({ mayPrompt }) } as Connection);
  const refused = new RefusedError('the agent is locked');
  lock.pause();
  watch()[Symbol.dispose]();
  expect(() => watch(false)).toThrow(refused);
  await lock.lock(bytes('x'));
  expect(() => watch()).toThrow(refused);
});

describe('nobody is asked to unlock the agent', () => {
  it('for a key that is not there, which no place of keys is asked for', async () => {
    const { agent, connect, asked } = await lockedAgent();
    const store = new FakeStore();
    agent.stores.add(store);
    await settle();
    let lists = 0;
    store.list = () => {
      lists++;
      return Promise.resolve([]);
    };
    const other = ed25519Key();
    expect(await connect(ssh).sign(other.blob, login(other))).toBeUndefined();
    expect([asked(), lists]).toEqual([0, 0]);
  });

  it('for what the person’s rules deny', async () => {
    const { agent, connect, key, asked, lastEntry } = await lockedAgent();
    await agent.consent.policies.addRule({ action: 'deny', user: 'git' });
    expect(await connect(ssh).sign(key.blob, login(key, 'git'))).toBeUndefined();
    expect(asked()).toBe(0);
    expect(await lastEntry()).toMatchObject({ answer: 'denied' });
    void connect(ssh).sign(key.blob, login(key, 'root'));
    await settle();
    expect(asked()).toBe(1);
  });

  it('for what the key does not sign: elsewhere than it may go, by a flag that nobody knows', async () => {
    const { connect, key, asked } = await lockedAgent(restrict({ to: ['host', testHost()] }));
    const client = connect(ssh);
    expect(await client.sign(key.blob, login(key))).toBeUndefined();
    await bind(client, testHost(), sid(1), false);
    expect(await client.sign(key.blob, login(key, 'git', sid(1)))).toBeUndefined();
    const other = await lockedAgent();
    expect(await other.connect(ssh).sign(other.key.blob, login(other.key), 8)).toBeUndefined();
    expect([asked(), other.asked()]).toEqual([0, 0]);
  });

  it('for SHA-1 that is switched off', async () => {
    const { agent, connect, asked } = await lockedAgent(undefined, { allowSha1: false });
    agent.resume();
    const rsa = rsaKey();
    await connect().status(addRequest(rsa, 'rsa'));
    agent.pause();
    expect(await connect(ssh).sign(rsa.blob, bytes('x'))).toBeUndefined();
    expect(asked()).toBe(0);
  });

  it('for who has left while it was looked up who they are', async () => {
    let isLookedUp = (_: undefined) => {};
    const describe = () => new Promise<undefined>((resolve) => (isLookedUp = resolve));
    const { connect, key, asked, log } = await lockedAgent();
    const client = connect({ pid: 42, describe });
    const signed = client.sign(key.blob, login(key));
    await settle();
    client.session.close();
    isLookedUp(undefined);
    expect(await signed).toBeUndefined();
    await settle();
    expect(asked()).toBe(0);
    expect(log.at(-1)).toContain('the client has gone');
  });

  it('by a client that may ask nobody, which sees no keys either', async () => {
    const { connect, key, asked } = await lockedAgent();
    const older = connect({ ...ssh, mayPrompt: false });
    expect(await older.list()).toEqual([]);
    expect(await older.sign(key.blob, login(key))).toBeUndefined();
    expect(asked()).toBe(0);
  });

  it('by anything but a request to sign: lists show the keys, and all else is refused', async () => {
    const { connect, key, asked } = await lockedAgent();
    const client = connect(ssh);
    for (let n = 0; n < 10; n++) expect(await client.comments()).toEqual(['me@work']);
    expect(await client.status(addRequest(ed25519Key(), 'new'))).toBe(failure);
    for (const number of [9, 19]) expect(await client.status(request(number))).toBe(failure);
    expect(await client.status(request(18).string(key.blob))).toBe(failure);
    expect(await client.status(request(22).text('secret'))).toBe(failure);
    expect(await client.status(request(23).text('secret'))).toBe(failure);
    expect(await client.extension('list-keys@sallyport')).toEqual(Uint8Array.of(28));
    expect(await client.extension('reencrypt-all@putty.projects.tartarus.org')).toEqual(Uint8Array.of(28));
    expect(await client.send(request(1))).toEqual(Uint8Array.of(2, 0, 0, 0, 0));
    expect(asked()).toBe(0);
  });
});

describe('a list of an agent that the person has locked', () => {
  it('has the keys of other places as they were known, and asks none of them', async () => {
    const { agent, connect } = await lockedAgent();
    agent.resume();
    const store = new FakeStore('token', 'pkcs11').with(ed25519Key(), 'on a token');
    agent.stores.add(store);
    await settle();
    agent.pause();
    let lists = 0;
    store.list = () => {
      lists++;
      return Promise.resolve(store.identities);
    };
    expect(await connect(ssh).comments()).toEqual(['me@work', 'on a token']);
    expect(lists).toBe(0);
  });

  it('hides from other machines what is hidden from them in any case', async () => {
    const { agent, connect, key } = await lockedAgent();
    agent.resume();
    const machine = testHost();
    const free = ed25519Key();
    await connect().status(addRequest(free, 'free'));
    await connect().status(addRequest(key, 'restricted', restrict({ to: ['host', testHost()] })));
    agent.pause();
    expect(await (await through(connect, machine)).comments()).toEqual(['free']);
  });

  it('shows nothing once a program has locked the agent while it was looked up for whom it is', async () => {
    const { agent, connect } = await lockedAgent();
    agent.resume();
    await agent.consent.policies.addRule({ action: 'deny', destination: 'nowhere' });
    let isLookedUp = (_: undefined) => {};
    const looked = new Promise<undefined>((resolve) => {
      isLookedUp = resolve;
    });
    const listed = connect({ describe: () => looked }).list();
    await settle();
    expect(await connect().status(request(22).text('secret'))).toBe(success);
    isLookedUp(undefined);
    expect(await listed).toEqual([]);
  });
});

describe('who asks again and again while the agent is locked', () => {
  it('has nobody asked for a time after each “Stay locked”, with whatever key; an unlock ends that', async () => {
    const { agent, connect, key, clock, stayLocked, asked, missed, approver } = await lockedAgent();
    agent.resume();
    const other = ed25519Key();
    await connect().status(addRequest(other, 'other'));
    agent.pause();
    const ask = () => connect(ssh).sign(key.blob, login(key, `user${asked()}`));
    const refused = async (n: number) => {
      const signed = ask();
      await stayLocked(n);
      expect(await signed).toBeUndefined();
    };
    await refused(0);
    expect(await ask()).toBeUndefined();
    expect(await connect(ssh).sign(other.blob, login(other))).toBeUndefined();
    expect(missed.list()[0]).toMatchObject({ answer: 'suppressed' });
    clock.advance(2000);
    await refused(1);
    clock.advance(3999);
    expect(await ask()).toBeUndefined();
    clock.advance(1);
    await refused(2);
    for (let n = 3; n < 9; n++) {
      clock.advance(15 * 60_000);
      await refused(n);
    }
    clock.advance(8 * 60_000);
    expect(await ask()).toBeUndefined();
    expect(asked()).toBe(9);
    // Another program is asked for meanwhile.
    void connect(program('/usr/bin/git')).sign(key.blob, login(key));
    await approver.unlockPrompt(9);
    agent.resume();
    agent.pause();
    void ask();
    await approver.unlockPrompt(10);
  });

  it('is asked for at once after “Allow next time”, and not about the use after the unlock', async () => {
    const { agent, connect, key, stayLocked, unlock, asked, missed, prompts } = await lockedAgent(
      constrain.confirm(),
    );
    const ask = () => connect(ssh).sign(key.blob, login(key));
    const refused = ask();
    await stayLocked(0);
    expect(await refused).toBeUndefined();
    expect(await ask()).toBeUndefined();
    expect(asked()).toBe(1);
    expect(missed.list()).toHaveLength(1);
    agent.consent.missed.allowNextTime(missed.list()[0]?.id ?? '');
    const signed = ask();
    await unlock(1);
    expect(await signed).toBeDefined();
    expect(prompts()).toBe(0);
  });

  it('and leaves each time makes the prompt flicker a few times only', async () => {
    const { connect, key, approver, asked } = await lockedAgent();
    for (let n = 0; n < 30; n++) {
      const client = connect(ssh);
      const signed = client.sign(key.blob, login(key));
      await settle();
      client.session.close();
      expect(await signed).toBeUndefined();
    }
    expect(asked()).toBeLessThan(10);
    expect(approver.unlocks.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('with keys that end one after the other makes the prompt flicker a few times only', async () => {
    const { agent, connect, clock, asked } = await lockedAgent();
    agent.resume();
    const keys = Array.from({ length: 30 }, () => ed25519Key());
    for (const [n, brief] of keys.entries())
      expect(await connect().status(addRequest(brief, 'brief', constrain.lifetime(n + 1)))).toBe(success);
    agent.pause();
    for (const brief of keys) {
      const signed = connect(ssh).sign(brief.blob, login(brief));
      await settle();
      clock.advance(1000);
      expect(await signed).toBeUndefined();
    }
    expect(asked()).toBeLessThan(12);
  });

  it('and leaves a prompt for which others wait is not quietened', async () => {
    const { connect, key, approver, asked } = await lockedAgent();
    void connect(ssh).sign(key.blob, login(key));
    const { request: shown, signal } = await approver.unlockPrompt(0);
    const git = program('/usr/bin/git');
    for (let n = 0; n < 30; n++) {
      const leaving = connect(git);
      const left = leaving.sign(key.blob, login(key));
      await settle();
      expect(shown.waiting()).toHaveLength(2);
      leaving.session.close();
      expect(await left).toBeUndefined();
    }
    expect([asked(), signal.aborted]).toEqual([1, false]);
    void connect(git).sign(key.blob, login(key));
    await settle();
    expect(shown.waiting()).toHaveLength(2);
  });

  describe('under ever new names', () => {
    const copy = (n: number) => program(`/tmp/copy${n}`);

    async function copiesRefused(count: number) {
      const test = await lockedAgent();
      const ask = (peer: Partial<Peer>) => test.connect(peer).sign(test.key.blob, login(test.key));
      /** Asks, and is told “Stay locked” where the person is asked; resolves with whether they were. */
      const isAsked = async (peer: Partial<Peer>) => {
        const before = test.asked();
        const signed = ask(peer);
        await settle();
        if (test.asked() > before) await test.stayLocked(before);
        expect(await signed).toBeUndefined();
        return test.asked() > before;
      };
      for (let n = 0; n < count; n++) expect(await isAsked(copy(n))).toBe(true);
      return { ...test, ask, isAsked };
    }

    it('has nobody asked after four “Stay locked”, for ever longer; programs of before are asked for all the same', async () => {
      const { clock, isAsked, missed, lastEntry } = await copiesRefused(4);
      expect(await isAsked(copy(4))).toBe(false);
      expect(missed.list()[0]).toMatchObject({ answer: 'suppressed', wasLocked: true });
      const reason = 'It asked too soon after several other programs were refused.';
      expect(await lastEntry()).toMatchObject({ answer: 'suppressed', reason });
      clock.advance(59_999);
      expect(await isAsked(copy(4))).toBe(false);
      expect(await isAsked(copy(0))).toBe(true);
      clock.advance(1);
      expect([await isAsked(copy(4)), await isAsked(copy(5))]).toEqual([true, false]);
      clock.advance(2 * 60_000 - 1);
      expect(await isAsked(copy(5))).toBe(false);
      for (let n = 5; n < 12; n++) {
        clock.advance(15 * 60_000);
        expect(await isAsked(copy(n))).toBe(true);
      }
      clock.advance(15 * 60_000 - 1);
      expect(await isAsked(copy(12))).toBe(false);
    });

    it('has them asked again at once after an unlock', async () => {
      const { agent, ask, asked, unlock } = await copiesRefused(4);
      agent.resume();
      agent.pause();
      const signed = ask(copy(4));
      await unlock(asked());
      expect(await signed).toBeDefined();
    });

    it('has them asked for the one of which the person says “Allow next time”', async () => {
      const { agent, isAsked, missed } = await copiesRefused(4);
      expect([await isAsked(copy(4)), await isAsked(copy(5))]).toEqual([false, false]);
      const [, entry] = missed.list();
      agent.consent.missed.allowNextTime(entry?.id ?? '');
      expect([await isAsked(copy(4)), await isAsked(copy(5))]).toEqual([true, false]);
    });

    it('silences nobody by one “Stay locked” to many that wait together', async () => {
      const { ask, asked, stayLocked, isAsked } = await copiesRefused(0);
      const signed = Array.from({ length: 10 }, (_, n) => ask(copy(n)));
      await settle();
      await stayLocked(0);
      await Promise.all(signed);
      expect(asked()).toBe(1);
      expect(await isAsked(copy(10))).toBe(true);
    });

    it('and leaves each time makes the prompt flicker a few times only', async () => {
      const { connect, key, asked } = await copiesRefused(0);
      for (let n = 0; n < 30; n++) {
        const client = connect(copy(n));
        const signed = client.sign(key.blob, login(key));
        await settle();
        client.session.close();
        expect(await signed).toBeUndefined();
      }
      expect(asked()).toBe(4);
    });

    it('makes another machine silence no program here, nor be silenced by one', async () => {
      const { connect, key, ask, approver, clock, stayLocked } = await copiesRefused(0);
      for (let n = 0; n < 6; n++) {
        void (await through(connect)).sign(key.blob, login(key));
        await stayLocked(n);
      }
      clock.advance(2000);
      for (let n = 6; n < 10; n++) {
        void ask(copy(n));
        await stayLocked(n);
      }
      void (await through(connect)).sign(key.blob, login(key));
      await approver.unlockPrompt(10);
    });
  });

  it('over 300 connections has 256 requests wait, of one prompt', async () => {
    const { connect, key, unlock, approver, log } = await lockedAgent();
    const signed = Array.from({ length: 300 }, () => connect(ssh).sign(key.blob, login(key)));
    const { request: asked } = await approver.unlockPrompt(0);
    await settle();
    expect(asked.waiting()).toHaveLength(256);
    expect(log).toHaveLength(44);
    expect(log.at(-1)).toContain('too many requests wait for the agent to be unlocked');
    await unlock(0);
    const made = (await Promise.all(signed)).filter((signature) => signature !== undefined);
    expect(made).toHaveLength(256);
    expect(approver.unlocks).toHaveLength(1);
  });
});

describe('machines elsewhere', () => {
  it('have four requests in one prompt, those that have left included, and take no place of programs here', async () => {
    const { connect, key, approver, missed } = await lockedAgent();
    const evil = testHost();
    const first = await through(connect, evil);
    void first.sign(key.blob, login(key));
    const { request: asked } = await approver.unlockPrompt(0);
    const ask = async (machine: ReturnType<typeof testHost>) => {
      const client = await through(connect, machine);
      void client.sign(key.blob, login(key));
      await settle();
      return client;
    };
    const second = await ask(evil);
    second.session.close();
    await ask(testHost());
    await ask(evil);
    await settle();
    expect(asked.waiting()).toHaveLength(3);
    await ask(evil);
    await ask(testHost());
    expect(asked.waiting()).toHaveLength(3);
    expect(missed.list()[0]).toMatchObject({ answer: 'suppressed' });
    const here = connect(ssh).sign(key.blob, login(key));
    await settle();
    expect(asked.waiting()).toHaveLength(4);
    (await approver.unlockPrompt(0)).answer('unlock');
    expect(await here).toBeDefined();
  });

  it('silence no program here by what is refused to them, also of a bind that was refused', async () => {
    const { connect, key, approver, clock, stayLocked } = await lockedAgent();
    const badBind = testHost().bind(sid(1), true).fill(0, -65, -1);
    let n = 0;
    for (; n < 20; n++) {
      const client = connect(ssh);
      if (n % 2 === 0) await bind(client, testHost(), sid(100), true);
      else await client.extension('session-bind@openssh.com', badBind);
      const signed = client.sign(key.blob, login(key));
      clock.advance(16 * 60_000);
      await stayLocked(n);
      expect(await signed).toBeUndefined();
    }
    void connect(ssh).sign(key.blob, login(key));
    await approver.unlockPrompt(n);
  });

  it('leave a request of this one that joins its whole time', async () => {
    const { connect, key, approver, clock } = await lockedAgent();
    void (await through(connect)).sign(key.blob, login(key));
    const { request: asked, signal } = await approver.unlockPrompt(0);
    clock.advance(59_000);
    void (await through(connect)).sign(key.blob, login(key));
    await settle();
    expect(asked.remainingMs()).toBe(1000);
    void connect(ssh).sign(key.blob, login(key));
    await settle();
    expect(asked.remainingMs()).toBe(60_000);
    clock.advance(59_999);
    expect(signal.aborted).toBe(false);
  });
});
