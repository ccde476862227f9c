// Keys that clients add one after another, and what others feel of it.
import { describe, expect, it } from 'vitest';
import { LoadTurns } from '../../../../main/agent/ring/load-turns.ts';
import { onKeyDropped } from '../../../../main/keys/dropped-keys.ts';
import { rsaPublicKey } from '../../../../main/keys/kinds/rsa/rsa-public-key.ts';
import { restrict } from '../../../fakes/destination-constraint.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, request, testAgent } from '../../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key, rsaKey, type TestKey } from '../../../fakes/test-key.ts';

const rsaOf = (bits: number) => rsaPublicKey({ e: Uint8Array.of(3), n: new Uint8Array(bits / 8).fill(0xff) });

/** An Ed448 key in PKCS #8 (RFC 8410), which names no public key. */
const ed448File = () => {
  const der = Buffer.concat([Buffer.from('3047020100300506032b6571043b0439', 'hex'), Buffer.alloc(57, 1)]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
};

/** Counts the keys in clear that are dropped from now on. */
function countDrops(): () => number {
  let count = 0;
  onKeyDropped(() => count++);
  return () => count;
}

const claimantOf = (client: AbortController) => ({
  process: 1,
  connection: client,
  signal: () => client.signal,
});

describe('keys that are added at once', () => {
  // All are refused, so that nothing but the check takes time.
  const damaged = (key: TestKey) => {
    const add = addRequest(key, 'again and again').finish();
    add[add.length - 40] = (add[add.length - 40] as number) ^ 1;
    return add;
  };
  it.each([
    ['RSA', () => damaged(rsaKey())],
    ['ECDSA', () => damaged(ecdsaKey('P-521'))],
    [
      'a file without its public key',
      () =>
        request(27)
          .text('add-key-file@sallyport')
          .text(ed448File())
          .string(ed25519Key().blob)
          .text('')
          .finish(),
    ],
  ])('over 32 connections leave the loop to others after each: %s', async (_name, makeRequest) => {
    const { connect } = testAgent();
    const add = makeRequest();
    let answered = 0;
    const adding = Array.from({ length: 32 }, async () => {
      await connect().session.handle(add.slice());
      answered++;
    });
    let mostInATurn = 0;
    while (answered < adding.length) {
      const before = answered;
      await new Promise((resolve) => setImmediate(resolve));
      mostInATurn = Math.max(mostInATurn, answered - before);
    }
    expect(mostInATurn).toBeLessThanOrEqual(2);
    await Promise.all(adding);
  });

  it('are loaded one at a time, and a long one holds up only long ones', async () => {
    const turns = new LoadTurns();
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const load = (name: string, bits: number) =>
      turns.run(rsaOf(bits), claimantOf(new AbortController()), () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const loading = [
      load('long', 8192),
      load('long too', 16_384),
      load('short', 2048),
      load('short too', 4096),
    ];
    await settle();
    expect(begun).toEqual(['long', 'short']);
    ends[1]?.();
    await settle();
    expect(begun).toEqual(['long', 'short', 'short too']);
    ends[0]?.();
    await settle();
    expect(begun).toEqual(['long', 'short', 'short too', 'long too']);
    for (const end of ends) end();
    await Promise.all(loading);
  });

  it('leave nothing behind that is not taken after all, as the agent was locked meanwhile', async () => {
    const drops = countDrops();
    const { agent, connect } = testAgent();
    const adding = connect().status(addRequest(rsaKey(), 'k'));
    await new Promise((resolve) => setImmediate(resolve));
    agent.pause('locked');
    expect(await adding).toBe(5);
    expect(drops()).toBe(1);
    countDrops();
  });

  it('do not replace one that was hidden from their client meanwhile', async () => {
    const { connect } = testAgent();
    const key = rsaKey();
    const remote = connect();
    await remote.extension('session-bind@openssh.com', testHost().bind(sid(1), true));
    const here = connect();
    const statuses = [
      here.status(addRequest(key, 'here', restrict({ to: ['host', testHost()] }))),
      remote.status(addRequest(key, 'elsewhere')),
    ];
    expect(await Promise.all(statuses)).toEqual([6, 5]);
    expect(await here.comments()).toEqual(['here']);
  });

  it('are not loaded any more once their client has gone', async () => {
    const turns = new LoadTurns();
    const client = new AbortController();
    let end = () => {};
    const first = turns.run(
      rsaOf(8192),
      claimantOf(client),
      () => new Promise<void>((resolve) => (end = resolve)),
    );
    const second = turns.run(rsaOf(8192), claimantOf(client), () => Promise.reject(new Error('loaded')));
    await settle();
    client.abort(new Error('gone'));
    end();
    await first;
    await expect(second).rejects.toThrow('gone');
  });
});
