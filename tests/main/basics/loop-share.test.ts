// Small work on the event loop: no turn has more than its share, and who waits is served round the clients.
import { describe, expect, it } from 'vitest';
import type { Claimant } from '../../../main/basics/fair-queue.ts';
import { LoopShare } from '../../../main/basics/loop-share.ts';
import { settle } from '../../fakes/settle.ts';

/** A share of 10 ms, of which each piece of work takes as much as it says; turns begin when the test says so. */
function share(elsewhere = 0) {
  let nowMs = 0;
  let begin: (() => void) | undefined;
  const inNextTurn = (next: () => void) => {
    begin = next;
  };
  const loop = new LoopShare({ shareMs: 10, elsewhere }, { nowMs: () => nowMs, inNextTurn });
  const done: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const run = (name: string, claimant?: Claimant, ms = 4) =>
    loop.run(claimant, {
      here: () => {
        nowMs += ms;
        done.push(name);
        return name;
      },
      elsewhere: () =>
        new Promise<string>((resolve, reject) =>
          ends.set(name, { resolve: () => resolve(`${name} elsewhere`), reject }),
        ),
    });
  const nextTurn = async () => {
    const now = begin;
    begin = undefined;
    now?.();
    await settle();
  };
  const end = async (name: string) => {
    ends.get(name)?.resolve();
    ends.delete(name);
    await settle();
  };
  return { run, done, nextTurn, loop, ends, end, isAwaitingTurn: () => begin !== undefined };
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
    const fail = {
      here: () => {
        throw new Error('no');
      },
      elsewhere: () => Promise.reject(new Error('not here')),
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

  it('sends nothing elsewhere where few ask, turn after turn', async () => {
    const { run, ends, nextTurn } = share(2);
    for (let turn = 0; turn < 5; turn++) {
      for (const name of ['a', 'b']) expect(run(name)).toBe(name);
      await nextTurn();
    }
    expect(ends.size).toBe(0);
  });

  it('does work elsewhere, too, in a crowd: so much at a time, and the longest waiting first', async () => {
    const { run, done, ends, end, nextTurn } = share(2);
    const names = [...'abcdefghij'];
    const results = names.map((name) => run(name));
    // The turn was used up before it was a crowd; who waits then is not passed by who comes later.
    expect([done, [...ends.keys()]]).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    await end('d');
    expect([...ends.keys()]).toEqual(['e', 'f']);
    await nextTurn();
    expect(done).toEqual(['a', 'b', 'c', 'g', 'h', 'i']);
    await end('e');
    expect([...ends.keys()]).toEqual(['f', 'j']);
    for (const name of ['f', 'j']) await end(name);
    const made = await Promise.all(results);
    expect(made.map((name) => name.split(' ')[0])).toEqual(names);
    expect(made.filter((name) => name.endsWith('elsewhere'))).toHaveLength(4);
  });

  it('has its place elsewhere free again after work that failed there', async () => {
    const { run, ends, end, nextTurn } = share(1);
    for (const name of ['a', 'b', 'c', 'd', 'e']) void run(name, undefined, 1);
    await nextTurn();
    const failing = run('failing');
    expect([...ends.keys()]).toEqual(['e']);
    await end('e');
    const next = run('next');
    expect([...ends.keys()]).toEqual(['next']);
    ends.get('next')?.reject(new Error('no'));
    await expect(next).rejects.toThrow('no');
    ends.clear();
    const after = run('after');
    expect([...ends.keys()]).toEqual(['after']);
    await end('after');
    expect([await failing, await after]).toEqual(['failing', 'after elsewhere']);
  });
});
