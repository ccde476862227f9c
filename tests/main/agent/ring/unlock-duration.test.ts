// How long a key stays decrypted after its passphrase was typed, and how it is encrypted again.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import type { CryptoOffload } from '../../../../main/keys/crypto-offload.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { addPpk, flagsOf, withEncryptedKey } from '../../../fakes/encrypted-key-agent.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import {
  clearPpk3,
  encryptedPpk3,
  pageantBlob,
  pageantPassphrase,
  signHelloReply,
} from '../../../fakes/pageant-vectors.ts';
import { addFile } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { addRequest, bytes, request, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const success = Uint8Array.of(6);

describe('how long a decrypted key stays', () => {
  it('for one use: those who waited are served, the next is asked again', async () => {
    const { connect, client, approver, signHello } = await withEncryptedKey();
    const replies = [signHello(connect()), signHello(connect())];
    const prompt = await approver.passphrasePrompt(0);
    while (prompt.request.requesters().length < 2) await new Promise(setImmediate);
    prompt.answer(typed(pageantPassphrase, { kind: 'once' }));
    expect(await Promise.all(replies)).toEqual([signHelloReply, signHelloReply]);
    expect(await flagsOf(client)).toBe(3);
    const next = signHello();
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await next).toBe('05');
  });

  it.each([
    ['for one use', { kind: 'once' }, pageantBlob],
    ['by a file that proves nothing', { kind: 'until-locked' }, madeUpCertificate(pageantBlob)],
  ] as const)('%s: who comes while the key is being opened is asked about anew', async (_, keep, blob) => {
    let began = () => {};
    let goOn = () => {};
    const opening = new Promise<void>((resolve) => (began = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const slowly: CryptoOffload['argon2'] = async (...args) => {
      began();
      await mayGoOn;
      return await inlineCryptoOffload.argon2(...args);
    };
    const { connect, approver } = testAgent({ offload: { ...inlineCryptoOffload, argon2: slowly } });
    const client = connect();
    await addPpk(client, encryptedPpk3);
    if (blob !== pageantBlob) {
      const machine = connect();
      await machine.extension('session-bind@openssh.com', testHost().bind(sid(1), true));
      expect(await addFile(machine, encryptedPpk3, { blob })).toBe(6);
      await client.send(request(18).string(pageantBlob));
    }
    const shown = client.sign(blob, bytes('shown'));
    const prompt = await approver.passphrasePrompt(0);
    prompt.answer(typed(pageantPassphrase, keep));
    await opening;
    const late = connect().sign(blob, bytes('late'));
    while (prompt.request.requesters().length < 2) await new Promise(setImmediate);
    goOn();
    expect(await shown).toBeDefined();
    const first = await Promise.race([late, approver.passphrasePrompt(1)]);
    expect(first).toBe(approver.passphrases[1]);
    approver.passphrases[1]?.answer({ kind: 'cancelled' });
    expect(await late).toBeUndefined();
  });

  it('for a time: dropped when it ends', async () => {
    const { client, approver, clock, signHello } = await withEncryptedKey();
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase, { kind: 'for', seconds: 900 }));
    expect(await reply).toBe(signHelloReply);
    clock.advance(899_999);
    expect(await flagsOf(client)).toBe(1);
    clock.advance(1);
    expect(await flagsOf(client)).toBe(3);
  });

  it('for a time: dropped also when no timer fired, as after a suspend', async () => {
    const { client, approver, clock, signHello } = await withEncryptedKey();
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase, { kind: 'for', seconds: 900 }));
    expect(await reply).toBe(signHelloReply);
    clock.sleep(900_000);
    expect(await flagsOf(client)).toBe(3);
    const next = signHello();
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await next).toBe('05');
  });

  it('for a time: longer when it is added in clear meanwhile', async () => {
    const { client, approver, clock, signHello } = await withEncryptedKey();
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase, { kind: 'for', seconds: 900 }));
    expect(await reply).toBe(signHelloReply);
    await addPpk(client, clearPpk3);
    clock.advance(900_000);
    expect(await signHello()).toBe(signHelloReply);
  });

  it('until locked: lock drops it and closes prompts, clear-only keys stay', async () => {
    const { connect, client, approver, signHello } = await withEncryptedKey();
    const clear = ed25519Key();
    await client.send(addRequest(clear, 'clear'));
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBe(signHelloReply);
    expect(await flagsOf(client)).toBe(1);
    await client.send(request(22).text('lock'));
    await client.send(request(23).text('lock'));
    expect(await flagsOf(client)).toBe(3);
    expect(await client.sign(clear.blob, bytes('x'))).toBeDefined();

    const waiting = signHello(connect());
    const prompt = await approver.passphrasePrompt(1);
    await client.send(request(22).text('lock'));
    expect(await waiting).toBe('05');
    expect(prompt.signal.aborted).toBe(true);
  });

  it('re-encrypt drops it and is idempotent; a clear-only key can not be re-encrypted', async () => {
    const { client, approver, signHello } = await withEncryptedKey();
    const name = 'reencrypt@putty.projects.tartarus.org';
    const blob = new WireWriter().string(pageantBlob).finish();
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    await reply;
    expect(await client.extension(name, blob)).toEqual(success);
    expect(await flagsOf(client)).toBe(3);
    expect(await client.extension(name, blob)).toEqual(success);
    const clear = ed25519Key();
    await client.send(addRequest(clear, 'clear'));
    expect(await client.extension(name, new WireWriter().string(clear.blob).finish())).toEqual(
      Uint8Array.of(28),
    );
    expect(await client.extension(name, new WireWriter().text('none').finish())).toEqual(Uint8Array.of(28));
    expect(await client.extension(name, Uint8Array.of(0))).toEqual(Uint8Array.of(28));
  });

  it('re-encrypt all counts the keys that stay in clear', async () => {
    const { client } = await withEncryptedKey();
    const name = 'reencrypt-all@putty.projects.tartarus.org';
    expect(await client.extension(name)).toEqual(Uint8Array.of(6, 0, 0, 0, 0));
    await client.send(addRequest(ed25519Key(), 'clear'));
    expect(await client.extension(name)).toEqual(Uint8Array.of(6, 0, 0, 0, 1));
    await client.send(request(18).string(pageantBlob));
    expect(await client.extension(name)).toEqual(Uint8Array.of(28));
    await client.send(request(19));
    expect(await client.extension(name)).toEqual(Uint8Array.of(6, 0, 0, 0, 0));
  });
});
