// Work in turns: never too much at once, cheap before dear, round the clients, and gone when nobody wants it.
import { describe, expect, it } from 'vitest';
import type { Claimant } from '../../../main/basics/fair-queue.ts';
import { type TurnLimits, Turns, type Work } from '../../../main/basics/turns.ts';
import { settle } from '../../fakes/settle.ts';

/** Work that ends when the test says so; the letter before the number is its key, and a big one is dear. */
function scriptedWork(limits: TurnLimits) {
  const turns = new Turns(limits);
  const started: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const run = (name: string, claimant?: Claimant) => {
    const [key = ''] = name;
    const work: Work = { key, isDear: key !== key.toLowerCase(), claimant };
    return turns.run(work, () => {
      started.push(name);
      return new Promise<string>((resolve, reject) =>
        ends.set(name, { resolve: () => resolve(name), reject }),
      );
    });
  };
  const end = async (name: string) => {
    ends.get(name)?.resolve();
    await settle();
  };
  return { started, run, end, ends };
}

function client(process: unknown, connection: unknown = {}) {
  const gone = new AbortController();
  const claimant: Claimant = { process, connection, signal: () => gone.signal };
  return { claimant, leave: () => gone.abort(new Error('the client has gone')) };
}

/** For tests of what cheap work of many keys does: no work is dear, and no key comes near its bound. */
const two: TurnLimits = { places: 2, dearPlaces: 1 };
const three: TurnLimits = { places: 3, dearPlaces: 2 };

describe('turns', () => {
  it('let only so many run, and the others of a connection in the order of asking', async () => {
    const { started, run, end } = scriptedWork(two);
    const results = ['a', 'b', 'c', 'd'].map((name) => run(name));
    await settle();
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(await results[1]).toBe('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await end('a');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['c', 'd']) await end(name);
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('go on after work that failed', async () => {
    const { started, run, end, ends } = scriptedWork({ places: 1, dearPlaces: 1 });
    const [failing, next] = [run('failing'), run('next')];
    await settle();
    ends.get('failing')?.reject(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    expect(started).toEqual(['failing', 'next']);
    await end('next');
    expect(await next).toBe('next');
  });

  it('are free again when all work has ended', async () => {
    const { started, run, end } = scriptedWork({ places: 1, dearPlaces: 1 });
    for (const name of ['first', 'second']) {
      const result = run(name);
      await settle();
      await end(name);
      expect(await result).toBe(name);
    }
    expect(started).toEqual(['first', 'second']);
  });

  it('go round the processes, and round the connections of each', async () => {
    const { started, run, end } = scriptedWork({ places: 1, dearPlaces: 1 });
    void run('first');
    const many = Array.from({ length: 20 }, () => client('flood').claimant);
    for (const [n, claimant] of many.entries()) for (const part of 'xy') void run(`f${n}${part}`, claimant);
    void run('g', client('other').claimant);
    await settle();
    for (let n = 0; n < 23; n++) await end(started.at(-1) as string);
    // The other process waits for one of the flood's, and each connection of the flood for one of every other.
    const rounds = Array.from({ length: 20 }, (_, n) => `f${n}x`);
    expect(started.slice(0, 23)).toEqual(['first', 'f0x', 'g', ...rounds.slice(1), 'f0y']);
  });

  it('let cheap work pass dear work, however much of that runs and waits', async () => {
    const { started, run, end } = scriptedWork(three);
    for (const key of 'ABCDEF') void run(`${key}1`, client(key).claimant);
    await settle();
    expect(started).toEqual(['A1', 'B1']);
    void run('a1', client('cheap').claimant);
    void run('b1', client('cheap').claimant);
    await settle();
    expect(started).toEqual(['A1', 'B1', 'a1']);
    await end('a1');
    expect(started.at(-1)).toBe('b1');
    await end('A1');
    expect(started.at(-1)).toBe('C1');
  });

  it('keep one place for dear work, however much cheap work waits', async () => {
    const { started, run, end } = scriptedWork(three);
    for (const name of ['a1', 'b1', 'c1', 'd1', 'e1']) void run(name);
    void run('A1');
    void run('B1');
    await settle();
    expect(started).toEqual(['a1', 'b1', 'c1']);
    await end('a1');
    expect(started.at(-1)).toBe('A1');
    // The second dear one waits until no cheap one does.
    for (const name of ['b1', 'c1']) await end(name);
    expect(started.slice(-2)).toEqual(['d1', 'e1']);
    await end('d1');
    expect(started.at(-1)).toBe('B1');
  });

  it.each([
    ['cheap', ['a1', 'a2', 'a3', 'b1'], ['a1', 'a2', 'b1']],
    ['dear', ['A1', 'A2', 'B1'], ['A1', 'B1']],
  ])('leave a place to others by one key whose work is %s', async (_cost, asked, expected) => {
    const { started, run } = scriptedWork(three);
    for (const name of asked) void run(name);
    await settle();
    expect(started).toEqual(expected);
  });

  it('are not taken by work whose client leaves while it waits', async () => {
    const { started, run, end } = scriptedWork({ places: 1, dearPlaces: 1 });
    void run('first');
    const clients = Array.from({ length: 100 }, () => client('flood'));
    const waiting = clients.map(({ claimant }, n) => run(`f${n}`, claimant));
    void run('other');
    await settle();
    for (const { leave } of clients) leave();
    for (const work of waiting) await expect(work).rejects.toThrow('the client has gone');
    await end('first');
    expect(started).toEqual(['first', 'other']);
  });

  it('begin nothing for a client that has left before it asks', async () => {
    const { started, run, end } = scriptedWork({ places: 1, dearPlaces: 1 });
    void run('first');
    const { claimant, leave } = client('early');
    leave();
    await expect(run('early', claimant)).rejects.toThrow('the client has gone');
    await end('first');
    expect(started).toEqual(['first']);
  });

  it('begin nothing for a client that has left, whatever moment of its turn that was', async () => {
    for (let moment = 0; moment < 12; moment++) {
      const { started, run, end, ends } = scriptedWork({ places: 1, dearPlaces: 1 });
      void run('first');
      const { claimant, leave } = client('leaving');
      run('leaving', claimant).catch(() => {});
      await settle();
      ends.get('first')?.resolve();
      // The end of one and the beginning of the next are some promises apart.
      for (let n = 0; n < moment; n++) await Promise.resolve();
      const startedBefore = [...started];
      leave();
      await settle();
      expect(started).toEqual(startedBefore);
      if (started.includes('leaving')) await end('leaving');
      void run('after');
      await settle();
      expect(started.at(-1)).toBe('after');
    }
  });
});
