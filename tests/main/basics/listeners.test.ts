// Listeners: told in order, until they stop, whatever the others do.
import { describe, expect, it } from 'vitest';
import { Listeners } from '../../../main/basics/listeners.ts';

describe('listeners', () => {
  it('are told the news in the order of adding, until they stop', () => {
    const listeners = new Listeners<[string, number]>();
    const told: unknown[] = [];
    const stop = listeners.add((...news) => told.push(['first', ...news]));
    listeners.add((...news) => told.push(['second', ...news]));
    listeners.tell('a', 1);
    stop();
    stop();
    listeners.tell('b', 2);
    expect(told).toEqual([
      ['first', 'a', 1],
      ['second', 'a', 1],
      ['second', 'b', 2],
    ]);
  });

  it('may be the same function twice, and each stops for itself', () => {
    const listeners = new Listeners();
    let calls = 0;
    const count = () => calls++;
    const stop = listeners.add(count);
    listeners.add(count);
    listeners.tell();
    stop();
    listeners.tell();
    expect(calls).toBe(3);
  });

  it('are not told once they have stopped, and not yet when they come meanwhile', () => {
    const listeners = new Listeners();
    const told: string[] = [];
    listeners.add(() => {
      told.push('first');
      stopSecond();
      listeners.add(() => told.push('late'));
    });
    const stopSecond = listeners.add(() => told.push('second'));
    listeners.add(() => told.push('third'));
    listeners.tell();
    expect(told).toEqual(['first', 'third']);
  });

  it('go on when one throws, if somebody takes what it throws; else that is thrown on', () => {
    const failures: unknown[] = [];
    const guarded = new Listeners((error) => failures.push(error));
    const plain = new Listeners();
    let calls = 0;
    for (const listeners of [guarded, plain]) {
      listeners.add(() => {
        throw new Error('no');
      });
      listeners.add(() => calls++);
    }
    guarded.tell();
    expect([calls, failures]).toEqual([1, [new Error('no')]]);
    expect(() => plain.tell()).toThrow('no');
    expect(calls).toBe(1);
  });
});
