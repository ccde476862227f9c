// Work handed over before it is needed: never too much of it, round the clients, and whatever comes of a piece.
import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../main/basics/backlog.ts';
import type { Claimant } from '../../../main/basics/fair-queue.ts';
import { settle } from '../../fakes/settle.ts';

function scripted(ms: number, pieces: number) {
  const backlog = new Backlog({ ms, pieces });
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const run = (name: string, takesMs: number, claimant?: Claimant) =>
    backlog.run(claimant, takesMs, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) =>
        ends.set(name, { resolve: () => resolve(name), reject }),
      );
    });
  const end = async (name: string) => {
    ends.get(name)?.resolve();
    await settle();
  };
  return { backlog, run, begun, ends, end };
}

const client = (process: unknown): Claimant => ({
  process,
  connection: {},
  signal: () => new AbortController().signal,
});

describe('a backlog', () => {
  it('has no more than its time under way, and begins with the call where there is room', async () => {
    const { run, begun, end } = scripted(10, 9);
    const all = [run('a', 4), run('b', 4), run('c', 4), run('d', 2)];
    expect(begun).toEqual(['a', 'b']);
    await end('a');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['b', 'c', 'd']) await end(name);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('has no more than so many pieces under way', async () => {
    const { run, begun, end } = scripted(1000, 2);
    for (const name of ['a', 'b', 'c']) void run(name, 1);
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('begins what takes longer than all of its time when nothing else is under way', async () => {
    const { run, begun, end } = scripted(10, 9);
    void run('short', 1);
    void run('long', 50);
    expect(begun).toEqual(['short']);
    await end('short');
    expect(begun).toEqual(['short', 'long']);
  });

  it('goes round the processes, and lets nobody pass who waits', async () => {
    const { run, begun, end } = scripted(10, 1);
    const [many, few] = [client(1), client(2)];
    void run('first', 1);
    for (const name of ['a', 'b', 'c']) void run(name, 1, many);
    void run('other', 1, few);
    for (const name of ['first', 'a', 'other']) await end(name);
    expect(begun).toEqual(['first', 'a', 'other', 'b']);
  });

  it('goes on after pieces that fail, a thousand of them before they were begun', async () => {
    const { backlog, run, ends, end } = scripted(10, 1);
    const first = run('first', 1);
    let tried = 0;
    const refused = Array.from({ length: 1000 }, () =>
      backlog
        .run(undefined, 1, async () => {
          tried++;
          throw new Error('not wanted any more');
        })
        .catch((error: Error) => error.message),
    );
    const last = run('last', 1);
    expect(tried).toBe(0);
    ends.get('first')?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    expect(new Set(await Promise.all(refused))).toEqual(new Set(['not wanted any more']));
    await end('last');
    expect(await last).toBe('last');
  });
});
