// Signatures that are soon made, on the event loop or on the thread pool: at once or in their turn, and never when they may not
// be any more.
import { beforeAll, describe, expect, it } from 'vitest';
import { SignatureCost } from '../../../../main/keys/kinds/shared/signature-cost.ts';
import { addRequest, bytes, constrain, request, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

const [failure, success, signResponse] = [5, 6, 14];

/** Counts the signatures that are made from now on. Without vitest's spies, which node.exe has not. */
function countMade() {
  const { noteLoop, notePool } = SignatureCost.prototype;
  const made = {
    count: 0,
    [Symbol.dispose]: () => {
      Object.assign(SignatureCost.prototype, { noteLoop, notePool });
    },
  };
  for (const [name, note] of Object.entries({ noteLoop, notePool }))
    Object.assign(SignatureCost.prototype, {
      [name](this: SignatureCost, ms: number) {
        made.count++;
        note.call(this, ms);
      },
    });
  return made;
}

describe.each([
  // More than one turn of the event loop has time for and the thread pool has places, on any machine.
  ['on the event loop', ed25519Key, 3000],
  ['on the thread pool', () => ecdsaKey('P-384'), 300],
] as const)('signatures %s', (_where, makeKey, crowdSize) => {
  let key: TestKey;
  beforeAll(() => {
    key = makeKey();
  });

  const signMessage = () => signRequest(key.blob, bytes('x'), 4).finish();

  /** An agent that has seen that signatures of the key are cheap, where they are. */
  async function warmAgent() {
    const test = testAgent();
    const owner = test.connect();
    expect(await owner.status(addRequest(key, 'cheap'))).toBe(success);
    for (let n = 0; n < 10; n++)
      expect(await owner.status(signRequest(key.blob, bytes('x'), 4))).toBe(signResponse);
    return { ...test, owner };
  }

  /** Very many clients that all ask in one turn of the loop. */
  async function crowd() {
    const test = await warmAgent();
    const clients = Array.from({ length: crowdSize }, () => test.connect());
    const replies = clients.map(({ session }) => session.handle(signMessage()));
    const statuses = async () => (await Promise.all(replies)).map(([status]) => status);
    return { ...test, clients, replies, statuses };
  }

  it('leave it to the lists of others while many wait', async () => {
    const { connect, statuses } = await crowd();
    let isOver = false;
    const all = statuses().then((all) => {
      isOver = true;
      return all;
    });
    expect(await connect({ pid: 2 }).comments()).toEqual(['cheap']);
    expect(isOver).toBe(false);
    expect(new Set(await all)).toEqual(new Set([signResponse]));
  });

  it.each([
    [
      'the key is removed',
      ({ owner }: Awaited<ReturnType<typeof crowd>>) => owner.status(request(18).string(key.blob)),
    ],
    [
      'a program locks the agent',
      ({ owner }: Awaited<ReturnType<typeof crowd>>) => owner.status(request(22).text('x')),
    ],
    ['the person locks the agent', ({ agent }: Awaited<ReturnType<typeof crowd>>) => agent.pause()],
    [
      'their clients have gone',
      ({ clients }: Awaited<ReturnType<typeof crowd>>) => {
        for (const { session } of clients) session.close();
      },
    ],
  ])('are neither made nor handed over when %s while they wait', async (_what, change) => {
    const test = await crowd();
    using made = countMade();
    void change(test);
    const statuses = await test.statuses();
    expect(statuses.at(-1)).toBe(failure);
    expect(made.count).toBeLessThan(crowdSize / 2);
    expect(test.approver.confirms).toHaveLength(0);
  });

  it.each([
    [
      'the key is removed',
      ({ owner }: Awaited<ReturnType<typeof crowd>>) =>
        owner.session.handle(request(18).string(key.blob).finish()),
    ],
    ['the person locks the agent', ({ agent }: Awaited<ReturnType<typeof crowd>>) => agent.pause()],
    [
      'their clients have gone',
      ({ clients }: Awaited<ReturnType<typeof crowd>>) => {
        for (const { session } of clients) session.close();
      },
    ],
  ])('are not handed over when %s while they are being made', async (_what, change) => {
    const test = await crowd();
    void change(test);
    const statuses = await test.statuses();
    const late = statuses.filter((_, n) => test.replies[n] instanceof Promise);
    expect(late.length).toBeGreaterThan(crowdSize / 2);
    expect(new Set(late)).toEqual(new Set([failure]));
  });

  it('need the confirmation with which the key was added again while they wait', async () => {
    const { owner, approver, clients, statuses } = await crowd();
    expect(await owner.status(addRequest(key, 'cheap', constrain.confirm()))).toBe(success);
    await expect.poll(() => approver.confirms.length).toBeGreaterThan(0);
    for (const { session } of clients) session.close();
    expect((await statuses()).at(-1)).toBe(failure);
  });

  it('are in order with the other replies of their connection', async () => {
    const { connect, owner } = await warmAgent();
    const { session } = connect();
    const order: number[] = [];
    const messages = [signMessage(), request(11).finish(), signMessage(), Uint8Array.of(200), signMessage()];
    const note = ([status = -1]: Uint8Array) => order.push(status);
    await Promise.all(messages.map(async (message) => note(await session.handle(message))));
    expect(order).toEqual([signResponse, 12, signResponse, failure, signResponse]);
    expect(await owner.status(request(11))).toBe(12);
  });

  it('are refused in the turn in which the key is removed', async () => {
    const { connect, owner } = await warmAgent();
    const { session } = connect();
    const removed = owner.session.handle(request(18).string(key.blob).finish());
    const signed = session.handle(signMessage());
    expect((await removed)[0]).toBe(success);
    expect((await signed)[0]).toBe(failure);
  });
});
