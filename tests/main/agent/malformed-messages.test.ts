// No bytes take the agent down, lose a key or hold up another client.
import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../main/keys/wire.ts';
import { loginData, testHost } from '../../fakes/host-session.ts';
import { clearPpk3, encryptedPpk3 } from '../../fakes/pageant-vectors.ts';
import { mutate, seededRandom } from '../../fakes/seeded-random.ts';
import { addRequest, bytes, constrain, request, signRequest, testAgent } from '../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key, rsaKey, type TestKey } from '../../fakes/test-key.ts';

const extension = (name: string, contents: Uint8Array = new Uint8Array()) =>
  request(27).text(name).bytes(contents).finish();

/** One well-formed message of each kind that changes nothing which the check below needs. */
function corpus(kept: TestKey, others: readonly TestKey[]): readonly Uint8Array[] {
  const host = testHost();
  const sessionId = new Uint8Array(32).fill(7);
  return [
    request(1).finish(),
    request(11).finish(),
    signRequest(kept.blob, loginData(kept.blob, 'me', sessionId, host.key.blob)).finish(),
    ...others.map((key) => addRequest(key, 'other').finish()),
    addRequest(
      others[0]!,
      'bound',
      Uint8Array.from(Buffer.concat([constrain.lifetime(5), constrain.confirm()])),
    ).finish(),
    extension('query'),
    extension('session-bind@openssh.com', host.bind(sessionId, true)),
    extension('add-ppk@putty.projects.tartarus.org', new WireWriter().text(clearPpk3).finish()),
    extension('add-ppk@putty.projects.tartarus.org', new WireWriter().text(encryptedPpk3).finish()),
    extension(
      'add-key-file@sallyport',
      new WireWriter().text(encryptedPpk3).text('').text('c').bytes(constrain.confirm()).finish(),
    ),
    extension('reencrypt@putty.projects.tartarus.org', new WireWriter().string(kept.blob).finish()),
    extension('list-extended@putty.projects.tartarus.org'),
    extension('list-keys@sallyport'),
  ];
}

const refusingApprover = {
  confirm: () => Promise.resolve('deny' as const),
  askPassphrase: () => Promise.resolve({ kind: 'cancelled' as const }),
};

async function fuzzedAgent() {
  const { connect } = testAgent({ approver: refusingApprover });
  const honest = connect();
  const kept = ed25519Key();
  await honest.send(addRequest(kept, 'kept'));
  const assertAlive = async () => {
    expect(await honest.comments()).toContain('kept');
    expect(await honest.sign(kept.blob, bytes('x'))).toBeDefined();
  };
  return { connect, kept, assertAlive };
}

describe('malformed messages', () => {
  it('truncated at every byte are answered with failure or as a shorter good message', async () => {
    const { connect, kept, assertAlive } = await fuzzedAgent();
    const others = [ed25519Key(), ecdsaKey('P-521'), rsaKey()];
    for (const message of corpus(kept, others)) {
      for (let length = 0; length <= message.length; length++) {
        const reply = await connect().session.handle(message.slice(0, length));
        expect(reply.length).toBeGreaterThan(0);
      }
    }
    await assertAlive();
  });

  it('mutated 20,000 times never end the agent or lose a key', { timeout: 120_000 }, async () => {
    const { connect, kept, assertAlive } = await fuzzedAgent();
    const messages = corpus(kept, [ed25519Key(), ecdsaKey('P-256'), rsaKey(1024)]);
    const random = seededRandom(20261122);
    let client = connect();
    for (let n = 0; n < 20_000; n++) {
      const message = messages[random(messages.length)]!;
      const reply = await client.session.handle(mutate(message, random, 1));
      expect([2, 5, 6, 12, 14, 28, 29]).toContain(reply[0]);
      if (n % 100 === 0) client = connect();
      if (n % 1000 === 0) await assertAlive();
    }
    await assertAlive();
  });

  it('of random bytes with every message number are survived', async () => {
    const { connect } = testAgent({ approver: refusingApprover });
    const random = seededRandom(1);
    for (let number = 0; number < 256; number++) {
      for (let length = 0; length < 40; length += 3) {
        const junk = Uint8Array.from({ length }, () => random(256));
        const reply = await connect().session.handle(request(number).bytes(junk).finish());
        expect(reply.length).toBeGreaterThan(0);
      }
    }
  });

  it('with a length field of 4 GiB are refused without memory', async () => {
    const { connect, assertAlive } = await fuzzedAgent();
    for (const number of [13, 17, 18, 22, 25, 27])
      expect(await connect().status(request(number).uint32(0xffffffff))).toBe(5);
    await assertAlive();
  });
});
