// Passphrase prompts and shared prompts: what may share one answer, and when nobody is asked any more.
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { agentWithKey, program, ssh } from '../../../fakes/consent-agent.ts';
import { withEncryptedKey } from '../../../fakes/encrypted-key-agent.ts';
import { loginData, sid, testHost } from '../../../fakes/host-session.ts';
import { pageantBlob, pageantPassphrase } from '../../../fakes/pageant-vectors.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

describe('a passphrase prompt', () => {
  async function agentWithEncryptedKey() {
    const test = await withEncryptedKey();
    const sign = (peer: Partial<Peer> = ssh) => test.connect(peer).sign(pageantBlob, bytes('data'));
    return { ...test, sign };
  }

  it('that was cancelled does not come again at once for the same request', async () => {
    const { sign, approver, agent, clock } = await agentWithEncryptedKey();
    const first = sign();
    (await approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    expect(await first).toBeUndefined();
    expect(await sign()).toBeUndefined();
    expect(approver.passphrases).toHaveLength(1);
    expect(agent.consent.missed.list()).toMatchObject([{ answer: 'denied', count: 2 }]);
    // Another program did nothing wrong.
    const other = sign(program('/usr/bin/git'));
    (await approver.passphrasePrompt(1)).answer({ kind: 'cancelled' });
    await other;
    clock.advance(2000);
    const later = sign();
    (await approver.passphrasePrompt(2)).answer(typed(pageantPassphrase));
    expect(await later).toBeDefined();
  });

  it('comes again at once when the person said "allow next time"', async () => {
    const { sign, approver, agent } = await agentWithEncryptedKey();
    const first = sign();
    (await approver.passphrasePrompt(0)).answer({ kind: 'cancelled' });
    await first;
    agent.consent.missed.allowNextTime(agent.consent.missed.list()[0]!.id);
    const second = sign();
    (await approver.passphrasePrompt(1)).answer(typed(pageantPassphrase));
    expect(await second).toBeDefined();
  });

  it('that nobody answered is in the inbox and in the activity as missed', async () => {
    const { sign, approver, agent, clock } = await agentWithEncryptedKey();
    const signed = sign();
    await approver.passphrasePrompt(0);
    clock.advance(300_000);
    expect(await signed).toBeUndefined();
    await agent.consent.activitySettled();
    expect(agent.consent.missed.list()).toMatchObject([{ answer: 'missed' }]);
    expect(agent.consent.activity.list()).toMatchObject([{ answer: 'missed' }]);
  });

  it('cancelled for many requests at once counts as one "no"', async () => {
    const { sign, approver, clock } = await agentWithEncryptedKey();
    const all = Array.from({ length: 10 }, () => sign());
    const { answer } = await approver.passphrasePrompt(0);
    await settle();
    answer({ kind: 'cancelled' });
    expect(await Promise.all(all)).toEqual(Array(10).fill(undefined));
    clock.advance(2000);
    const later = sign();
    (await approver.passphrasePrompt(1)).answer(typed(pageantPassphrase));
    expect(await later).toBeDefined();
  });

  it('is waited for by 256 requests of a flood, and the others fail at once', async () => {
    const { sign, approver, agent } = await agentWithEncryptedKey();
    let failed = 0;
    const all = Array.from({ length: 400 }, async () => {
      const signature = await sign();
      if (signature === undefined) failed++;
      return signature;
    });
    const { answer, request } = await approver.passphrasePrompt(0);
    await settle();
    expect(request.requesters()).toHaveLength(256);
    expect(failed).toBe(144);
    answer(typed(pageantPassphrase));
    const signatures = await Promise.all(all);
    expect(signatures.filter((signature) => signature !== undefined)).toHaveLength(256);
    // None of those that failed was a "no" of the person.
    agent.keys.reencryptAll();
    const later = sign();
    (await approver.passphrasePrompt(1)).answer(typed(pageantPassphrase));
    expect(await later).toBeDefined();
  });
});

describe('a confirm prompt', () => {
  it('is not shared by different unknown data', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const harmless = connect(ssh).sign(key.blob, bytes('harmless'));
    await approver.confirmPrompt(0);
    const other = connect(ssh).sign(key.blob, bytes('something else'));
    const same = connect(ssh).sign(key.blob, bytes('harmless'));
    await settle();
    (await approver.confirmPrompt(0)).answer('allow');
    expect(await harmless).toBeDefined();
    expect(await same).toBeDefined();
    (await approver.confirmPrompt(1)).answer('deny');
    expect(await other).toBeUndefined();
  });

  it('is not shared by a stricter question', async () => {
    const { agent, connect, key, approver } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('always');
    const wanted = connect(ssh).sign(key.blob, bytes('x'));
    await approver.confirmPrompt(0);
    await connect().send(addRequest(key, 'me@work', constrain.confirm()));
    const constrained = connect(ssh).sign(key.blob, bytes('x'));
    await settle();
    (await approver.confirmPrompt(0)).answer('allow');
    // The first was asked about before the key was replaced, and is judged anew with the second.
    const { answer, request } = await approver.confirmPrompt(1);
    await settle();
    expect(request.requesters()).toHaveLength(2);
    answer('deny');
    expect(await Promise.all([wanted, constrained])).toEqual([undefined, undefined]);
  });

  it('for a machine elsewhere that does not prove where to remembers nothing', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const client = connect(ssh);
    await client.extension('session-bind@openssh.com', testHost().bind(sid(1), true));
    void client.sign(key.blob, loginData(key.blob, 'root', sid(2)));
    const { request } = await approver.confirmPrompt(0);
    expect(request.requesters()[0]!).toMatchObject({ forwarded: true, path: [{}] });
    expect(request.requesters()[0]!.destination).toBeUndefined();
    expect(request.mayRemember).toBe(false);
  });

  it('takes no name from a certificate in the signed data, which nobody has verified', async () => {
    const asked: string[] = [];
    const test = testAgent({
      hostNames: {
        nameOf: ({ algorithm }) => {
          asked.push(algorithm);
          return Promise.resolve(undefined);
        },
        nameAt: () => Promise.resolve(undefined),
      },
    });
    const key = ed25519Key();
    await test.connect().send(addRequest(key, 'me', constrain.confirm()));
    const [host, authority] = [ed25519Key(), ed25519Key()];
    const certificate = new WireWriter()
      .text('ssh-ed25519-cert-v01@openssh.com')
      .string(new Uint8Array(32))
      .string(host.blob.subarray(-32))
      .uint64(0n)
      .uint32(2)
      .text('id')
      .string(new WireWriter().text('bank.example').finish())
      .uint64(0n)
      .uint64(2n ** 64n - 1n)
      .text('')
      .text('')
      .text('')
      .string(authority.blob)
      .string(new Uint8Array(83))
      .finish();
    void test.connect(ssh).sign(key.blob, loginData(key.blob, 'git', sid(1), certificate));
    const { request } = await test.approver.confirmPrompt(0);
    expect(request.requesters()[0]!.destination).toMatchObject({ basis: 'signed-data' });
    expect(asked).toEqual(['ssh-ed25519']);
  });
});
