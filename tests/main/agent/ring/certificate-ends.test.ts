// Certificates whose time is over: said, not offered, and no private half is held for them.
import { describe, expect, it } from 'vitest';
import { onKeyDropped } from '../../../../main/keys/dropped-keys.ts';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';
import { addPpk } from '../../../fakes/encrypted-key-agent.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { encryptedPpk3, pageantBlob, pageantPassphrase } from '../../../fakes/pageant-vectors.ts';
import { addFile, plantedPpk } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import {
  addRequest,
  bytes,
  constrain,
  request,
  type TestClient,
  testAgent,
} from '../../../fakes/test-agent.ts';
import { madeUpCertificate, withCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const success = 6;
const minute = 60_000;
const day = 24 * 60 * minute;
const startMs = Date.parse('2026-11-02T08:00:00Z');

/** An agent whose time of day goes on with its clock, and can be set. */
function agentInTime() {
  let setByMs = 0;
  const test = testAgent({ now: () => new Date(startMs + setByMs + test.clock.elapsedMs()) });
  const set = (ms: number) => {
    setByMs += ms;
  };
  return { ...test, set };
}

/** Seconds since 1970, so many milliseconds after the start. */
const at = (ms: number) => BigInt((startMs + ms) / 1000);

/** An agent in which a client has added the certificate of a key as ssh-add does, without the key. */
async function withCertified(dates: { validAfter?: bigint; validBefore?: bigint }, constraints?: Uint8Array) {
  const test = agentInTime();
  const client = test.connect();
  const key = ed25519Key();
  const blob = madeUpCertificate(key.blob, dates);
  const status = await client.status(addRequest(withCertificate(key, blob), 'certified', constraints));
  expect(status).toBe(success);
  return { ...test, client, key, blob };
}

const commentsOf = ({ agent }: Pick<ReturnType<typeof testAgent>, 'agent'>) =>
  agent.keys.list().map(({ comment }) => comment);
const signs = async (client: TestClient, blob: Uint8Array) =>
  (await client.sign(blob, bytes('x'))) !== undefined;

const removeRequest = (blob: Uint8Array) => request(18).string(blob);

/** How many private keys are dropped meanwhile. */
async function dropsDuring(act: () => unknown): Promise<number> {
  let drops = 0;
  onKeyDropped(() => drops++);
  await act();
  onKeyDropped(() => {});
  return drops;
}

async function extendedCount(client: TestClient): Promise<number> {
  const reader = new WireReader(await client.extension('list-extended@putty.projects.tartarus.org'));
  reader.readByte();
  return reader.readUint32();
}

describe('a certificate whose time is over', () => {
  it('is in no list for programs and signs nothing, and log and activity say why', async () => {
    const test = await withCertified({ validBefore: at(60 * minute) });
    const { agent, client, clock, blob, log } = test;
    clock.advance(60 * minute - 1);
    expect(await client.comments()).toEqual(['certified']);
    expect(await signs(client, blob)).toBe(true);
    clock.advance(1);
    expect(await client.comments()).toEqual([]);
    expect(await extendedCount(client)).toBe(0);
    expect(await signs(client, blob)).toBe(false);
    const reason = 'The certificate expired on 2026-11-02 09:00 UTC.';
    expect(log.at(-1)).toContain('the certificate expired on 2026-11-02 09:00 UTC');
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()[0]).toMatchObject({ answer: 'failed', reason });
  });

  it('is still in the list of our own command, and in the window, which is told at its end', async () => {
    const test = await withCertified({ validBefore: at(60 * minute) });
    let changes = 0;
    test.agent.keys.onChanged(() => changes++);
    test.clock.advance(60 * minute);
    expect(changes).toBe(1);
    expect(commentsOf(test)).toEqual(['certified']);
    const reader = new WireReader(await test.client.extension('list-keys@sallyport'));
    expect([reader.readByte(), reader.readUint32()]).toEqual([success, 1]);
  });

  it('leaves a fresh one of the same key, and the key itself', async () => {
    const { client, clock, key, blob } = await withCertified({ validBefore: at(60 * minute) });
    await client.send(addRequest(key, 'plain'));
    const fresh = madeUpCertificate(key.blob, { validBefore: at(120 * minute) });
    await client.send(addRequest(withCertificate(key, fresh), 'fresh'));
    clock.advance(60 * minute);
    expect(await client.comments()).toEqual(['plain', 'fresh']);
    expect([await signs(client, key.blob), await signs(client, fresh)]).toEqual([true, true]);
    expect(await signs(client, blob)).toBe(false);
    clock.advance(60 * minute + 5 * minute);
    expect(await client.comments()).toEqual(['plain']);
    expect(await signs(client, key.blob)).toBe(true);
  });

  it('is refused also when that comes while the person is asked', async () => {
    const test = await withCertified({ validBefore: at(minute) }, constrain.confirm());
    const reply = signs(test.client, test.blob);
    const question = await test.approver.confirmPrompt(0);
    test.clock.sleep(minute);
    question.answer('allow');
    expect(await reply).toBe(false);
    expect(test.log.at(-1)).toContain('expired');
  });

  it('may be removed by whoever added it', async () => {
    const test = await withCertified({ validBefore: at(minute) });
    test.clock.advance(minute);
    expect(await test.client.status(removeRequest(test.blob))).toBe(success);
    expect(commentsOf(test)).toEqual([]);
  });
});

describe('its private half', () => {
  it('is dropped five minutes after the end, and a day later nothing is left of it', async () => {
    const test = await withCertified({ validBefore: at(60 * minute) });
    const { clock } = test;
    clock.advance(60 * minute);
    expect(await dropsDuring(() => clock.advance(5 * minute - 1000))).toBe(0);
    expect(await dropsDuring(() => clock.advance(1000))).toBe(1);
    clock.advance(day - 1000);
    expect(commentsOf(test)).toEqual(['certified']);
    clock.advance(1000);
    expect(commentsOf(test)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is dropped also when no timer fired, as after a suspend, before anybody gets it', async () => {
    const { client, clock, key, blob } = await withCertified({ validBefore: at(60 * minute) });
    clock.sleep(60 * minute);
    expect([await client.comments(), await signs(client, blob)]).toEqual([[], false]);
    clock.sleep(5 * minute);
    expect(await dropsDuring(() => client.list())).toBe(1);
    expect(await signs(client, key.blob)).toBe(false);
  });

  it('stays while its own key or another certificate has it, which the client added by themselves', async () => {
    const { client, clock, key, blob } = await withCertified({ validBefore: at(60 * minute) });
    await client.send(addRequest(key, 'plain'));
    expect(await dropsDuring(() => clock.advance(66 * minute))).toBe(0);
    expect(await signs(client, key.blob)).toBe(true);
    // What is over does not keep it for itself either.
    expect(await dropsDuring(() => client.send(removeRequest(key.blob)))).toBe(1);
    expect(await signs(client, blob)).toBe(false);
  });

  it('is not kept where the certificate is over already, nor does it open the key for others', async () => {
    const test = agentInTime();
    const [client, key] = [test.connect(), ed25519Key()];
    await addFile(client, plantedPpk(key.blob));
    const blob = madeUpCertificate(key.blob, { validBefore: at(-day) });
    const add = () => client.status(addRequest(withCertificate(key, blob), 'over'));
    expect(await dropsDuring(async () => expect(await add()).toBe(success))).toBe(1);
    const reply = client.sign(key.blob, bytes('x'));
    (await test.approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    expect(await reply).toBeUndefined();
    expect(await client.comments()).toEqual(['planted']);
    expect(commentsOf(test)).toContain('over');
  });

  it('ends earlier with a lifetime that the client set, as ssh-add does, and goes from the list with it', async () => {
    const test = await withCertified({ validBefore: at(60 * minute) }, constrain.lifetime(600));
    test.clock.advance(10 * minute);
    expect(commentsOf(test)).toEqual([]);
  });
});

describe('the file of a certificate', () => {
  /** Opened, for as long as it may be. */
  async function withFile(isWithKey = false) {
    const test = agentInTime();
    const client = test.connect();
    if (isWithKey) await addPpk(client, encryptedPpk3);
    const blob = madeUpCertificate(pageantBlob, { validBefore: at(60 * minute) });
    expect(await addFile(client, encryptedPpk3, { blob })).toBe(success);
    const reply = signs(client, blob);
    (await test.approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect(await reply).toBe(true);
    return { ...test, client, blob };
  }
  const stateOf = ({ agent }: Pick<ReturnType<typeof testAgent>, 'agent'>) =>
    agent.keys.list().map(({ state, hasEncryptedFile }) => [state, hasEncryptedFile]);

  it('stays for the next start when it is over, encrypted again and not offered', async () => {
    const test = await withFile();
    expect(stateOf(test)).toEqual([['unlocked', true]]);
    test.clock.advance(66 * minute);
    expect(stateOf(test)).toEqual([['encrypted', true]]);
    test.clock.advance(100 * day);
    expect(stateOf(test)).toEqual([['encrypted', true]]);
    expect(await test.client.comments()).toEqual([]);
  });

  it('asks nobody for a passphrase when it is over', async () => {
    const { client, clock, blob, approver } = await withFile();
    clock.advance(66 * minute);
    expect(await signs(client, blob)).toBe(false);
    expect(approver.passphrases).toHaveLength(1);
  });

  it('stays unlocked while the key itself is there, as the person has opened that', async () => {
    const test = await withFile(true);
    test.clock.advance(66 * minute);
    expect(await signs(test.client, pageantBlob)).toBe(true);
    expect(test.approver.passphrases).toHaveLength(1);
  });
});

describe('the time of day', () => {
  it('may be some minutes wrong and be put right: nothing is lost', async () => {
    const { client, clock, set, blob } = await withCertified({ validBefore: at(60 * minute) });
    set(64 * minute);
    expect([await client.comments(), await signs(client, blob)]).toEqual([[], false]);
    set(-64 * minute);
    clock.advance(1);
    expect(await client.comments()).toEqual(['certified']);
    expect(await signs(client, blob)).toBe(true);
  });

  it('brings back by itself what there is a file of, and not what was dropped for good', async () => {
    const test = await withCertified({ validBefore: at(60 * minute) });
    const { client, clock, set, approver, log } = test;
    const ofFile = madeUpCertificate(pageantBlob, { validBefore: at(60 * minute) });
    await addFile(client, encryptedPpk3, { blob: ofFile });
    clock.advance(66 * minute);
    expect(await client.list()).toEqual([]);
    set(-60 * minute);
    expect(await client.list()).toHaveLength(1);
    expect(await signs(client, test.blob)).toBe(false);
    expect(log.at(-1)).toContain('has to be added again');
    const reply = signs(client, ofFile);
    (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
    expect([await reply, await signs(client, ofFile)]).toEqual([true, true]);
    // A client that adds it again brings the private half with it.
    await client.send(addRequest(withCertificate(test.key, test.blob), 'certified'));
    expect(await signs(client, test.blob)).toBe(true);
  });

  it('that is set back while a certificate waits for its end does not end it early', async () => {
    const test = await withCertified({ validBefore: at(60 * minute) });
    test.set(-day);
    test.clock.advance(70 * minute);
    expect(await signs(test.client, test.blob)).toBe(true);
    test.clock.advance(day);
    expect(await signs(test.client, test.blob)).toBe(false);
    expect(await test.client.comments()).toEqual([]);
  });

  it('takes nothing of a lifetime, which goes by the time that passes', async () => {
    const { client, clock, set } = await withCertified({}, constrain.lifetime(600));
    set(-day);
    clock.advance(599_000);
    expect(await client.comments()).toEqual(['certified']);
    clock.advance(1000);
    expect(await client.comments()).toEqual([]);
  });
});

describe('a certificate that begins later', () => {
  it('comes after all others until then, and signs, as the server’s clock decides', async () => {
    const test = await withCertified({ validAfter: at(60 * minute), validBefore: at(120 * minute) });
    const { client, clock, blob, agent } = test;
    await client.send(addRequest(ed25519Key(), 'other'));
    expect(await client.comments()).toEqual(['other', 'certified']);
    expect(await signs(client, blob)).toBe(true);
    let changes = 0;
    agent.keys.onChanged(() => changes++);
    clock.advance(60 * minute);
    expect(changes).toBe(1);
    expect(await client.comments()).toEqual(['certified', 'other']);
    clock.advance(60 * minute);
    expect(await client.comments()).toEqual(['other']);
  });
});

describe('a certificate that stays for long', () => {
  it('for ever, or beyond any calendar, waits for nothing', async () => {
    for (const validBefore of [2n ** 64n - 1n, 2n ** 64n - 2n, 10n ** 14n]) {
      const { client, clock } = await withCertified({ validBefore });
      expect(clock.pendingTimers).toBe(0);
      clock.advance(1000 * 365 * day);
      expect(await client.comments()).toEqual(['certified']);
    }
  });

  it('for longer than a timer of the system takes ends at its day', async () => {
    const test = await withCertified({ validBefore: at(400 * day) });
    test.clock.advance(400 * day - 1000);
    expect(await test.client.comments()).toEqual(['certified']);
    test.clock.advance(1000);
    expect(await test.client.comments()).toEqual([]);
  });
});

describe('a certificate of a store', () => {
  it('is not offered past its time, stays in the window, and comes back when it was renewed there', async () => {
    const test = agentInTime();
    const [client, key] = [test.connect(), ed25519Key()];
    const blob = madeUpCertificate(key.blob, { validBefore: at(60 * minute) });
    const store = new FakeStore().with(key, 'old', 'nothing', blob);
    test.agent.stores.add(store);
    await settle();
    expect(await client.comments()).toEqual(['old']);
    test.clock.advance(60 * minute + 5 * day);
    const asked: unknown[] = [];
    const { sign } = store;
    store.sign = (use, signal) => {
      asked.push(use);
      return sign(use, signal);
    };
    expect([await client.comments(), await signs(client, blob)]).toEqual([[], false]);
    expect(asked).toEqual([]);
    expect(commentsOf(test)).toEqual(['old']);
    const renewed = madeUpCertificate(key.blob, { validBefore: at(10 * day) });
    store.without(blob).with(key, 'renewed', 'nothing', renewed);
    expect(await client.comments()).toEqual(['renewed']);
  });
});
