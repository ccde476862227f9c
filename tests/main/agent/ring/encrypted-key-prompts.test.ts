// Keys kept encrypted: one prompt a key, joins, one cancel, retries, disconnects.
import { describe, expect, it } from 'vitest';
import type { Approver } from '../../../../main/agent/ports/approver.ts';
import { onKeyDropped } from '../../../../main/keys/dropped-keys.ts';
import { cheapOffload, foreignPpkFile, namedEd25519Key } from '../../../fakes/cheap-key-files.ts';
import { addPpk, flagsOf, withEncryptedKey } from '../../../fakes/encrypted-key-agent.ts';
import { otherEncryptedKeys } from '../../../fakes/encrypted-keys.ts';
import {
  clearPpk3,
  encryptedPpk2,
  encryptedPpk3,
  pageantBlob,
  pageantPassphrase,
  signHelloReply,
} from '../../../fakes/pageant-vectors.ts';
import { addFile } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, request, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const success = Uint8Array.of(6);

describe('a key kept encrypted', () => {
  it('is listed as any other, and told apart by list-extended', async () => {
    const { client } = await withEncryptedKey();
    expect(await client.list()).toEqual([{ blob: pageantBlob, comment: 'enc eddsa 255' }]);
    expect(await flagsOf(client)).toBe(3);
  });

  it.each([
    ['PPK 3', encryptedPpk3],
    ['PPK 2', encryptedPpk2],
  ])('asks once at first use and signs as Pageant does: %s', async (_format, file) => {
    const { client, approver, signHello } = await withEncryptedKey(file);
    const reply = signHello();
    const prompt = await approver.passphrasePrompt(0);
    expect(prompt.request).toMatchObject({ attempt: 1, key: { comment: 'enc eddsa 255' } });
    expect(prompt.request.problem).toBeUndefined();
    prompt.answer(typed(pageantPassphrase));
    expect(await reply).toBe(signHelloReply);
    expect(prompt.signal.aborted).toBe(true);
    expect(await flagsOf(client)).toBe(1);
    expect(await signHello()).toBe(signHelloReply);
    expect(approver.passphrases).toHaveLength(1);
  });

  it('says that a passphrase is wrong and asks again, while the waiters go on waiting', async () => {
    const { approver, signHello } = await withEncryptedKey();
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed('wrong'));
    const second = await approver.passphrasePrompt(1);
    expect(second.request.attempt).toBe(2);
    expect(second.request.problem).toContain('does not open this key');
    expect(second.request.id).toBe(approver.passphrases[0]?.request.id);
    expect(second.request.requesters()).toHaveLength(1);
    second.answer(typed(pageantPassphrase));
    expect(await reply).toBe(signHelloReply);
  });

  it('tells the one who typed the passphrase which file it has opened, and not of a wrong one', async () => {
    const { approver, signHello } = await withEncryptedKey();
    const told: [string, Uint8Array, boolean][] = [];
    const reply = signHello();
    const answer = async (attempt: number, passphrase: string) => {
      const { answer, signal } = await approver.passphrasePrompt(attempt);
      const onOpened = (file: Uint8Array) => told.push([passphrase, file, signal.aborted]);
      answer(Object.assign(typed(passphrase), { onOpened }));
    };
    await answer(0, 'wrong');
    await answer(1, pageantPassphrase);
    expect(await reply).toBe(signHelloReply);
    expect(told).toEqual([[pageantPassphrase, bytes(encryptedPpk3), false]]);
  });

  it('of which the file is no good says so, and counts that as nobody’s “no”', async () => {
    const { agent, approver, connect } = testAgent({ offload: cheapOffload });
    const [key, inside] = [namedEd25519Key('outside'), namedEd25519Key('inside')];
    const client = connect({ pid: 1 });
    expect(await addFile(client, Buffer.from(await foreignPpkFile(key, inside, 'word')).toString())).toBe(6);
    // More often than a "no" lets a program ask again.
    for (const attempt of [0, 1, 2]) {
      const signed = client.sign(key.blob, bytes('data'));
      (await approver.passphrasePrompt(attempt)).answer(typed('word'));
      expect(await signed).toBeUndefined();
    }
    await agent.consent.activitySettled();
    const [latest] = agent.consent.activity.list();
    expect(latest).toMatchObject({ answer: 'failed', reason: expect.stringContaining('private') });
    expect(agent.consent.missed.list()).toEqual([]);
  });

  describe('of which the person is slow to give the passphrase', () => {
    /** A person whose answers come also when the prompt has closed. */
    async function withSlowPerson() {
      const given: Uint8Array[] = [];
      const answers: ((passphrase: string) => void)[] = [];
      const slow: Approver = {
        confirm: () => Promise.resolve('deny'),
        askPassphrase: () =>
          new Promise((resolve) =>
            answers.push((passphrase) => {
              const answer = typed(passphrase);
              if (answer.kind === 'passphrase') given.push(answer.passphrase.bytes);
              resolve(answer);
            }),
          ),
      };
      const tried: Uint8Array[] = [];
      const passphraseEncodings = (utf8: Uint8Array) => {
        tried.push(utf8.slice());
        return [tried.at(-1) as Uint8Array];
      };
      const { connect } = testAgent({ approver: slow, passphraseEncodings });
      const client = connect();
      expect(await addPpk(client, encryptedPpk3)).toEqual(success);
      return {
        client,
        connect,
        tried,
        areWiped: () => given.map((passphrase) => passphrase.every((byte) => byte === 0)),
        isAsked: () => expect.poll(() => answers.length).toBe(1),
        answerNext: async (passphrase: string) => {
          await expect.poll(() => answers.length).toBe(1);
          answers.pop()?.(passphrase);
        },
      };
    }

    it('wipes the passphrase after use, a wrong one and one that comes too late, too', async () => {
      const { client, tried, areWiped, isAsked, answerNext } = await withSlowPerson();
      const signed = client.sign(pageantBlob, bytes('x'));
      await answerNext('wrong');
      await answerNext(pageantPassphrase);
      expect(await signed).toBeDefined();
      expect((await client.extension('reencrypt-all@putty.projects.tartarus.org'))[0]).toBe(6);
      const abandoned = client.sign(pageantBlob, bytes('x'));
      await isAsked();
      client.session.close();
      expect(await abandoned).toBeUndefined();
      await answerNext(pageantPassphrase);
      await expect.poll(areWiped).toEqual([true, true, true]);
      // Its encodings, too.
      expect(tried.flatMap((encoding) => [...encoding]).every((byte) => byte === 0)).toBe(true);
    });

    it('tries one that comes too late on nothing, stays encrypted, and tells that it was dropped', async () => {
      const { client, connect, tried, areWiped, isAsked, answerNext } = await withSlowPerson();
      const abandoned = client.sign(pageantBlob, bytes('x'));
      await isAsked();
      client.session.close();
      expect(await abandoned).toBeUndefined();
      let drops = 0;
      onKeyDropped(() => drops++);
      try {
        await answerNext(pageantPassphrase);
        await expect.poll(() => drops).toBe(1);
      } finally {
        onKeyDropped(() => {});
      }
      expect(areWiped()).toEqual([true]);
      expect(tried).toEqual([]);
      expect(await flagsOf(connect())).toBe(3);
    });
  });

  it('joins later requests to the open prompt and serves all from one passphrase', async () => {
    const { connect, approver, signHello } = await withEncryptedKey();
    const first = signHello();
    const prompt = await approver.passphrasePrompt(0);
    let changes = 0;
    prompt.request.onRequestersChanged(() => changes++);
    const others = [connect({ pid: 2 }), connect({ pid: 3 })].map(signHello);
    while (prompt.request.requesters().length < 3) await new Promise(setImmediate);
    expect(prompt.request.requesters().map((requester) => requester.pid)).toEqual([1, 2, 3]);
    expect(changes).toBe(2);
    prompt.answer(typed(pageantPassphrase));
    expect(await Promise.all([first, ...others])).toEqual(Array(3).fill(signHelloReply));
    expect(approver.passphrases).toHaveLength(1);
  });

  it('fails all waiters with one cancel', async () => {
    const { connect, approver, signHello } = await withEncryptedKey();
    const replies = [signHello(), signHello(connect()), signHello(connect())];
    const prompt = await approver.passphrasePrompt(0);
    while (prompt.request.requesters().length < 3) await new Promise(setImmediate);
    prompt.answer({ kind: 'cancelled' });
    expect(await Promise.all(replies)).toEqual(['05', '05', '05']);
    expect(approver.passphrases).toHaveLength(1);
    expect(prompt.signal.aborted).toBe(true);
  });

  it('fails all waiters when nobody answers in time', async () => {
    const { approver, clock, signHello } = await withEncryptedKey();
    const reply = signHello();
    const prompt = await approver.passphrasePrompt(0);
    clock.advance(prompt.request.timeLimitMs);
    expect(await reply).toBe('05');
    expect(prompt.signal.aborted).toBe(true);
  });

  it('does not wait for ever for the answer whether a costly derivation is worth it', async () => {
    const costly = encryptedPpk3.replace('Argon2-Passes: 2', 'Argon2-Passes: 4096');
    const { client, connect, approver, clock, signHello } = await withEncryptedKey(costly);
    const [second] = otherEncryptedKeys;
    await addPpk(client, second.file);
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    const costPrompt = await approver.confirmPrompt(0);
    const otherReply = connect().sign(second.blob, bytes('x'));
    clock.advance(costPrompt.request.timeLimitMs);
    expect(costPrompt.signal.aborted).toBe(true);
    expect(await reply).toBe('05');
    (await approver.passphrasePrompt(1)).answer(typed(second.passphrase));
    expect(await otherReply).toBeDefined();
  });

  it('is not asked for when the agent was locked while it was looked up who asks', async () => {
    const { connect, client, approver } = await withEncryptedKey();
    let found = (_: undefined) => {};
    const slow = connect({ describe: () => new Promise((resolve) => (found = resolve)) });
    const reply = slow.sign(pageantBlob, bytes('x'));
    await new Promise(setImmediate);
    expect(await client.status(request(22).text('lock'))).toBe(6);
    found(undefined);
    expect(await reply).toBeUndefined();
    expect(approver.passphrases).toHaveLength(0);
  });

  it('lets a waiter that disconnects leave, and closes the prompt with the last one', async () => {
    const { connect, approver, signHello } = await withEncryptedKey();
    const [a, b] = [connect({ pid: 10 }), connect({ pid: 11 })];
    const replies = [signHello(a), signHello(b)];
    const prompt = await approver.passphrasePrompt(0);
    while (prompt.request.requesters().length < 2) await new Promise(setImmediate);
    a.session.close();
    expect(prompt.request.requesters().map((requester) => requester.pid)).toEqual([11]);
    expect(prompt.signal.aborted).toBe(false);
    b.session.close();
    expect(prompt.signal.aborted).toBe(true);
    expect(await Promise.all(replies)).toEqual(['05', '05']);
  });

  it('asks anew after a prompt was closed', async () => {
    const { connect, approver, signHello } = await withEncryptedKey();
    const gone = connect();
    const lost = signHello(gone);
    await approver.passphrasePrompt(0);
    gone.session.close();
    await lost;
    const reply = signHello();
    (await approver.passphrasePrompt(1)).answer(typed(pageantPassphrase));
    expect(await reply).toBe(signHelloReply);
  });

  it('that is removed while the person is asked closes the prompt and fails the waiters', async () => {
    const { connect, approver, signHello } = await withEncryptedKey();
    const reply = signHello();
    const prompt = await approver.passphrasePrompt(0);
    expect(await connect().status(request(18).string(pageantBlob))).toBe(6);
    expect(await reply).toBe('05');
    expect(prompt.signal.aborted).toBe(true);
    // An answer that comes too late is not a use after free.
    prompt.answer(typed(pageantPassphrase));
    expect(await connect().list()).toEqual([]);
  });

  it('that becomes clear another way closes the prompt and serves the waiters', async () => {
    const { connect, approver, signHello } = await withEncryptedKey();
    const reply = signHello();
    const prompt = await approver.passphrasePrompt(0);
    expect(await addPpk(connect(), clearPpk3)).toEqual(success);
    expect(await reply).toBe(signHelloReply);
    expect(prompt.signal.aborted).toBe(true);
    expect(await flagsOf(connect())).toBe(1);
  });

  it('never holds up requests that need no person', async () => {
    const { connect, approver, client, signHello } = await withEncryptedKey();
    const free = ed25519Key();
    await client.send(addRequest(free, 'free'));
    const waiting = signHello();
    await approver.passphrasePrompt(0);
    const other = connect();
    expect(await other.comments()).toEqual(['enc eddsa 255', 'free']);
    expect(await other.sign(free.blob, bytes('x'))).toBeDefined();
    expect(await other.status(addRequest(ed25519Key(), 'new'))).toBe(6);
    approver.passphrases[0]?.answer({ kind: 'cancelled' });
    expect(await waiting).toBe('05');
  });

  it('refuses unknown flags before it asks', async () => {
    const { client, approver } = await withEncryptedKey();
    expect(await client.sign(pageantBlob, bytes('x'), 8)).toBeUndefined();
    expect(approver.passphrases).toHaveLength(0);
  });

  it('is hidden from clients that may not ask a person until it is decrypted', async () => {
    const { connect, approver, signHello } = await withEncryptedKey();
    const quiet = connect({ mayPrompt: false });
    expect(await quiet.list()).toEqual([]);
    expect(await signHello(quiet)).toBe('05');
    expect(approver.passphrases).toHaveLength(0);
    const reply = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    await reply;
    expect(await quiet.list()).toHaveLength(1);
    expect(await signHello(quiet)).toBe(signHelloReply);
  });

  it('is removed by a client that may not ask, and so can not see it, when that removes all', async () => {
    const { agent, connect } = await withEncryptedKey();
    expect(await connect({ mayPrompt: false }).status(request(19))).toBe(6);
    expect(agent.keys.list()).toEqual([]);
  });

  it('is not asked about for a client that may not ask when it is re-encrypted on the way', async () => {
    const { agent, connect, client, approver, signHello } = await withEncryptedKey();
    // So that it has to be looked up who asks.
    await agent.consent.policies.addRule({ action: 'ask', program: '/usr/bin/other' });
    const unlocking = signHello();
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    await unlocking;
    let tell = () => {};
    const describe = () => new Promise<undefined>((resolve) => (tell = () => resolve(undefined)));
    const reply = connect({ mayPrompt: false, describe }).sign(pageantBlob, bytes('x'));
    await settle();
    expect((await client.extension('reencrypt-all@putty.projects.tartarus.org'))[0]).toBe(6);
    tell();
    await settle();
    expect(approver.passphrases).toHaveLength(1);
    expect(await reply).toBeUndefined();
  });

  it('asks for three keys one after another', async () => {
    const { client, connect, approver, signHello } = await withEncryptedKey();
    const [second, third] = otherEncryptedKeys;
    for (const key of [second, third]) expect(await addPpk(client, key.file)).toEqual(success);
    const replies = [
      signHello(connect()),
      connect().sign(second.blob, bytes('x')),
      connect().sign(third.blob, bytes('x')),
    ];
    for (const [n, passphrase] of [pageantPassphrase, second.passphrase, third.passphrase].entries()) {
      const prompt = await approver.passphrasePrompt(n);
      expect(approver.passphrases).toHaveLength(n + 1);
      prompt.answer(typed(passphrase));
    }
    const [first, ...signatures] = await Promise.all(replies);
    expect(first).toBe(signHelloReply);
    for (const signature of signatures) expect(signature).toBeDefined();
  });

  it('goes on to the next key after a cancel, and when the first client has left', async () => {
    const { client, connect, approver, signHello } = await withEncryptedKey();
    const [second, third] = otherEncryptedKeys;
    for (const key of [second, third]) await addPpk(client, key.file);
    const leaving = connect();
    const first = signHello(leaving);
    await approver.passphrasePrompt(0);
    const secondReply = connect().sign(second.blob, bytes('x'));
    const thirdReply = connect().sign(third.blob, bytes('x'));
    leaving.session.close();
    expect(await first).toBe('05');
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    expect(await secondReply).toBeUndefined();
    (await approver.passphrasePrompt(2)).answer(typed(third.passphrase));
    expect(await thirdReply).toBeDefined();
  });
});
