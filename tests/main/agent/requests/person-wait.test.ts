// A signature that waits for a touch or for the system's dialog: the person is told, may cancel, and approves nothing by it.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { KeyUse } from '../../../../main/agent/consent/key-use.ts';
import type { KeyStore, StoreKind, StoreUse } from '../../../../main/agent/ports/key-store.ts';
import { NotAllowedError } from '../../../../main/agent/protocol/errors.ts';
import { PersonWait } from '../../../../main/agent/requests/person-wait.ts';
import type { Claimant } from '../../../../main/basics/fair-queue.ts';
import { SecretBytes } from '../../../../main/keys/encoding/secret-bytes.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import type { PrivateKey, SignatureWait } from '../../../../main/keys/kinds/shared/private-key.ts';
import type { PrivateKeyFields } from '../../../../main/keys/kinds/shared/private-key-fields.ts';
import { login, program } from '../../../fakes/consent-agent.ts';
import { FakeStore, signatureBy } from '../../../fakes/fake-store.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { ScriptedApprover } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const failure = 5;
const momentMs = 200;

/** A token whose signature the test makes, and which says what it waits for when the test says so. */
async function agentWithToken(kind: StoreKind = 'pkcs11', change: Parameters<typeof testAgent>[0] = {}) {
  const test = testAgent(change);
  const key = ed25519Key();
  const token = new FakeStore('card\u202e of Alice', kind).with(key, 'alice@card');
  const uses: { use: StoreUse; signal: AbortSignal; make: () => void; fail: (error: Error) => void }[] = [];
  token.sign = (use, signal) =>
    new Promise<Uint8Array>((resolve, fail) => {
      uses.push({ use, signal, make: () => resolve(token.signNow(use)), fail });
    }) satisfies ReturnType<KeyStore['sign']>;
  test.agent.stores.add(token);
  await settle();
  const client = test.connect(program('/usr/bin/ssh'));
  const status = (data = login(key)) => client.status(signRequest(key.blob, data));
  const waits = (what: SignatureWait, index = 0) => uses[index]?.use.waitsFor(what);
  /** Lets so much time pass, and what follows from that. */
  const pass = async (ms: number) => {
    test.clock.advance(ms);
    await settle();
  };
  return { ...test, key, token, client, uses, status, waits, pass };
}

/** A signature that is shown to wait for a touch. */
async function shownWait(...given: Parameters<typeof agentWithToken>) {
  const test = await agentWithToken(...given);
  const reply = test.status();
  await settle();
  test.waits('touch');
  await test.pass(momentMs);
  return { ...test, reply };
}

/** A key that follows no signal and whose signature, which waits for a touch, the test makes. */
async function deafAgent() {
  const test = testAgent();
  const key = ed25519Key();
  const publicKey = parsePublicKey(key.blob);
  const uses: { make: () => void; claimant: Claimant; says: (what: SignatureWait) => void }[] = [];
  const deaf: PrivateKey = {
    publicKey,
    sign: (data, algorithm, claimant, says) =>
      new Promise((resolve) => {
        if (claimant === undefined || says === undefined) throw new Error('nobody asks');
        uses.push({ make: () => resolve(signatureBy(key, { data, algorithm })), claimant, says });
      }),
    destroy: () => {},
  };
  const fields: PrivateKeyFields = {
    publicKey,
    load: () => Promise.resolve(deaf),
    assertConsistent: () => Promise.resolve(),
    encodeForAgent: () => new SecretBytes(new Uint8Array()),
    wipe: () => {},
  };
  await test.agent.addKey({ identities: [publicKey], comment: bytes('sk'), fields, wishes: {} });
  const reply = test.connect().status(signRequest(key.blob, login(key)));
  await settle();
  const [use] = uses;
  if (use === undefined) throw new Error('nothing is to be signed');
  const pass = async (ms: number) => {
    test.clock.advance(ms);
    await settle();
  };
  use.says('touch');
  await pass(momentMs);
  return { ...test, reply, pass, make: use.make, says: use.says, claimant: () => use.claimant };
}

describe('a signature that waits for the person', () => {
  it('is shown after a moment: which key, where it lives, who asks for what; until it is made', async () => {
    const { approver, status, waits, pass, uses } = await agentWithToken();
    const reply = status();
    await settle();
    waits('touch');
    await pass(momentMs - 1);
    expect(approver.waits).toEqual([]);
    await pass(1);
    expect(approver.waits.map(({ request }) => request)).toMatchObject([
      {
        key: { comment: 'alice@card', algorithm: 'ssh-ed25519' },
        livesIn: 'card\u202e of Alice',
        waitsFor: 'touch',
        requester: { purpose: { kind: 'ssh-login', user: 'git' }, process: { executable: '/usr/bin/ssh' } },
      },
    ]);
    expect(approver.waits[0]?.signal.aborted).toBe(false);
    uses[0]?.make();
    expect(await reply).toBe(14);
    expect(approver.waits[0]?.signal.aborted).toBe(true);
  });

  it('is never shown when it takes no longer than the moment, or waits for nothing any more', async () => {
    const { approver, status, waits, pass, uses } = await agentWithToken();
    const replies = [status(), undefined];
    await settle();
    waits('touch');
    uses[0]?.make();
    expect(await replies[0]).toBe(14);
    await pass(momentMs);
    replies[1] = status();
    await settle();
    waits('touch', 1);
    waits(undefined, 1);
    await pass(momentMs);
    expect(approver.waits).toEqual([]);
    uses[1]?.make();
    expect(await replies[1]).toBe(14);
  });

  it('is shown once, a moment after it began to wait anew for the same', async () => {
    const { approver, status, waits, pass, uses } = await agentWithToken();
    const reply = status();
    await settle();
    waits('touch');
    await pass(momentMs / 2);
    waits(undefined);
    waits('touch');
    await pass(momentMs / 2);
    expect(approver.waits).toEqual([]);
    await pass(momentMs / 2);
    expect(approver.waits).toHaveLength(1);
    uses[0]?.make();
    expect(await reply).toBe(14);
  });

  it('leaves no timer when it was made within the moment', async () => {
    const { status, waits, uses, clock } = await agentWithToken();
    const before = clock.pendingTimers;
    const reply = status();
    await settle();
    waits('touch');
    uses[0]?.make();
    expect(await reply).toBe(14);
    expect(clock.pendingTimers).toBe(before);
  });

  it('is not shown when it was made before it is known who asks', async () => {
    const { approver, connect, key, waits, pass, uses } = await agentWithToken();
    let tell = () => {};
    const describe = () => new Promise<undefined>((resolve) => (tell = () => resolve(undefined)));
    const reply = connect({ describe }).status(signRequest(key.blob, login(key)));
    await settle();
    waits('touch');
    await pass(momentMs);
    uses[0]?.make();
    expect(await reply).toBe(14);
    tell();
    await settle();
    expect(approver.waits).toEqual([]);
  });

  it('is not shown when it waits for nothing any more once it is known who asks', async () => {
    const { approver, connect, key, waits, pass } = await agentWithToken();
    const tells: (() => void)[] = [];
    const describe = () => new Promise<undefined>((resolve) => tells.push(() => resolve(undefined)));
    void connect({ describe }).status(signRequest(key.blob, login(key)));
    await settle();
    waits('touch');
    await pass(momentMs);
    waits(undefined);
    for (const tell of tells) tell();
    await settle();
    expect(tells.length).toBeGreaterThan(0);
    expect(approver.waits).toEqual([]);
  });

  it('is not shown when another agent asks by itself', async () => {
    const { approver, status, waits, pass, uses } = await agentWithToken('upstream');
    const reply = status();
    await settle();
    waits('other-agent');
    await pass(momentMs);
    expect(approver.waits).toEqual([]);
    uses[0]?.make();
    expect(await reply).toBe(14);
  });

  it('is shown anew when it waits for something else, and before the former disappears', async () => {
    const { approver, waits, pass, uses, reply } = await shownWait();
    let formerWasThere: boolean | undefined;
    const { showWaiting } = approver;
    approver.showWaiting = (...args) => {
      formerWasThere = !approver.waits[0]?.signal.aborted;
      return showWaiting.apply(approver, args);
    };
    waits('touch');
    waits('system-dialog');
    await pass(momentMs);
    expect(approver.waits.map(({ request }) => request.waitsFor)).toEqual(['touch', 'system-dialog']);
    expect(approver.waits.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    expect(formerWasThere).toBe(true);
    waits(undefined);
    expect(approver.waits.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    uses[0]?.make();
    expect(await reply).toBe(14);
  });

  it('is shown once for as long as it waits for the same, and not once it is made', async () => {
    const { approver, waits, pass, uses, reply } = await shownWait();
    waits('touch');
    await pass(momentMs);
    expect(approver.waits).toHaveLength(1);
    uses[0]?.make();
    expect(await reply).toBe(14);
    waits('system-dialog');
    await pass(momentMs);
    expect(approver.waits).toHaveLength(1);
  });

  it('is not cancelled by an answer that comes too late from what is shown no more', async () => {
    const { approver, status, waits, pass, uses } = await agentWithToken();
    const cancels: (() => void)[] = [];
    approver.showWaiting = () => new Promise((resolve) => cancels.push(() => resolve('cancelled')));
    const reply = status();
    await settle();
    waits('touch');
    await pass(momentMs);
    waits('system-dialog');
    await pass(momentMs);
    expect(cancels).toHaveLength(2);
    cancels[0]?.();
    await settle();
    uses[0]?.make();
    expect(await reply).toBe(14);
  });

  it('is shown no more as it was when what it waits for now can’t be shown', async () => {
    const { approver, waits, pass, uses, reply } = await shownWait();
    approver.showWaiting = () => {
      throw new Error('no window');
    };
    waits('system-dialog');
    await pass(momentMs);
    expect(approver.waits.map(({ signal }) => signal.aborted)).toEqual([true]);
    uses[0]?.make();
    expect(await reply).toBe(14);
  });

  it('is ended instead of shown for a client that sends nothing more', async () => {
    const { approver, client, status, waits, pass, uses } = await agentWithToken();
    const reply = status();
    await settle();
    client.session.end();
    await settle();
    expect(uses[0]?.signal.aborted).toBe(false);
    waits('touch');
    await pass(momentMs);
    expect(await reply).toBe(failure);
    expect(approver.waits).toEqual([]);
  });

  it('is cancelled by the person: the client gets failure, and the place of the key is told', async () => {
    const { agent, approver, reply, uses } = await shownWait();
    approver.waits[0]?.answer('cancelled');
    expect(await reply).toBe(failure);
    expect(uses[0]?.signal.aborted).toBe(true);
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()).toMatchObject([{ answer: 'denied' }]);
  });

  it('that was cancelled leaves nothing to a client, whoever goes on and makes it all the same', async () => {
    const { agent, approver, log, reply, make } = await deafAgent();
    expect(approver.waits.map(({ request }) => request.livesIn)).toEqual([undefined]);
    approver.waits[0]?.answer('cancelled');
    expect(await reply).toBe(failure);
    make();
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()).toMatchObject([{ answer: 'denied' }]);
    expect(log).toEqual([expect.stringContaining('refused: the person cancelled the signature')]);
  });

  it('that was cancelled is so for who follows its signal only afterwards', async () => {
    const { approver, reply, claimant } = await deafAgent();
    approver.waits[0]?.answer('cancelled');
    expect(await reply).toBe(failure);
    const late = claimant().signal();
    expect(late.reason).toEqual(new NotAllowedError('denied', 'the person cancelled the signature'));
  });

  it('is not shown for what its key says when it is made', async () => {
    const { approver, reply, make, says, pass, clock } = await deafAgent();
    make();
    expect(await reply).toBe(14);
    says('system-dialog');
    await pass(momentMs);
    expect(approver.waits).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is ended, and no longer shown, by a lock, its removal, and a client that sends nothing more', async () => {
    const ends: Record<string, (test: Awaited<ReturnType<typeof shownWait>>) => void> = {
      lock: ({ agent }) => agent.pause(),
      removal: ({ agent, token }) => void agent.stores.remove(token.id),
      'the end of input': ({ client }) => client.session.end(),
      leaving: ({ client }) => client.session.close(),
      'the time limit': ({ clock }) => clock.advance(5 * 60_000),
      'a cancel in the window': ({ agent, token }) =>
        void agent.stores.cancel(agent.stores.list().find(({ id }) => id === token.id)?.pending[0]?.id ?? ''),
    };
    for (const [name, end] of Object.entries(ends)) {
      const test = await shownWait();
      end(test);
      expect(await test.reply, name).toBe(failure);
      expect(test.approver.waits[0]?.signal.aborted, name).toBe(true);
      expect(test.uses[0]?.signal.aborted, name).toBe(true);
    }
  });

  it('goes on when the person can’t be told, or the window of it has gone', async () => {
    const broken = {
      throws: () => {
        throw new Error('no display');
      },
      rejects: () => Promise.reject(new Error('no display')),
      'is gone': () => Promise.resolve('not-shown' as const),
      'is left out': undefined,
    };
    for (const [name, showWaiting] of Object.entries(broken)) {
      const asks = {
        confirm: () => Promise.resolve('deny' as const),
        askPassphrase: () => new Promise<never>(() => {}),
      };
      const test = await shownWait('pkcs11', { approver: { ...asks, ...(showWaiting && { showWaiting }) } });
      test.uses[0]?.make();
      expect(await test.reply, name).toBe(14);
      const isTold = name === 'throws' || name === 'rejects';
      const line = 'the person could not be told that a signature waits: no display';
      expect(test.log, name).toEqual(isTold ? [line] : []);
    }
  });

  it('holds up no question about another key, and is held up by none', async () => {
    const { approver, connect, reply, uses } = await shownWait();
    const asked = ed25519Key();
    const other = connect();
    await other.send(addRequest(asked, 'asked', constrain.confirm()));
    const second = other.status(signRequest(asked.blob, bytes('x')));
    (await approver.confirmPrompt(0)).answer('allow');
    expect(await second).toBe(14);
    expect(approver.waits[0]?.signal.aborted).toBe(false);
    uses[0]?.make();
    expect(await reply).toBe(14);
  });
});

it('listens to the end of a wait by one listener while it is shown, and by none afterwards', async () => {
  const end = new AbortController();
  const requester = { transport: 'test', purpose: { kind: 'unknown' }, forwarded: false, path: [] } as const;
  const key = { comment: '', fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' };
  const use = {
    key,
    identity: { key: {} },
    requester: () => Promise.resolve(requester),
  } as unknown as KeyUse;
  const ports = { approver: new ScriptedApprover(), clock: new ManualClock(), log: () => {} };
  const wait = new PersonWait(use, ports, () => end.signal);
  for (const what of ['touch', 'system-dialog'] as const) {
    wait.note(what);
    ports.clock.advance(momentMs);
    await settle();
  }
  expect(ports.approver.waits).toHaveLength(2);
  expect(getEventListeners(end.signal, 'abort')).toHaveLength(1);
  wait[Symbol.dispose]();
  expect(getEventListeners(end.signal, 'abort')).toEqual([]);
});
