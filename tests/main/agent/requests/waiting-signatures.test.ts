// Signatures that wait for their turn: for whom they are still made, and under which rules.
import { beforeAll, describe, expect, it } from 'vitest';
import { addRequest, bytes, constrain, request, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { rsaKey, type TestKey } from '../../../fakes/test-key.ts';

const [failure, success, signResponse] = [5, 6, 14];
/** Long enough to be dear: one signature of it is made at a time. */
let key: TestKey;
beforeAll(() => {
  key = rsaKey(4608);
});

/** Twenty clients that all ask at once; one of them is being served. */
async function crowd() {
  const test = testAgent();
  const owner = test.connect();
  expect(await owner.status(addRequest(key, 'dear'))).toBe(success);
  const clients = Array.from({ length: 20 }, () => test.connect());
  const replies = clients.map((client) => client.status(signRequest(key.blob, bytes('x'), 4)));
  // Until they wait: nothing that comes before needs more than promises.
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
  let signedSoFar = 0;
  for (const reply of replies)
    void reply.then((status) => {
      if (status === signResponse) signedSoFar++;
    });
  const signed = async () => (await Promise.all(replies)).filter((status) => status === signResponse).length;
  return { ...test, owner, clients, replies, signed, signedSoFar: () => signedSoFar };
}

describe('signatures that wait for their turn', () => {
  it('are not made when their clients have gone', async () => {
    const { clients, replies, signed } = await crowd();
    for (const { session } of clients) session.close();
    expect(await replies[19]).toBe(failure);
    expect(await signed()).toBeLessThan(5);
  });

  it('are made for clients that have ended their side and may still read', async () => {
    const { clients, signed } = await crowd();
    for (const { session } of clients) session.end();
    expect(await signed()).toBe(20);
  });

  it.each([
    ['the key is removed', () => request(18).string(key.blob)],
    ['the agent is locked', () => request(22).text('locked')],
  ])('are not made when %s', async (_what, message) => {
    const { owner, signed, signedSoFar } = await crowd();
    expect(await owner.status(message())).toBe(success);
    // On a busy machine some were made before that; the reply of one may be on its way.
    const before = signedSoFar();
    expect(before).toBeLessThan(18);
    expect(await signed()).toBeLessThanOrEqual(before + 1);
  });

  it('need the confirmation with which the key was added again meanwhile', async () => {
    const { owner, approver, signed, signedSoFar, clients } = await crowd();
    expect(await owner.status(addRequest(key, 'dear', constrain.confirm()))).toBe(success);
    const before = signedSoFar();
    expect(before).toBeLessThan(18);
    await expect.poll(() => approver.confirms.length).toBeGreaterThan(0);
    for (const { session } of clients) session.close();
    expect(await signed()).toBeLessThanOrEqual(before + 1);
  });
});
