// Lock and unlock (RFC 9987 §5.6), and the person's own lock.
import { describe, expect, it } from 'vitest';
import { AgentLock } from '../../../../main/agent/requests/agent-lock.ts';
import { onKeyDropped } from '../../../../main/keys/dropped-keys.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { withEncryptedKey } from '../../../fakes/encrypted-key-agent.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import {
  clearPpk3,
  encryptedPpk3,
  pageantPassphrase,
  signHelloReply,
} from '../../../fakes/pageant-vectors.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { addRequest, bytes, constrain, request, testAgent, testPeer } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const failure = 5;
const success = 6;
const lock = (passphrase: string) => request(22).text(passphrase);
const secret = new Uint8Array(32).fill(7);
const unlock = (passphrase: string) => request(23).text(passphrase);

describe('a locked agent', () => {
  async function lockedAgent() {
    const agent = testAgent({ localSecret: secret });
    const client = agent.connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'k'));
    expect(await client.status(lock('secret'))).toBe(success);
    return { ...agent, client, key };
  }

  it('lets no signature go that was being made', async () => {
    let lookUps = 0;
    let isLookedUp = () => {};
    const looked = new Promise<undefined>((resolve) => {
      isLookedUp = () => resolve(undefined);
    });
    const { connect } = testAgent();
    const key = ed25519Key();
    await connect().status(addRequest(key, 'mine'));
    const describe = () => {
      lookUps++;
      return looked;
    };
    const signed = connect({ describe }).sign(key.blob, bytes('data'));
    await expect.poll(() => lookUps).toBeGreaterThan(0);
    expect(await connect().status(lock('secret'))).toBe(success);
    isLookedUp();
    expect(await signed).toBeUndefined();
  });

  it('lists nothing, signs nothing and takes no change', async () => {
    const { agent, client, key } = await lockedAgent();
    const before = agent.keys.list();
    expect(await client.list()).toEqual([]);
    expect(await client.send(request(1))).toEqual(Uint8Array.of(2, 0, 0, 0, 0));
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(await client.status(addRequest(ed25519Key(), 'new'))).toBe(failure);
    for (const number of [9, 19]) expect(await client.status(request(number))).toBe(failure);
    expect(await client.status(request(18).string(key.blob))).toBe(failure);
    expect(await client.extension('query')).toEqual(Uint8Array.of(28));
    expect(await client.extension('list-extended@putty.projects.tartarus.org')).toEqual(Uint8Array.of(28));
    expect(await client.extension('unknown@example.com')).toEqual(Uint8Array.of(failure));
    expect(await client.status(addRequest(key, 'changed', constrain.lifetime(0)))).toBe(failure);
    const contents: readonly (readonly [string, Uint8Array])[] = [
      ['add-ppk@putty.projects.tartarus.org', new WireWriter().text(clearPpk3).finish()],
      ['add-key-file@sallyport', new WireWriter().text(encryptedPpk3).text('').text('').finish()],
      ['reencrypt@putty.projects.tartarus.org', new WireWriter().string(key.blob).finish()],
      ['reencrypt-all@putty.projects.tartarus.org', new Uint8Array(0)],
      ['list-keys@sallyport', new Uint8Array(0)],
    ];
    const own: readonly (readonly [string, Uint8Array])[] = [
      ['log@sallyport', new WireWriter().text('').uint32(0).finish()],
      ['rules@sallyport', new WireWriter().text('{"do":"list"}').finish()],
    ];
    for (const [name, each] of contents)
      expect([name, await client.extension(name, each)]).toEqual([name, Uint8Array.of(28)]);
    for (const [name, each] of own)
      expect([name, await client.own(secret, name, each)]).toEqual([name, Uint8Array.of(28)]);
    expect(agent.keys.list()).toEqual(before);
    expect(await client.status(unlock('secret'))).toBe(success);
    expect(await client.comments()).toEqual(['k']);
    expect((await client.extension('list-keys@sallyport'))[0]).toBe(success);
    for (const [name, each] of own) expect((await client.own(secret, name, each))[0]).toBe(success);
    expect(await client.sign(key.blob, bytes('x'))).toBeDefined();
  });

  it('refuses to be locked again, with the same or another passphrase', async () => {
    const { client } = await lockedAgent();
    expect(await client.status(lock('secret'))).toBe(failure);
    expect(await client.status(lock('other'))).toBe(failure);
    expect(await client.status(unlock('secret'))).toBe(success);
  });

  it('refuses an empty passphrase, and unlocking when it is not locked', async () => {
    const client = testAgent().connect();
    expect(await client.status(lock(''))).toBe(failure);
    expect(await client.status(unlock('secret'))).toBe(failure);
    expect(await client.status(request(11))).toBe(12);
  });

  it('tells that a passphrase was dropped, once it is hashed', async () => {
    let drops = 0;
    onKeyDropped(() => drops++);
    try {
      await lockedAgent();
      expect(drops).toBe(1);
    } finally {
      onKeyDropped(() => {});
    }
  });

  it('delays each wrong passphrase by 0.1 s more, up to 10 s', async () => {
    const { client, clock } = await lockedAgent();
    for (let failures = 1; failures <= 3; failures++) {
      const attempt = client.status(unlock('wrong'));
      while (clock.pendingTimers === 0) await new Promise(setImmediate);
      clock.advance(failures * 100 - 1);
      expect(clock.pendingTimers).toBe(1);
      clock.advance(1);
      expect(await attempt).toBe(failure);
    }
  });

  it('tries the right passphrase behind one guess of each connection, whose failures delay themselves', async () => {
    const { connect, clock } = await lockedAgent();
    const wrong = Array.from({ length: 3 }, () => connect().status(unlock('wrong')));
    // The clock stands still: nobody's failure is answered, and nobody else waits for that.
    expect(await connect().status(unlock('secret'))).toBe(success);
    expect(clock.pendingTimers).toBe(3);
    clock.advance(100);
    expect(await Promise.all(wrong)).toEqual([failure, failure, failure]);
  });

  it('is unlocked for a client that sends nothing more, and not for one that has gone', async () => {
    const { agent, connect } = await lockedAgent();
    const [gone, ended] = [agent.openSession(testPeer()), agent.openSession(testPeer())];
    const unheard = gone.handle(unlock('secret').finish());
    gone.close();
    expect(await unheard).toEqual(Uint8Array.of(failure));
    expect(await connect().list()).toEqual([]);
    const reply = ended.handle(unlock('secret').finish());
    ended.end();
    expect(await reply).toEqual(Uint8Array.of(success));
    expect(await connect().list()).toHaveLength(1);
  });

  it('is locked from the moment the request arrives', async () => {
    const { connect } = testAgent();
    const client = connect();
    await client.send(addRequest(ed25519Key(), 'k'));
    const locking = client.status(lock('secret'));
    await Promise.resolve();
    await Promise.resolve();
    expect(await connect().list()).toEqual([]);
    expect(await locking).toBe(success);
  });
});

describe('a lock that is refused', () => {
  const newLock = () => {
    const told: boolean[] = [];
    const lock = new AgentLock(new ManualClock(), () => {});
    lock.onChanged(() => told.push(lock.isLocked));
    return { lock, told };
  };

  it('closes no prompt', async () => {
    const { agent, connect, approver } = testAgent();
    const key = ed25519Key();
    await connect().send(addRequest(key, 'k', constrain.confirm()));
    void connect().sign(key.blob, bytes('x'));
    const { signal } = await approver.confirmPrompt(0);
    expect(await connect().status(lock(''))).toBe(failure);
    expect([agent.isLocked, signal.aborted]).toEqual([false, false]);
  });

  it('as there is one leaves that, and its passphrase', async () => {
    const { lock } = newLock();
    await lock.lock(bytes('first'));
    await expect(lock.lock(bytes('second'))).rejects.toThrow('already locked');
    await lock.unlock(bytes('first'), { client: new AbortController().signal });
    expect(lock.isLocked).toBe(false);
  });

  it('as its passphrase can’t be hashed leaves the agent unlocked, and tells so', async () => {
    const { lock, told } = newLock();
    // As without the memory for it, which no test can take away.
    const impossible = { length: 1 } as Uint8Array;
    await expect(lock.lock(impossible)).rejects.toThrow();
    expect(lock.isLocked).toBe(false);
    expect(told).toEqual([true, false]);
  });
});

describe('a connection of an SSH session', () => {
  const badBind = () => testHost().bind(sid(1), true).fill(0, -65, -1);
  it.each([
    ['forwards the agent', testHost().bind(sid(1), true)],
    ['logs in', testHost().bind(sid(1), false)],
    ['had its session-bind refused', badBind()],
  ])('that %s neither locks nor unlocks', async (_, contents) => {
    const { connect } = testAgent();
    const own = connect();
    const bound = connect();
    await own.send(addRequest(ed25519Key(), 'k'));
    await bound.extension('session-bind@openssh.com', contents);
    expect(await bound.status(lock('unknown'))).toBe(failure);
    expect(await own.comments()).toEqual(['k']);
    expect(await own.status(lock('secret'))).toBe(success);
    expect(await bound.status(unlock('secret'))).toBe(failure);
    expect(await own.list()).toEqual([]);
    expect(await own.status(unlock('secret'))).toBe(success);
  });
});

describe('an agent paused by the person', () => {
  it('behaves as locked, and no client can open it', async () => {
    const { agent, connect } = testAgent();
    const client = connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'k'));
    const changes: boolean[] = [];
    agent.onLockChanged(() => changes.push(agent.isLocked));
    agent.pause('the session was locked');
    expect(await client.list()).toEqual([]);
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(await client.status(unlock('x'))).toBe(failure);
    agent.resume();
    expect(await client.comments()).toEqual(['k']);
    agent.resume();
    expect(changes).toEqual([true, false]);
  });

  it('says that it was them where nothing else is said', () => {
    const { agent } = testAgent();
    agent.pause();
    expect(agent.lock.reason).toBe('Locked by you.');
  });

  it('stays paused when a client unlocks what a client has locked', async () => {
    const { agent, connect } = testAgent();
    const client = connect();
    await client.send(addRequest(ed25519Key(), 'k'));
    await client.send(lock('secret'));
    agent.pause('idle');
    expect(await client.status(unlock('secret'))).toBe(success);
    expect(await client.list()).toEqual([]);
    agent.resume();
    expect(await client.comments()).toEqual(['k']);
  });

  it('stays locked after resuming when a client locked it too', async () => {
    const { agent, connect } = testAgent();
    const client = connect();
    await client.send(lock('secret'));
    expect(agent.lock).toEqual({ isPaused: false, isLockedByClient: true });
    agent.pause('You were away.');
    agent.pause('The computer slept.');
    expect(agent.lock).toEqual({ isPaused: true, reason: 'You were away.', isLockedByClient: true });
    agent.resume();
    expect(agent.lock).toEqual({ isPaused: false, isLockedByClient: true });
    expect(agent.isLocked).toBe(true);
    expect(await client.status(unlock('secret'))).toBe(success);
    expect(agent.isLocked).toBe(false);
  });
});

describe('a listener that throws', () => {
  const throwing = () => {
    throw new RangeError('it has gone');
  };
  const line = 'whoever is told of the lock failed: RangeError';

  it('keeps a pause neither from encrypting keys nor from closing prompts', async () => {
    const { agent, approver, log, client, signHello } = await withEncryptedKey();
    const first = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await first).toBe(signHelloReply);
    const key = ed25519Key();
    await client.send(addRequest(key, 'k', constrain.confirm()));
    const asking = client.sign(key.blob, bytes('x'));
    const prompt = await approver.confirmPrompt(0);
    const states = () => agent.keys.list().map(({ state }) => state);
    expect(states()).toEqual(['unlocked', 'clear']);
    agent.onLockChanged(throwing);
    agent.pause();
    expect(agent.isLocked).toBe(true);
    expect(states()).toEqual(['encrypted', 'clear']);
    expect(prompt.signal.aborted).toBe(true);
    expect(await asking).toBeUndefined();
    expect(log).toContain(line);
  });

  it('keeps a pause from nothing where it listens to the keys', async () => {
    const { agent, approver, log, signHello } = await withEncryptedKey();
    const signed = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await signed).toBe(signHelloReply);
    agent.keys.onChanged(throwing);
    agent.pause();
    expect(agent.keys.list().map(({ state }) => state)).toEqual(['encrypted']);
    expect(log).toContain('whoever is told of the keys failed: RangeError');
  });

  it('is no failure of the client that locks and unlocks', async () => {
    const { agent, connect, log } = testAgent();
    agent.onLockChanged(throwing);
    expect(await connect().status(lock('secret'))).toBe(success);
    expect(await connect().status(unlock('secret'))).toBe(success);
    expect(agent.isLocked).toBe(false);
    expect(log).toEqual([line, line]);
  });
});
