// Steps are taken at once while they can be, and in any case in their order.
import { describe, expect, it } from 'vitest';
import { inSteps, type Steps, settled } from '../../../main/basics/steps.ts';

const failing = () => Promise.reject(new Error('no'));

describe('steps', () => {
  it('are taken at once where nothing is waited for', () => {
    function* add(): Steps<number> {
      return (yield* settled(1)) + (yield* settled(2));
    }
    expect(inSteps(add())).toBe(3);
  });

  it('wait from where there is something to wait for', async () => {
    const taken: string[] = [];
    function* steps(): Steps<string> {
      taken.push(yield* settled('first'));
      taken.push(yield* settled(Promise.resolve('second')));
      taken.push(yield* settled(Promise.resolve('third')));
      return yield* settled('last');
    }
    const made = inSteps(steps());
    expect(taken).toEqual(['first']);
    expect(await made).toBe('last');
    expect(taken).toEqual(['first', 'second', 'third']);
  });

  it('throw at once what is thrown before they wait, and reject with the rest', async () => {
    function* steps(waits: boolean): Steps<void> {
      if (waits) yield* settled(Promise.resolve());
      throw new Error('no');
    }
    expect(() => inSteps(steps(false))).toThrow('no');
    await expect(inSteps(steps(true))).rejects.toThrow('no');
  });

  it('tidy up behind themselves, whether they waited or not', async () => {
    const tidied: string[] = [];
    function* steps(name: string, what: unknown): Steps<unknown> {
      try {
        return yield* settled(what);
      } catch {
        return 'caught';
      } finally {
        tidied.push(name);
      }
    }
    expect(inSteps(steps('at once', 1))).toBe(1);
    expect(await inSteps(steps('later', failing()))).toBe('caught');
    expect(tidied).toEqual(['at once', 'later']);
  });
});
