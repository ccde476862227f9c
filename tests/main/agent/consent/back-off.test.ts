// Quiet after a "no" by itself: how long each lasts, and when it is as if there had been none.
import { describe, expect, it } from 'vitest';
import { BackOff } from '../../../../main/agent/consent/back-off.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

const steps = { freeNoes: 1, firstMs: 10, maxMs: 40, forgetMs: 100 };

/** Says no; resolves with how long it is quiet then. */
function quietMs(backOff: BackOff, clock: ManualClock): number {
  expect(backOff.noteNo('a')).toBe(true);
  let ms = 0;
  for (; backOff.isQuiet('a'); ms++) clock.advance(1);
  return ms;
}

describe('quiet after a “no”', () => {
  it('is twice as long after each, up to a longest one, and none after the free ones', () => {
    const clock = new ManualClock();
    const backOff = new BackOff(clock, steps);
    expect(Array.from({ length: 5 }, () => quietMs(backOff, clock))).toEqual([0, 10, 20, 40, 40]);
    expect(backOff.isQuiet('b')).toBe(false);
  });

  it('counts no further one while it lasts', () => {
    const clock = new ManualClock();
    const backOff = new BackOff(clock, steps);
    backOff.noteNo('a');
    backOff.noteNo('a');
    expect(backOff.noteNo('a')).toBe(false);
    clock.advance(10);
    expect(quietMs(backOff, clock)).toBe(20);
  });

  it.each([
    [99, 20],
    [100, 0],
  ])('is after %i ms without one as if there had been none, or not yet: %i ms', (pauseMs, expected) => {
    const clock = new ManualClock();
    const backOff = new BackOff(clock, steps);
    for (let n = 0; n < 2; n++) backOff.noteNo('a');
    clock.advance(pauseMs);
    expect(quietMs(backOff, clock)).toBe(expected);
  });

  it.each<[string, (backOff: BackOff) => void]>([
    ['a “yes”', (backOff) => backOff.forget('a')],
    ['a lock', (backOff) => backOff.clear()],
  ])('begins anew after %s', (_, end) => {
    const clock = new ManualClock();
    const backOff = new BackOff(clock, steps);
    for (let n = 0; n < 3; n++) quietMs(backOff, clock);
    end(backOff);
    expect([quietMs(backOff, clock), quietMs(backOff, clock)]).toEqual([0, 10]);
  });

  it('is that of 1,000 at the most; the one whose last “no” was longest ago is forgotten', () => {
    const backOff = new BackOff(new ManualClock(), { ...steps, freeNoes: 0 });
    for (let n = 0; n <= 1000; n++) backOff.noteNo(`${n}`);
    expect(['0', '1', '1000'].map((id) => backOff.isQuiet(id))).toEqual([false, true, true]);
  });
});
