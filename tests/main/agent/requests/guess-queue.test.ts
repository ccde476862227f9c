// Whose guess at the lock passphrase is tried when, and how many there may be.
import { describe, expect, it } from 'vitest';
import { GuessQueue } from '../../../../main/agent/requests/guess-queue.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { settle } from '../../../fakes/settle.ts';

function setUp() {
  const clock = new ManualClock();
  const queue = new GuessQueue(clock);
  const tried: string[] = [];
  const guess = (name: string, client = new AbortController(), isRight = false, pid?: number) => {
    const answer = queue.run({ client: client.signal, pid }, () => {
      tried.push(name);
      return Promise.resolve(isRight);
    });
    answer.catch(() => {});
    return answer;
  };
  return { clock, queue, tried, guess };
}

describe('guesses at the lock passphrase', () => {
  it('by many connections are no more than one connection may make in the long run', async () => {
    const { clock, tried, guess } = setUp();
    for (let n = 0; n < 1000; n++) void guess(`${n}`);
    await settle();
    while (tried.length < 50) await settle();
    await settle();
    expect(tried).toHaveLength(50);
    // What one connection makes in as long, whose delays are 0.1 s more each time up to 10 s.
    let [ms, ofOne] = [0, 0];
    for (; ms < 3_600_000; ofOne++) ms += Math.min((ofOne + 1) * 100, 10_000);
    for (let left = ms; left > 0; left -= 10_000) {
      clock.advance(10_000);
      await settle();
    }
    expect(tried.length).toBeLessThanOrEqual(ofOne + 1);
    expect(tried.length).toBeGreaterThan(ofOne - 5);
  });

  it('are tried first of those who failed least', async () => {
    const { clock, tried, guess } = setUp();
    const client = new AbortController();
    const failed = guess('first', client);
    await settle();
    clock.advance(100);
    expect(await failed).toBe(false);
    const all = [guess('a'), guess('second', client), guess('b', new AbortController(), true)];
    await settle();
    expect(tried).toEqual(['first', 'a', 'b', 'second']);
    clock.advance(10_000);
    expect(await Promise.all(all)).toEqual([false, false, true]);
  });

  it('are in the order of failures of their processes, of connections alone where the process is not known', async () => {
    const { clock, tried, guess } = setUp();
    const unknown = new AbortController();
    const failures = [guess('', unknown), guess('', unknown), guess('', new AbortController(), false, 1)];
    while (tried.length < 3) await settle();
    clock.advance(200);
    expect(await Promise.all(failures)).toEqual([false, false, false]);
    void guess('begins at once');
    void guess('unknown, 2 failures', unknown);
    void guess('process, 1 failure', new AbortController(), false, 1);
    void guess('process, none', new AbortController(), false, 2);
    void guess('unknown, again', unknown);
    await settle();
    expect(tried.slice(3)).toEqual([
      'begins at once',
      'process, none',
      'process, 1 failure',
      'unknown, 2 failures',
      'unknown, again',
    ]);
  });

  it('of one process are tried first of its connections that failed least', async () => {
    const { clock, tried, guess } = setUp();
    const client = new AbortController();
    const failed = guess('', client, false, 1);
    await settle();
    clock.advance(100);
    expect(await failed).toBe(false);
    for (const [name, from] of Object.entries({
      first: new AbortController(),
      failed: client,
      new: new AbortController(),
    }))
      void guess(name, from, false, 1);
    await settle();
    expect(tried).toEqual(['', 'first', 'new', 'failed']);
  });

  it('leave no process behind others once one was right', async () => {
    const { clock, tried, guess } = setUp();
    const failed = guess('', new AbortController(), false, 1);
    await settle();
    clock.advance(100);
    expect(await failed).toBe(false);
    expect(await guess('', new AbortController(), true, 2)).toBe(true);
    void guess('begins at once');
    void guess('process that had failed', new AbortController(), false, 1);
    void guess('other process', new AbortController(), false, 3);
    await settle();
    expect(tried.slice(2)).toEqual(['begins at once', 'process that had failed', 'other process']);
  });

  it('of one process, by 64 connections or ever new ones, hold up the right one of another for no moment', async () => {
    const { clock, tried, guess } = setUp();
    const clients = Array.from({ length: 64 }, () => new AbortController());
    for (const client of clients) void guess('wrong', client, false, 1);
    while (tried.length < 50) await settle();
    for (let n = 0; n < 64; n++) void guess('new', new AbortController(), false, 1);
    clock.advance(10_000);
    await settle();
    expect(tried).toHaveLength(51);
    expect(await guess('right', new AbortController(), true, 2)).toBe(true);
  });

  it('of connections that have closed leave the queue at once, untried', async () => {
    const { tried, queue, guess } = setUp();
    let end = (_: boolean) => {};
    const slow = queue.run(
      { client: new AbortController().signal },
      () => new Promise((resolve) => (end = resolve)),
    );
    const clients = Array.from({ length: 1000 }, () => new AbortController());
    const dead = clients.map((client) => guess('dead', client));
    const right = guess('right', new AbortController(), true);
    for (const client of clients) client.abort(new Error('gone'));
    expect((await Promise.allSettled(dead)).every(({ status }) => status === 'rejected')).toBe(true);
    end(true);
    expect(await right).toBe(true);
    expect(await slow).toBe(true);
    expect(tried).toEqual(['right']);
  });

  it('that failed leave no timer behind when their client has gone', async () => {
    const { clock, guess } = setUp();
    const client = new AbortController();
    const answer = guess('wrong', client);
    await settle();
    expect(clock.pendingTimers).toBe(1);
    client.abort();
    expect(await answer).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });
});
