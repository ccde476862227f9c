import { describe, expect, it } from 'vitest';
import { request, testAgent } from '../../fakes/test-agent.ts';

describe('a conversation', () => {
  it('looks ahead at its client when the first reply has left, and not again', async () => {
    const seen: string[] = [];
    const { connect } = testAgent();
    const client = connect({ lookAhead: () => seen.push('looked ahead') });
    await client.send(request(11)).then(() => seen.push('replied'));
    await expect.poll(() => seen).toEqual(['replied', 'looked ahead']);
    await client.send(request(11)).then(() => seen.push('replied'));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(seen).toEqual(['replied', 'looked ahead', 'replied']);
  });
});
