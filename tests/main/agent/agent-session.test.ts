import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../main/keys/encoding/wire.ts';
import { request, testAgent } from '../../fakes/test-agent.ts';

describe('a conversation', () => {
  it('looks ahead at its client soon after the first reply has left, and not again', async () => {
    const seen: string[] = [];
    const { connect, clock } = testAgent();
    const client = connect({ lookAhead: () => seen.push('looked ahead') });
    await client.send(request(11)).then(() => seen.push('replied'));
    clock.advance(10);
    expect(seen).toEqual(['replied', 'looked ahead']);
    await client.send(request(11)).then(() => seen.push('replied'));
    clock.advance(1000);
    expect(seen).toEqual(['replied', 'looked ahead', 'replied']);
  });

  it.each(['end', 'close'] as const)(
    'does not look ahead at a client of which it was told: %s',
    async (told) => {
      let looks = 0;
      const { connect, clock } = testAgent();
      const client = connect({ lookAhead: () => looks++ });
      await client.send(request(11));
      client.session[told]();
      clock.advance(1000);
      expect(looks).toBe(0);
    },
  );

  it('answers at once what needs no waiting, and in order behind what does', async () => {
    const { session } = testAgent().connect();
    const unknown = () => Uint8Array.of(99);
    expect(session.handle(unknown())).toEqual(Uint8Array.of(5));
    const order: string[] = [];
    const locked = session.handle(new WireWriter().byte(22).text('secret').finish());
    const behind = session.handle(unknown());
    expect([locked, behind].map((reply) => reply instanceof Promise)).toEqual([true, true]);
    await Promise.all([
      Promise.resolve(behind).then((reply) => order.push(`behind: ${reply}`)),
      Promise.resolve(locked).then((reply) => order.push(`locked: ${reply}`)),
    ]);
    expect(order).toEqual(['locked: 6', 'behind: 5']);
    expect(session.handle(unknown())).toEqual(Uint8Array.of(5));
  });
});
