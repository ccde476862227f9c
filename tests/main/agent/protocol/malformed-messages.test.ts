// No bytes take the agent down, lose a key or hold up another client.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { damaged } from '../../../fakes/damaged-bytes.ts';
import { loginData, testHost } from '../../../fakes/host-session.ts';
import { clearPpk3, encryptedPpk3 } from '../../../fakes/pageant-vectors.ts';
import { addRequest, bytes, constrain, request, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key, rsaKey, type TestKey } from '../../../fakes/test-key.ts';
import { checkReply } from '../fuzz/reply-check.ts';

const extension = (name: string, contents: Uint8Array = new Uint8Array()) =>
  request(27).text(name).bytes(contents).finish();

interface Sample {
  readonly message: Uint8Array;
  /** The first byte of the answer to it, whole. */
  readonly answer: number;
  /** How many bytes may be missing at its end so that a shorter good message is left, beside none. */
  readonly leavesGood?: readonly number[];
}

/** One well-formed message of each kind that changes nothing which the checks below need. */
function corpus(kept: TestKey, others: readonly TestKey[]): readonly Sample[] {
  const host = testHost();
  const sessionId = new Uint8Array(32).fill(7);
  const bound = Buffer.concat([constrain.lifetime(5), constrain.confirm()]);
  return [
    { message: request(1).finish(), answer: 2 },
    { message: request(11).finish(), answer: 12 },
    {
      message: signRequest(kept.blob, loginData(kept.blob, 'me', sessionId, host.key.blob)).finish(),
      answer: 14,
      // Older clients leave the flags out, and stray bytes in their place are none.
      leavesGood: [1, 2, 3, 4],
    },
    ...others.map((key) => ({ message: addRequest(key, 'other').finish(), answer: 6 })),
    // Without the confirmation, and without either.
    {
      message: addRequest(others[0]!, 'bound', Uint8Array.from(bound)).finish(),
      answer: 6,
      leavesGood: [1, 6],
    },
    { message: extension('query'), answer: 29 },
    { message: extension('session-bind@openssh.com', host.bind(sessionId, true)), answer: 6 },
    {
      message: extension('add-ppk@putty.projects.tartarus.org', new WireWriter().text(clearPpk3).finish()),
      answer: 6,
    },
    {
      message: extension(
        'add-ppk@putty.projects.tartarus.org',
        new WireWriter().text(encryptedPpk3).finish(),
      ),
      answer: 6,
    },
    {
      message: extension(
        'add-key-file@sallyport',
        new WireWriter().text(encryptedPpk3).text('').text('c').bytes(constrain.confirm()).finish(),
      ),
      answer: 6,
      leavesGood: [1],
    },
    // Nothing of it is encrypted.
    {
      message: extension(
        'reencrypt@putty.projects.tartarus.org',
        new WireWriter().string(kept.blob).finish(),
      ),
      answer: 28,
    },
    { message: extension('list-extended@putty.projects.tartarus.org'), answer: 6 },
    { message: extension('list-keys@sallyport'), answer: 6 },
  ];
}

const refusingApprover = {
  confirm: () => Promise.resolve('deny' as const),
  askPassphrase: () => Promise.resolve({ kind: 'cancelled' as const }),
};

async function fuzzedAgent(kept = ed25519Key()) {
  const { agent, connect } = testAgent({ approver: refusingApprover });
  const honest = connect();
  await honest.send(addRequest(kept, 'kept'));
  const assertAlive = async () => {
    expect(await honest.comments()).toContain('kept');
    const signature = await honest.sign(kept.blob, bytes('x'));
    expect(signature && kept.verify(signature, bytes('x'))).toBe(true);
  };
  return { agent, connect, kept, assertAlive };
}

describe('malformed messages', () => {
  it('truncated at every byte are answered with failure and change nothing, or are a shorter good message', async () => {
    const { agent, connect, kept, assertAlive } = await fuzzedAgent();
    const others = [ed25519Key(), ecdsaKey('P-521'), rsaKey()];
    const keys = () =>
      agent.keys.list().map(({ id, comment, state, confirm }) => [id, comment, state, confirm]);
    for (const { message, answer, leavesGood = [] } of corpus(kept, others)) {
      for (let length = 0; length <= message.length; length++) {
        const cut = message.slice(0, length);
        const before = keys();
        const reply = await connect().session.handle(cut.slice());
        checkReply(cut, reply);
        if ([0, ...leavesGood].includes(message.length - length)) {
          expect([length, reply[0]]).toEqual([length, answer]);
        } else {
          expect([5, 28]).toContain(reply[0]);
          expect(keys()).toEqual(before);
        }
      }
    }
    await assertAlive();
  });

  it('mutated 20,000 times never end the agent or lose a key', { timeout: 120_000 }, async () => {
    const kept = ed25519Key();
    const samples = corpus(kept, [ed25519Key(), ecdsaKey('P-256'), rsaKey(1024)]);
    const mutant = fc.oneof(...samples.map(({ message }) => damaged(message, 1)));
    const messages = fc.array(mutant, { maxLength: 2000, size: 'max' });
    let sent = 0;
    const conversation = fc.asyncProperty(messages, async (all) => {
      const { connect, assertAlive } = await fuzzedAgent(kept);
      let client = connect();
      for (const [n, message] of all.entries()) {
        checkReply(message, await client.session.handle(message.slice()));
        if (n % 100 === 99) client = connect();
      }
      await assertAlive();
      sent += all.length;
    });
    for (let seed = 20261122; sent < 20_000; seed++) await fc.assert(conversation, { seed, numRuns: 5 });
  });

  it('of random bytes with every message number get an answer of their kind, and lose no key', async () => {
    const { connect, assertAlive } = await fuzzedAgent();
    const removeAll = 19;
    for (let number = 0; number < 256; number++) {
      if (number === removeAll) continue;
      const isAnswered = fc.asyncProperty(fc.uint8Array({ maxLength: 40, size: 'max' }), async (junk) => {
        const message = request(number).bytes(junk).finish();
        checkReply(message, await connect().session.handle(message.slice()));
      });
      await fc.assert(isAnswered, { seed: number, numRuns: 14 });
    }
    await assertAlive();
  });

  it('with 4 GiB in the place of any four bytes are answered, and nothing of that size is allocated', async () => {
    const { connect, kept, assertAlive } = await fuzzedAgent();
    const allocated = () => process.memoryUsage().arrayBuffers;
    for (const { message } of corpus(kept, [ed25519Key(), ecdsaKey('P-256'), rsaKey(1024)])) {
      for (let offset = 1; offset + 4 <= message.length; offset++) {
        const huge = message.slice();
        huge.fill(0xff, offset, offset + 4);
        const before = allocated();
        checkReply(huge, await connect().session.handle(huge.slice()));
        expect(allocated() - before).toBeLessThan(64 * 1024 * 1024);
      }
    }
    await assertAlive();
  });
});
