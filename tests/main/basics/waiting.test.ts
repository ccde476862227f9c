// Waits that are given up or take too long, and leave nothing behind.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { becomesTrue, unlessAborted, withinLimit } from '../../../main/basics/waiting.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { settle } from '../../fakes/settle.ts';

describe('a wait that may be given up', () => {
  it.each([
    ['resolves', (resolve: (value: string) => void) => resolve('done'), 'done'],
    ['rejects', (_: unknown, reject: (reason: unknown) => void) => reject(new Error('failed')), 'failed'],
  ])('%s at once or later, and leaves the signal alone then', async (_, end, expected) => {
    const { signal } = new AbortController();
    const atOnce = unlessAborted<string>(signal, (...settlers) => {
      end(...settlers);
      return undefined;
    });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    let endLater = () => {};
    const later = unlessAborted<string>(signal, (...settlers) => {
      endLater = () => end(...settlers);
      return undefined;
    });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    endLater();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    for (const wait of [atOnce, later]) expect(await wait.catch((error) => error.message)).toBe(expected);
  });

  it('rejects with the reason when it is aborted, once what was begun is undone', async () => {
    const gone = new AbortController();
    const undone: string[] = [];
    const wait = unlessAborted(gone.signal, () => () => undone.push('undone'));
    expect(undone).toEqual([]);
    gone.abort(new Error('gone'));
    expect(undone).toEqual(['undone']);
    await expect(wait).rejects.toThrow('gone');
    expect(getEventListeners(gone.signal, 'abort')).toHaveLength(0);
  });

  it('may be ended in another way by what undoes it', async () => {
    const gone = new AbortController();
    const wait = unlessAborted<string>(gone.signal, (resolve) => () => resolve('left'));
    gone.abort();
    expect(await wait).toBe('left');
  });

  it('begins nothing when it was aborted before', async () => {
    let begun = 0;
    const wait = unlessAborted(AbortSignal.abort(new Error('gone')), () => {
      begun++;
      return undefined;
    });
    await expect(wait).rejects.toThrow('gone');
    expect(begun).toBe(0);
  });

  it('undoes what was begun when that aborts it, and nothing when that throws', async () => {
    const gone = new AbortController();
    let undone = 0;
    const wait = unlessAborted(gone.signal, () => {
      gone.abort(new Error('gone'));
      return () => undone++;
    });
    expect(undone).toBe(1);
    await expect(wait).rejects.toThrow('gone');
    const { signal } = new AbortController();
    const throwing = unlessAborted(signal, () => {
      throw new Error('thrown');
    });
    await expect(throwing).rejects.toThrow('thrown');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('goes without a signal', async () => {
    const wait = unlessAborted<string>(undefined, (resolve) => {
      resolve('done');
      return undefined;
    });
    expect(await wait).toBe('done');
  });
});

describe('a wait with a limit', () => {
  const pending = () => new Promise<never>(() => {});

  it('settles as the work does, and the timer is gone then', async () => {
    const clock = new ManualClock();
    const tooLate = () => 'too late';
    expect(await withinLimit(Promise.resolve('done'), 1000, tooLate, clock)).toBe('done');
    const failed = withinLimit(Promise.reject(new Error('failed')), 1000, tooLate, clock);
    await expect(failed).rejects.toThrow('failed');
    expect(clock.pendingTimers).toBe(0);
  });

  it('settles as is said when the work takes too long, and not before', async () => {
    const clock = new ManualClock();
    let calls = 0;
    const late = withinLimit(pending(), 1000, () => ++calls, clock);
    const refused = withinLimit(pending(), 1000, () => Promise.reject(new Error('too late')), clock);
    refused.catch(() => {});
    clock.advance(999);
    await settle();
    expect(calls).toBe(0);
    clock.advance(1);
    expect(await late).toBe(1);
    await expect(refused).rejects.toThrow('too late');
  });

  it('does not end the process when the work fails after it', async () => {
    const clock = new ManualClock();
    let fail = (_: Error) => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const late = withinLimit(work, 1, () => 'too late', clock);
    clock.advance(1);
    expect(await late).toBe('too late');
    // Vitest fails for a rejection that nobody has handled.
    fail(new Error('after all'));
    await settle();
  });

  it('takes its time from the process unless told otherwise', async () => {
    expect(await withinLimit(pending(), 1, () => 'too late')).toBe('too late');
  });
});

describe('a look again and again', () => {
  it('ends when it sees what it looks for', async () => {
    let looks = 0;
    expect(await becomesTrue(() => ++looks === 3, 1, 60_000)).toBe(true);
    expect(looks).toBe(3);
  });

  it('is taken once at least, and not for longer than it may', async () => {
    let looks = 0;
    expect(await becomesTrue(() => ++looks === 1, 60_000, 0)).toBe(true);
    expect(await becomesTrue(() => false, 60_000, 0)).toBe(false);
    expect(await becomesTrue(() => false, 1, 5)).toBe(false);
  });
});
