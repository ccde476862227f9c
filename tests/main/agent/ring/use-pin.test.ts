// The PIN of a security key: asked for at each use of a key that wants it, tried once, and kept for no other.
import { describe, expect, it } from 'vitest';
import { securityKeyFlag } from '../../../../main/keys/authenticator.ts';
import { ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { SoftAuthenticator, softAuthenticators } from '../../../fakes/soft-authenticator.ts';
import { keyOf } from '../../../fakes/soft-security-key.ts';
import { addRequest, bytes, constrain, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const { touch, verify } = securityKeyFlag;
const wrong = 'The PIN is wrong: 7 tries are left. Type the PIN of the security key.';

async function agentWithPin(constraints?: Uint8Array) {
  const device = new SoftAuthenticator();
  device.pin = '1234';
  const key = await keyOf(device, { flags: touch | verify });
  const test = testAgent({ authenticators: softAuthenticators(device) });
  const client = test.connect(ssh);
  await client.status(addRequest(key, 'sk', constraints));
  /** What the security key was given, the request without any left out. */
  const pins = () =>
    device.requests.flatMap(({ pin }) => (pin === undefined ? [] : [new TextDecoder().decode(pin)]));
  const answer = async (n: number, pin: string) =>
    (await test.approver.passphrasePrompt(n)).answer(typed(pin));
  return { ...test, client, device, key, pins, answer };
}

describe('the PIN of a security key', () => {
  it('is asked for at each use, with key and requester, and kept for no other', async () => {
    const { client, approver, key, pins, answer } = await agentWithPin();
    for (const n of [0, 1]) {
      const signed = client.sign(key.blob, sshsig('git'));
      const { request } = await approver.passphrasePrompt(n);
      expect(request).toMatchObject({ key: { comment: 'sk' }, attempt: 1, isForOneUse: true });
      expect(request.pinOf).toBe('your security key');
      expect(request.problem).toBeUndefined();
      expect(request.requesters()).toMatchObject([{ purpose: { kind: 'sshsig', namespace: 'git' } }]);
      await answer(n, '1234');
      expect(await key.isGood(await signed, sshsig('git'))).toBe(true);
    }
    expect(pins()).toEqual(['1234', '1234']);
    expect(approver.passphrases.length).toBe(2);
  });

  it('that is wrong is told with the tries left, tried once, and asked for anew', async () => {
    const { client, approver, key, pins, answer } = await agentWithPin();
    const signed = client.sign(key.blob, bytes('x'));
    await answer(0, '0000');
    expect((await approver.passphrasePrompt(1)).request).toMatchObject({ attempt: 2, problem: wrong });
    expect(pins()).toEqual(['0000']);
    await answer(1, '1234');
    expect(await key.isGood(await signed, bytes('x'))).toBe(true);
    expect(pins()).toEqual(['0000', '1234']);
  });

  it('is tried three times at the most, and then is quiet, as after a “no”', async () => {
    const { client, approver, key, pins, answer, log } = await agentWithPin();
    const signed = client.sign(key.blob, bytes('x'));
    for (const n of [0, 1, 2]) await answer(n, `000${n}`);
    expect(await signed).toBeUndefined();
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(pins()).toEqual(['0000', '0001', '0002']);
    expect(approver.passphrases.length).toBe(3);
    expect(log.join()).toContain('wrong PINs');
  });

  it('is wiped, a wrong one, too', async () => {
    const { client, approver, key } = await agentWithPin();
    const signed = client.sign(key.blob, bytes('x'));
    for (const [n, pin] of ['0000', '1234'].entries()) {
      const answer = typed(pin);
      if (answer.kind !== 'passphrase') throw new Error('no PIN');
      const { bytes: shown } = answer.passphrase;
      (await approver.passphrasePrompt(n)).answer(answer);
      await expect.poll(() => shown.every((byte) => byte === 0)).toBe(true);
    }
    expect(await signed).toBeDefined();
  });

  it('is not asked for before the person has allowed the use', async () => {
    const { client, approver, key, device, answer } = await agentWithPin(constrain.confirm());
    const refused = client.sign(key.blob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await refused).toBeUndefined();
    expect([approver.passphrases.length, device.requests.length]).toEqual([0, 0]);
    const allowed = client.sign(key.blob, bytes('y'));
    (await approver.confirmPrompt(1)).answer('allow');
    await answer(0, '1234');
    expect(await allowed).toBeDefined();
  });

  it('that is not typed fails the signature, and who asks again too soon has nobody asked', async () => {
    const { client, approver, key, pins } = await agentWithPin();
    const signed = client.sign(key.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    expect(await signed).toBeUndefined();
    expect(await client.sign(key.blob, bytes('x'))).toBeUndefined();
    expect(approver.passphrases.length).toBe(1);
    expect(pins()).toEqual([]);
  });

  it('is asked for no longer for many uses at once, when two of them were refused', async () => {
    const { approver, connect, key, pins } = await agentWithPin();
    const signing = [1, 2, 3, 4, 5].map((n) => connect(ssh).sign(key.blob, bytes(`${n}`)));
    for (const n of [0, 1]) (await approver.passphrasePrompt(n)).answer({ kind: 'cancelled' });
    expect(await Promise.all(signing)).toEqual(signing.map(() => undefined));
    expect(approver.passphrases.length).toBe(2);
    expect(pins()).toEqual([]);
  });

  it('is asked for by no client that may ask nobody, nor any more when who asked has left', async () => {
    const { approver, connect, key, device } = await agentWithPin();
    expect(await connect({ mayPrompt: false }).sign(key.blob, bytes('x'))).toBeUndefined();
    expect(device.requests).toEqual([]);
    const leaving = connect(ssh);
    const signed = leaving.sign(key.blob, bytes('x'));
    const { signal } = await approver.passphrasePrompt(0);
    leaving.session.close();
    expect(await signed).toBeUndefined();
    expect(signal.aborted).toBe(true);
  });

  it('is asked for in the name of nobody who left while it was looked up who asks', async () => {
    const { approver, connect, key, device } = await agentWithPin();
    const tells: (() => void)[] = [];
    const describe = () => new Promise<undefined>((resolve) => tells.push(() => resolve(undefined)));
    const leaving = connect({ describe });
    const signed = leaving.sign(key.blob, bytes('x'));
    await expect.poll(() => device.requests.length).toBe(1);
    await settle();
    leaving.session.close();
    for (const tell of tells) tell();
    expect(await signed).toBeUndefined();
    await settle();
    expect(tells.length).toBeGreaterThan(0);
    expect(approver.passphrases).toEqual([]);
  });

  it('that comes in the moment when who asked has left is wiped, and tried nowhere', async () => {
    const { approver, connect, key, pins } = await agentWithPin();
    const leaving = connect(ssh);
    const signed = leaving.sign(key.blob, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    const answer = typed('1234');
    if (answer.kind !== 'passphrase') throw new Error('no PIN');
    const { bytes: shown } = answer.passphrase;
    prompt.answer(answer);
    leaving.session.close();
    expect(await signed).toBeUndefined();
    await expect.poll(() => shown.every((byte) => byte === 0)).toBe(true);
    expect(pins()).toEqual([]);
  });

  it('is asked for on and on where of two refusals one was no “no” in a row', async () => {
    const { approver, connect, key, answer } = await agentWithPin();
    const signing = [1, 2, 3, 4].map((n) => connect(ssh).sign(key.blob, bytes(`${n}`)));
    const cancel = async (n: number) => (await approver.passphrasePrompt(n)).answer({ kind: 'cancelled' });
    await cancel(0);
    await answer(1, '1234');
    await cancel(2);
    await answer(3, '1234');
    expect((await Promise.all(signing)).filter((signature) => signature !== undefined)).toHaveLength(2);
  });

  it('that nobody types in time is not asked for use after use', async () => {
    const { approver, clock, connect, key } = await agentWithPin();
    const signing = [1, 2, 3, 4, 5].map((n) => connect(ssh).sign(key.blob, bytes(`${n}`)));
    for (const n of [0, 1]) {
      const { request } = await approver.passphrasePrompt(n);
      clock.advance(request.timeLimitMs);
    }
    expect(await Promise.all(signing)).toEqual(signing.map(() => undefined));
    expect(approver.passphrases.length).toBe(2);
  });

  it('is dropped with the agent’s lock', async () => {
    const { agent, approver, client, key, pins } = await agentWithPin();
    const signed = client.sign(key.blob, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    agent.pause();
    prompt.answer(typed('1234'));
    expect(await signed).toBeUndefined();
    expect(pins()).toEqual([]);
  });

  it('holds up no question about another key while the touch is waited for', async () => {
    const { approver, client, connect, key, device, answer } = await agentWithPin();
    const other = ed25519Key();
    await client.send(addRequest(other, 'other', constrain.confirm()));
    device.touchesAtOnce = false;
    const signed = client.sign(key.blob, bytes('x'));
    await answer(0, '1234');
    await expect.poll(() => device.waiting).toBe(1);
    const second = connect(ssh).sign(other.blob, bytes('y'));
    (await approver.confirmPrompt(0)).answer('allow');
    expect(await second).toBeDefined();
    device.touch();
    expect(await key.isGood(await signed, bytes('x'))).toBe(true);
  });
});
