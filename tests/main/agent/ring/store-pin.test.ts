// The PIN of a token: asked for at the first use of any of its keys, as a passphrase is, and never tried twice.
import { describe, expect, it } from 'vitest';
import { PinNeededError } from '../../../../main/agent/ports/key-store.ts';
import { bind, ssh } from '../../../fakes/consent-agent.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, request, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

async function agentWithToken() {
  const encodings = (utf8: Uint8Array) => [utf8.slice(), bytes('another encoding')];
  const test = testAgent({ passphraseEncodings: encodings });
  const [first, second] = [ed25519Key(), ed25519Key()];
  const token = new FakeStore('My token', 'pkcs11')
    .with(first, 'first', 'pin')
    .with(second, 'second', 'pin')
    .withPin('1234');
  test.agent.stores.add(token);
  await settle();
  return { ...test, token, first, second, client: test.connect(ssh) };
}

describe('a token with a PIN', () => {
  it('lists its keys without it, and asks at the first use of one, for all', async () => {
    const { client, approver, token, first, second } = await agentWithToken();
    expect(await client.comments()).toEqual(['first', 'second']);
    expect(approver.passphrases.length).toBe(0);
    const signed = client.sign(first.blob, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    expect(prompt.request).toMatchObject({ pinOf: 'My token', key: { comment: 'first' }, attempt: 1 });
    prompt.answer(typed('1234'));
    expect(first.verify((await signed) ?? new Uint8Array(), bytes('x'))).toBe(true);
    expect(await client.sign(second.blob, bytes('y'))).toBeDefined();
    expect(approver.passphrases.length).toBe(1);
    expect(token.pins).toEqual(['1234']);
  });

  it('is tried once with what was typed, in no other encoding, and says what it says of a wrong one', async () => {
    const { client, approver, token, first } = await agentWithToken();
    const signed = client.sign(first.blob, bytes('x'));
    const answer = typed('0000');
    (await approver.passphrasePrompt(0)).answer(answer);
    const again = await approver.passphrasePrompt(1);
    expect(again.request).toMatchObject({ attempt: 2, problem: 'Wrong PIN: two tries are left.' });
    expect(token.pins).toEqual(['0000']);
    again.answer({ kind: 'cancelled' });
    expect(await signed).toBeUndefined();
    expect(token.pins).toEqual(['0000']);
    // Too soon after a "no" nobody is asked.
    expect(await client.sign(first.blob, bytes('x'))).toBeUndefined();
    expect(approver.passphrases.length).toBe(2);
  });

  it('wipes the PIN, a wrong one, too', async () => {
    const { client, approver, first } = await agentWithToken();
    void client.sign(first.blob, bytes('x'));
    for (const [n, pin] of ['0000', '1234'].entries()) {
      const answer = typed(pin);
      if (answer.kind !== 'passphrase') throw new Error('no PIN');
      const { bytes: shown } = answer.passphrase;
      (await approver.passphrasePrompt(n)).answer(answer);
      await expect.poll(() => shown.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('that is locked for good is nobody’s “no”, and the log has its reason', async () => {
    const { client, approver, token, first, log } = await agentWithToken();
    token.open = () => Promise.reject(new Error('the PIN is locked'));
    const signed = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    expect(await signed).toBeUndefined();
    expect(log.at(-1)).toContain('the PIN is locked');
    void client.sign(first.blob, bytes('x'));
    await approver.passphrasePrompt(1);
  });

  it('is closed by the lock of the agent, and asked about anew', async () => {
    const { client, approver, token, first } = await agentWithToken();
    const signed = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    await signed;
    expect(token.isOpen).toBe(true);
    await client.status(request(22).text('locked'));
    expect(token.isOpen).toBe(false);
    await client.status(request(23).text('locked'));
    void client.sign(first.blob, bytes('x'));
    await approver.passphrasePrompt(1);
  });

  it('opened for one use is closed after what was shown was signed; for a time, when that is over', async () => {
    const { client, clock, approver, token, first, second } = await agentWithToken();
    const once = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234', { kind: 'once' }));
    expect(await once).toBeDefined();
    expect(token.isOpen).toBe(false);
    const timed = client.sign(second.blob, bytes('x'));
    (await approver.passphrasePrompt(1)).answer(typed('1234', { kind: 'for', seconds: 60 }));
    expect(await timed).toBeDefined();
    clock.advance(59_999);
    expect(token.isOpen).toBe(true);
    clock.advance(1);
    expect(token.isOpen).toBe(false);
  });

  it('pulled out and put in again is asked about anew, for the signature that finds it so', async () => {
    const { client, approver, token, first, second } = await agentWithToken();
    const signed = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    await signed;
    token.isOpen = false;
    const again = client.sign(first.blob, bytes('y'));
    (await approver.passphrasePrompt(1)).answer(typed('1234'));
    expect(first.verify((await again) ?? new Uint8Array(), bytes('y'))).toBe(true);
    expect(await client.sign(second.blob, bytes('z'))).toBeDefined();
    expect(approver.passphrases.length).toBe(2);
  });

  it('that is wanted again while it is used is asked for by nobody who may ask nobody, and what is open stays so', async () => {
    const { connect, client, approver, token, first, second } = await agentWithToken();
    const old = connect({ mayPrompt: false });
    const signed = client.sign(second.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    await signed;
    const { sign } = token;
    token.sign = (use, signal) =>
      Buffer.compare(use.blob, first.blob) === 0
        ? Promise.reject(new PinNeededError('It wants the PIN each time.', 'Use it again.'))
        : sign(use, signal);
    expect(await old.sign(first.blob, bytes('y'))).toBeUndefined();
    expect(approver.passphrases.length).toBe(1);
    expect(await old.sign(second.blob, bytes('z'))).toBeDefined();
  });

  it('that is wanted again while it is used, and refused, is quiet after that as after any “no”', async () => {
    const { client, approver, token, first, second } = await agentWithToken();
    const signed = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    await signed;
    token.isOpen = false;
    const again = client.sign(first.blob, bytes('y'));
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await again).toBeUndefined();
    // Opened by another key meanwhile, and closed again.
    const other = client.sign(second.blob, bytes('z'));
    (await approver.passphrasePrompt(2)).answer(typed('1234'));
    expect(await other).toBeDefined();
    token.isOpen = false;
    const third = client.sign(first.blob, bytes('y'));
    await Promise.race([third, approver.passphrasePrompt(3)]);
    expect(approver.passphrases.length).toBe(3);
    expect(await third).toBeUndefined();
  });

  it('is closed when the last of its keys is removed, and not before', async () => {
    const { agent, client, approver, token, first, second } = await agentWithToken();
    const signed = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    await signed;
    await client.status(request(18).string(first.blob));
    expect(token.isOpen).toBe(true);
    await client.status(request(18).string(second.blob));
    expect(token.isOpen).toBe(false);
    expect(agent.keys.list()).toEqual([]);
  });

  it('with several places has a PIN for each, by whose name its keys are told of', async () => {
    const { agent, client, approver, token, first, second } = await agentWithToken();
    const opened: (string | undefined)[] = [];
    const closed: (string | undefined)[] = [];
    token.open = (_pin, _signal, place) => Promise.resolve(void opened.push(place));
    token.lock = (place) => void closed.push(place);
    token.sign = (use) => Promise.resolve(token.signNow(use));
    token.identities = token.identities.map((identity, index) => ({
      ...identity,
      pinPlace: { id: `place ${index}`, title: `Place ${index}` },
    }));
    for (const [index, key] of [first, second].entries()) {
      expect(await client.comments()).toHaveLength(2);
      const signed = client.sign(key.blob, bytes('x'));
      const prompt = await approver.passphrasePrompt(index);
      expect(prompt.request).toMatchObject({ pinOf: `Place ${index}` });
      prompt.answer(typed('1234', index === 0 ? undefined : { kind: 'once' }));
      expect(await signed).toBeDefined();
    }
    expect(opened).toEqual(['place 0', 'place 1']);
    expect(agent.keys.list().map(({ store }) => store?.title)).toEqual(['Place 0', 'Place 1']);
    expect(closed).toEqual(['place 1']);
  });

  it('is opened for nobody who has left, and closed again where that comes too late', async () => {
    const { connect, approver, token, first } = await agentWithToken();
    let finish = () => {};
    token.open = () =>
      new Promise((resolve) => {
        finish = () => {
          token.isOpen = true;
          resolve();
        };
      });
    const client = connect();
    const signed = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    await settle();
    client.session.close();
    expect(await signed).toBeUndefined();
    finish();
    await settle();
    expect(token.isOpen).toBe(false);
  });

  it('closes its prompt when the place of keys is removed', async () => {
    const { agent, client, approver, token, first } = await agentWithToken();
    const signed = client.sign(first.blob, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    agent.stores.remove(token.id);
    expect(await signed).toBeUndefined();
    expect(prompt.signal.aborted).toBe(true);
  });

  it('shows nothing to a client that may not ask until it is open, and then everything', async () => {
    const { connect, client, approver, first } = await agentWithToken();
    const old = connect({ mayPrompt: false });
    expect(await old.comments()).toEqual([]);
    expect(await old.sign(first.blob, bytes('x'))).toBeUndefined();
    const signed = client.sign(first.blob, bytes('x'));
    (await approver.passphrasePrompt(0)).answer(typed('1234'));
    await signed;
    expect(await old.comments()).toEqual(['first', 'second']);
  });

  it('has one question at a time from other machines, as for passphrases', async () => {
    const { connect, approver, first, token } = await agentWithToken();
    const forwarded = connect(ssh);
    await bind(forwarded, testHost(), sid(1), true);
    void forwarded.sign(first.blob, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    expect(prompt.request.requesters()).toMatchObject([{ forwarded: true }]);
    prompt.answer({ kind: 'cancelled' });
    expect(token.pins).toEqual([]);
  });
});
