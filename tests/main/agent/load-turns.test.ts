// Keys that clients add one after another, and what others feel of it.
import { describe, expect, it } from 'vitest';
import { LoadTurns } from '../../../main/agent/load-turns.ts';
import { publicKeyOf } from '../../../main/keys/public-key.ts';
import { settle } from '../../fakes/settle.ts';
import { addRequest, testAgent } from '../../fakes/test-agent.ts';
import { ecdsaKey, rsaKey } from '../../fakes/test-key.ts';

const rsaOf = (bits: number) =>
  publicKeyOf({ type: 'rsa', e: Uint8Array.of(3), n: new Uint8Array(bits / 8).fill(0xff) });

const claimantOf = (client: AbortController) => ({
  process: 1,
  connection: client,
  signal: () => client.signal,
});

describe('keys that are added at once', () => {
  it.each([
    ['RSA', rsaKey],
    ['ECDSA', () => ecdsaKey('P-521')],
  ])('over 32 connections leave the loop to others after each: %s', async (_name, makeKey) => {
    const { connect } = testAgent();
    const add = addRequest(makeKey(), 'again and again').finish();
    // Is refused, so that nothing but the check takes time.
    add[add.length - 40] = (add[add.length - 40] as number) ^ 1;
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
