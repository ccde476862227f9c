// Small work on the event loop: no turn has more than its share, and who waits is served round the clients.
import { describe, expect, it } from 'vitest';
import type { Claimant } from '../../../main/basics/fair-queue.ts';
import { LoopShare } from '../../../main/basics/loop-share.ts';
import { settle } from '../../fakes/settle.ts';

/** A share of 10 ms, of which each piece of work takes as much as it says; turns begin when the test says so. */
function share() {
  let nowMs = 0;
  let begin: (() => void) | undefined;
  const inNextTurn = (next: () => void) => {
    begin = next;
  };
  const loop = new LoopShare(10, { nowMs: () => nowMs, inNextTurn });
  const done: string[] = [];
  const run = (name: string, claimant?: Claimant, ms = 4) =>
    loop.run(claimant, () => {
      nowMs += ms;
      done.push(name);
      return name;
    });
  const nextTurn = async () => {
    const now = begin;
    begin = undefined;
    now?.();
    await settle();
  };
  return { run, done, nextTurn, loop, isAwaitingTurn: () => begin !== undefined };
}

function client(process: unknown): Claimant {
  return { process, connection: {}, signal: () => new AbortController().signal };
}

describe('a share of the event loop', () => {
  it('does work at once while its turn has time left, and the rest in later turns', async () => {
    const { run, done, nextTurn, isAwaitingTurn } = share();
    expect(run('a')).toBe('a');
    expect([run('b'), run('c')]).toEqual(['b', 'c']);
    const later = ['d', 'e', 'f', 'g'].map((name) => run(name));
    await settle();
    expect(done).toEqual(['a', 'b', 'c']);
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    await nextTurn();
    expect(await Promise.all(later)).toEqual(['d', 'e', 'f', 'g']);
    await nextTurn();
    expect(isAwaitingTurn()).toBe(false);
    expect(run('h')).toBe('h');
  });

  it('counts the work that waited to the turn in which it is done', async () => {
    const { run, done, nextTurn } = share();
    run('long', undefined, 10);
    const waited = run('waited', undefined, 10);
    await nextTurn();
    expect(await waited).toBe('waited');
    const next = run('next');
    expect(done).toEqual(['long', 'waited']);
    await nextTurn();
    expect(await next).toBe('next');
  });

  it('lets nobody pass who waits, and goes round the processes', async () => {
    const { run, done, nextTurn } = share();
    const [many, few] = [client(1), client(2)];
    run('long', undefined, 100);
    const crowd = ['a', 'b', 'c', 'd'].map((name) => run(name, many));
    const other = run('other', few);
    await nextTurn();
    expect(done).toEqual(['long', 'a', 'other', 'b']);
    // This turn's share is used up; and there are some who were here before.
    const late = run('late', few);
    await nextTurn();
    await nextTurn();
    expect(done.indexOf('late')).toBeGreaterThan(3);
    expect(await Promise.all([...crowd, other, late])).toHaveLength(6);
  });

  it('goes on after work that fails, at once or later', async () => {
    const { run, loop, nextTurn } = share();
    const fail = () => {
      throw new Error('no');
    };
    expect(() => loop.run(undefined, fail)).toThrow('no');
    run('long', undefined, 100);
    const failing = loop.run(undefined, fail);
    const next = run('next');
    const rejected = expect(failing).rejects.toThrow('no');
    await nextTurn();
    await rejected;
    expect(await next).toBe('next');
  });
});
