// One key added in clear and in encrypted files: what is merged, and whose constraints hold.
import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { addPpk, flagsOf, withEncryptedKey } from '../../../fakes/encrypted-key-agent.ts';
import { otherPassphrase, otherPassphrasePpk } from '../../../fakes/encrypted-keys.ts';
import {
  clearPpk3,
  encryptedPpk3,
  pageantBlob,
  pageantPassphrase,
  signHelloReply,
} from '../../../fakes/pageant-vectors.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { bytes, constrain, testAgent } from '../../../fakes/test-agent.ts';

const success = Uint8Array.of(6);

describe('adding the same key in several forms', () => {
  it('in clear to one kept encrypted merges and succeeds', async () => {
    const { client, approver, signHello } = await withEncryptedKey();
    expect(await addPpk(client, clearPpk3)).toEqual(success);
    expect(await flagsOf(client)).toBe(1);
    expect(await signHello()).toBe(signHelloReply);
    expect(approver.passphrases).toHaveLength(0);
  });

  it('encrypted to one in clear makes it re-encryptable', async () => {
    const { client } = testAgentWithClear();
    expect(await addPpk(client, clearPpk3)).toEqual(success);
    expect(await flagsOf(client)).toBe(0);
    expect(await addPpk(client, encryptedPpk3)).toEqual(success);
    expect(await flagsOf(client)).toBe(1);
    expect(await client.list()).toHaveLength(1);
  });

  it('never loosens constraints by a file that proves nothing', async () => {
    const { client, approver } = testAgentWithClear();
    const ours = 'add-key-file@sallyport';
    const withConfirm = new WireWriter()
      .text(clearPpk3)
      .text('')
      .text('')
      .bytes(constrain.confirm())
      .finish();
    expect(await client.extension(ours, withConfirm)).toEqual(success);
    expect(await addPpk(client, encryptedPpk3)).toEqual(success);
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await reply).toBeUndefined();
  });

  it('tightens what is there', async () => {
    const { client, approver, clock } = testAgentWithClear();
    await addPpk(client, clearPpk3);
    const constraints = Buffer.concat([constrain.confirm(), constrain.lifetime(10)]);
    const file = new WireWriter().text(encryptedPpk3).text('').text('other').bytes(constraints).finish();
    expect(await client.extension('add-key-file@sallyport', file)).toEqual(success);
    expect(await client.comments()).toEqual(['enc eddsa 255']);
    const reply = client.sign(pageantBlob, bytes('x'));
    (await approver.confirmPrompt(0)).answer('allow');
    expect(await reply).toBeDefined();
    clock.advance(10_000);
    expect(await client.list()).toEqual([]);
  });

  it('refuses a fifth encrypted file rather than dropping one that may be the only good one', async () => {
    const { client, approver, signHello } = await withEncryptedKey();
    const garbage = (n: number) => encryptedPpk3.replace('5debb969', `0000000${n}`);
    for (const n of [1, 2, 3]) expect(await addPpk(client, garbage(n))).toEqual(success);
    expect(await addPpk(client, garbage(4))).toEqual(Uint8Array.of(28));
    expect(await addPpk(client, garbage(3))).toEqual(success);
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBe(signHelloReply);
  });

  it('keeps several encrypted files, and the passphrase of any of them will do', async () => {
    const { client, approver, signHello } = await withEncryptedKey(otherPassphrasePpk);
    expect(await addPpk(client, encryptedPpk3)).toEqual(success);
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(otherPassphrase));
    expect(await reply).toBe(signHelloReply);
  });

  it.each([
    ['was opened', true],
    ['was never opened', false],
  ])(
    'in a file that the person wrote anew takes the place of the one before, which %s',
    async (_, isOpened) => {
      const { agent, client, approver, signHello } = await withEncryptedKey();
      if (isOpened) {
        const opening = signHello();
        (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
        expect(await opening).toBe(signHelloReply);
      }
      const [key] = agent.keys.list();
      const [before] = agent.keys.encryptedFiles(key?.id ?? '');
      const file = parseKeyFile(bytes(otherPassphrasePpk));
      if (file.kind !== 'encrypted' || file.publicKey === undefined || before === undefined)
        throw new Error('no file');
      await agent.addKey({
        ...{ identities: [file.publicKey], comment: bytes('another name'), file, wishes: {} },
        rewrites: { file: before, isRenamed: true },
      });
      expect(await client.comments()).toEqual(['another name']);
      // Of the other file nothing comes back at the next start, nor does its passphrase open the key.
      expect(agent.keys.encryptedFiles(key?.id ?? '')).toEqual([bytes(otherPassphrasePpk)]);
      agent.keys.reencryptAll();
      const reply = signHello();
      (await approver.passphrasePrompt(isOpened ? 1 : 0)).answer(typed(pageantPassphrase));
      (await approver.passphrasePrompt(isOpened ? 2 : 1)).answer(typed(otherPassphrase));
      expect(await reply).toBe(signHelloReply);
    },
  );

  it('takes the passphrase of a file that was added while the person is asked', async () => {
    const { connect, approver, signHello } = await withEncryptedKey(otherPassphrasePpk);
    const reply = signHello();
    const prompt = await approver.passphrasePrompt(0);
    expect(await addPpk(connect(), encryptedPpk3)).toEqual(success);
    prompt.answer(typed(pageantPassphrase));
    expect(await reply).toBe(signHelloReply);
  });

  function testAgentWithClear() {
    const agent = testAgent();
    return { ...agent, client: agent.connect() };
  }
});
