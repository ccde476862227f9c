// Lifetime, confirm and unknown constraints (RFC 9987 §5.2.7): enforced, or the key is refused.
import { describe, expect, it } from 'vitest';
import type { Approver } from '../../../../main/agent/ports/approver.ts';
import { onKeyDropped } from '../../../../main/keys/dropped-keys.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { addPpk } from '../../../fakes/encrypted-key-agent.ts';
import { encryptedPpk3, pageantBlob } from '../../../fakes/pageant-vectors.ts';
import { addFile, plantedPpk } from '../../../fakes/planted-file.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, request, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const join = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const failure = 5;
const success = 6;

describe('lifetime', () => {
  it('removes the key when it ends, memory and timer too', async () => {
    const { connect, clock } = testAgent();
    const client = connect();
    const key = ed25519Key();
    expect(await client.status(addRequest(key, 'short', constrain.lifetime(60)))).toBe(success);
    clock.advance(59_999);
    expect(await client.sign(key.blob, bytes('x'))).toBeDefined();
    let drops = 0;
    onKeyDropped(() => drops++);
    clock.advance(1);
    onKeyDropped(() => {});
    // Which has its memory overwritten; tests/interop looks for what is left.
    expect(drops).toBe(1);
    expect(await client.list()).toEqual([]);
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends also when no timer fired, as after a suspend', async () => {
    const { connect, clock } = testAgent();
    const client = connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'short', constrain.lifetime(60)));
    clock.sleep(59_999);
    expect(await client.sign(key.blob, bytes('x'))).toBeDefined();
    clock.sleep(1);
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(await client.list()).toEqual([]);
  });

  it.each([
    ['the client’s', 60, 600],
    ['the person’s', 600, 60],
  ])('ends with %s when that is the shorter one', async (_, clients, persons) => {
    const { agent, connect, clock } = testAgent();
    const client = connect();
    await client.send(addRequest(ed25519Key(), 'short', constrain.lifetime(clients)));
    agent.keys.setLifetime(agent.keys.list()[0]?.id ?? '', persons);
    clock.advance(59_999);
    expect(await client.comments()).toEqual(['short']);
    clock.advance(1);
    expect(await client.list()).toEqual([]);
  });

  it('is replaced with the key', async () => {
    const { connect, clock } = testAgent();
    const client = connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'short', constrain.lifetime(60)));
    await client.send(addRequest(key, 'for ever'));
    clock.advance(61_000);
    expect(await client.comments()).toEqual(['for ever']);
    await client.send(addRequest(key, 'short again', constrain.lifetime(5)));
    clock.advance(5_000);
    expect(await client.comments()).toEqual([]);
  });

  it('of zero seconds takes the key and ends at once, for one that was there, too', async () => {
    const { connect, clock } = testAgent();
    const [client, key] = [connect(), ed25519Key()];
    for (const before of ['not there', 'there']) {
      if (before === 'there') await client.send(addRequest(key, 'for ever'));
      expect(await client.status(addRequest(key, 'k', constrain.lifetime(0)))).toBe(success);
      expect([before, await client.list()]).toEqual([before, []]);
      expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
      expect(clock.pendingTimers).toBe(0);
    }
  });

  it('of zero seconds serves nobody who waits for the passphrase of the key', async () => {
    const { connect, approver } = testAgent();
    const [client, key] = [connect(), ed25519Key()];
    const certificate = madeUpCertificate(key.blob);
    await addFile(client, plantedPpk(certificate));
    const reply = client.sign(certificate, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    expect(await connect().status(addRequest(key, 'k', constrain.lifetime(0)))).toBe(success);
    prompt.answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
  });

  it('of zero seconds lets nobody wait for a key that is kept encrypted', async () => {
    const { connect, approver } = testAgent();
    const [client, key] = [connect(), ed25519Key()];
    const file = plantedPpk(key.blob);
    await addFile(client, file);
    const reply = client.sign(key.blob, bytes('x'));
    await approver.passphrasePrompt(0);
    expect(await addFile(connect(), file, { constraints: constrain.lifetime(0) })).toBe(success);
    expect(await reply).toBeUndefined();
  });

  it('takes the longest that fits the field', async () => {
    const { connect, clock } = testAgent();
    const client = connect();
    await client.send(addRequest(ed25519Key(), 'k', constrain.lifetime(0xffffffff)));
    clock.advance(0xfffffffe * 1000);
    expect(await client.list()).toHaveLength(1);
    clock.advance(1000);
    expect(await client.list()).toHaveLength(0);
  });
});

describe('confirm', () => {
  async function withConfirmedKey(options: Parameters<typeof testAgent>[0] = {}) {
    const agent = testAgent(options);
    const client = agent.connect({ pid: 4711 });
    const key = ed25519Key();
    await client.send(addRequest(key, 'asks', constrain.confirm()));
    return { ...agent, client, key };
  }

  it('asks for each use and signs when allowed', async () => {
    const { client, key, approver } = await withConfirmedKey();
    for (const n of [0, 1]) {
      const signature = client.sign(key.blob, bytes('x'));
      const prompt = await approver.confirmPrompt(n);
      expect(prompt.request.key.comment).toBe('asks');
      expect(prompt.request.key.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
      expect(prompt.request.requesters()[0]?.pid).toBe(4711);
      prompt.answer('allow');
      expect(key.verify((await signature)!, bytes('x'))).toBe(true);
    }
  });

  it('refuses when denied', async () => {
    const { client, key, approver } = await withConfirmedKey();
    const signature = client.sign(key.blob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await signature).toBeUndefined();
  });

  it('refuses when nobody answers in time, and closes the prompt', async () => {
    const { client, key, approver, clock } = await withConfirmedKey();
    const signature = client.sign(key.blob, bytes('x'));
    const prompt = await approver.confirmPrompt(0);
    expect(prompt.request.timeLimitMs).toBe(60_000);
    clock.advance(60_000);
    expect(await signature).toBeUndefined();
    expect(prompt.signal.aborted).toBe(true);
  });

  type Confirmed = Awaited<ReturnType<typeof withConfirmedKey>>;
  it.each([
    ['the time is over', ({ clock }: Confirmed) => clock.advance(60_000)],
    ['the client leaves', ({ client }: Confirmed) => client.session.close()],
    ['the key is removed', ({ connect, key }: Confirmed) => connect().send(request(18).string(key.blob))],
    ['the agent is locked', ({ connect }: Confirmed) => connect().send(request(22).text('lock'))],
  ])('refuses what is allowed only when %s, and remembers nothing of it', async (_what, act) => {
    let isAsked = false;
    const confirm: Approver['confirm'] = (_question, signal) =>
      new Promise((resolve) => {
        isAsked = true;
        const allow = () => resolve({ kind: 'allow', remember: '1-hour' });
        signal.addEventListener('abort', allow, { once: true });
      });
    const askPassphrase = () => Promise.reject(new Error('no passphrase is needed'));
    const test = await withConfirmedKey({ approver: { confirm, askPassphrase } });
    const signature = test.client.sign(test.key.blob, bytes('x'));
    await expect.poll(() => isAsked).toBe(true);
    await act(test);
    expect(await signature).toBeUndefined();
    await settle();
    expect(test.agent.consent.approvals.list()).toEqual([]);
  });

  it('refuses when the approver fails', async () => {
    const broken = {
      confirm: () => Promise.reject(new Error('no display')),
      askPassphrase: () => Promise.reject(new Error('no display')),
    };
    const client = testAgent({ approver: broken }).connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'asks', constrain.confirm()));
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(await addPpk(client, encryptedPpk3)).toEqual(Uint8Array.of(success));
    expect(await client.sign(pageantBlob, bytes('x'))).toBeUndefined();
  });

  it('closes the prompt when the client leaves, when the key is removed, and when the agent is locked', async () => {
    const { connect, client, key, approver } = await withConfirmedKey();
    const leaving = connect();
    const first = leaving.sign(key.blob, bytes('x'));
    const firstPrompt = await approver.confirmPrompt(0);
    leaving.session.close();
    expect(await first).toBeUndefined();
    expect(firstPrompt.signal.aborted).toBe(true);

    const second = connect().sign(key.blob, bytes('x'));
    const secondPrompt = await approver.confirmPrompt(1);
    await client.send(request(22).text('lock'));
    expect(await second).toBeUndefined();
    expect(secondPrompt.signal.aborted).toBe(true);
    await client.send(request(23).text('lock'));

    const third = connect().sign(key.blob, bytes('x'));
    const thirdPrompt = await approver.confirmPrompt(2);
    await client.send(request(18).string(key.blob));
    expect(await third).toBeUndefined();
    expect(thirdPrompt.signal.aborted).toBe(true);
  });

  it('does not let an answer for a key that was replaced meanwhile stand for the new constraints', async () => {
    const { agent, connect, approver } = testAgent();
    const [client, key] = [connect(), ed25519Key()];
    await client.send(addRequest(key, 'asks by the level'));
    await agent.consent.policies.setDefaultLevel('always');
    const signature = connect().sign(key.blob, bytes('x'));
    const first = await approver.confirmPrompt(0);
    await client.send(addRequest(key, 'asks anew', constrain.confirm()));
    first.answer('allow');
    const second = await approver.confirmPrompt(1);
    expect(second.request.key.comment).toBe('asks anew');
    second.answer('deny');
    expect(await signature).toBeUndefined();
  });

  it('does not hold up requests that need no person', async () => {
    const { connect, client, key, approver } = await withConfirmedKey();
    const free = ed25519Key();
    await client.send(addRequest(free, 'free'));
    const waiting = client.sign(key.blob, bytes('x'));
    await approver.confirmPrompt(0);
    const other = connect();
    expect(await other.comments()).toEqual(['asks', 'free']);
    expect(await other.sign(free.blob, bytes('x'))).toBeDefined();
    approver.confirms[0]!.answer('deny');
    await waiting;
  });

  it('fails at once, and hides the key, for clients that may not ask a person', async () => {
    const { connect, key, approver } = await withConfirmedKey();
    const quiet = connect({ mayPrompt: false });
    expect(await quiet.list()).toEqual([]);
    expect(await quiet.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(approver.confirms).toHaveLength(0);
  });
});

describe('constraints that can not be enforced', () => {
  it.each([
    ['an unknown number', Uint8Array.of(99)],
    ['XMSS max-sign', Uint8Array.of(3, 0, 0, 0, 9)],
    ['an unknown extension', constrain.extension('nobody@example.com', new Uint8Array())],
    ['associated certificates', constrain.extension('associated-certs-v00@openssh.com', Uint8Array.of(0))],
    ['a FIDO provider', constrain.extension('sk-provider@openssh.com', new WireWriter().text('x').finish())],
    ['a repeated lifetime', join(constrain.lifetime(5), constrain.lifetime(5))],
    ['a repeated confirm', join(constrain.confirm(), constrain.confirm())],
    ['a truncated lifetime', Uint8Array.of(1, 0, 0)],
    [
      'no destination at all',
      constrain.extension('restrict-destination-v00@openssh.com', Uint8Array.of(0, 0, 0, 0)),
    ],
    ['an unknown one after a good one', join(constrain.confirm(), Uint8Array.of(200))],
  ])('refuse the key: %s', async (_name, constraints) => {
    const { agent, connect } = testAgent();
    const client = connect();
    const key = ed25519Key();
    expect(await client.status(addRequest(key, 'k', constraints))).toBe(failure);
    expect(await client.list()).toEqual([]);
    // Nor does it replace, or free, one that is there.
    expect(await client.status(addRequest(key, 'before', constrain.lifetime(60)))).toBe(success);
    expect(await client.status(addRequest(key, 'k', constraints))).toBe(failure);
    expect(agent.keys.list()).toMatchObject([{ comment: 'before', secondsLeft: 60 }]);
  });

  it('leave a key that is there as it was', async () => {
    const { connect, approver } = testAgent();
    const client = connect();
    const key = ed25519Key();
    await client.send(addRequest(key, 'asks', constrain.confirm()));
    expect(await client.status(addRequest(key, 'loose', Uint8Array.of(99)))).toBe(failure);
    expect(await client.comments()).toEqual(['asks']);
    const signature = client.sign(key.blob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await signature).toBeUndefined();
  });
});
