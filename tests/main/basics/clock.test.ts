// The system's clock, whose two sources are moved by hand.
import { mock } from 'node:test';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/basics/clock.ts';

const hourMs = 3_600_000;

function movedByHand() {
  const time = { wallMs: 1_000_000 * hourMs, monotonicMs: 5000 };
  const clock = systemClock({ wallMs: () => time.wallMs, monotonicMs: () => time.monotonicMs });
  const move = (wallMs: number, monotonicMs = 0) => {
    const beforeMs = clock.elapsedMs();
    time.wallMs += wallMs;
    time.monotonicMs += monotonicMs;
    return clock.elapsedMs() - beforeMs;
  };
  return { clock, move, awake: (ms: number) => move(ms, ms), sleep: (ms: number) => move(ms) };
}

describe('the system clock', () => {
  it('goes on while the machine sleeps, and when the time of day is set back', () => {
    const { clock, move, awake, sleep } = movedByHand();
    expect(clock.elapsedMs()).toBe(0);
    expect(awake(hourMs)).toBe(hourMs);
    expect(sleep(hourMs)).toBe(hourMs);
    expect(move(-hourMs, 1000)).toBe(1000);
    expect(awake(hourMs)).toBe(hourMs);
  });

  it('goes on after the time of day was wrong for a moment, by whatever, and put right again', () => {
    const { move, awake } = movedByHand();
    expect(move(24 * hourMs)).toBe(24 * hourMs);
    expect(move(-24 * hourMs)).toBe(0);
    expect(awake(hourMs)).toBe(hourMs);
  });

  it('counts what the machine sleeps through after the time of day was set back', () => {
    const { move, sleep } = movedByHand();
    expect(move(-24 * hourMs, 1000)).toBe(1000);
    expect(sleep(hourMs)).toBe(hourMs);
  });

  it('counts a sleep a minute after the time of day was set back while a timer waits, though nobody looked', () => {
    const time = { wallMs: 1_000_000 * hourMs, monotonicMs: 5000 };
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const clock = systemClock({ wallMs: () => time.wallMs, monotonicMs: () => time.monotonicMs });
      const awake = (ms: number) => {
        time.wallMs += ms;
        time.monotonicMs += ms;
        mock.timers.tick(ms);
      };
      let fired = 0;
      clock.schedule(2 * hourMs, () => fired++);
      time.wallMs -= 2 * hourMs;
      awake(60_000);
      time.wallMs += hourMs;
      awake(60_000);
      expect(clock.elapsedMs()).toBe(hourMs + 120_000);
      for (let minute = 2; minute < 60; minute++) {
        expect(fired).toBe(0);
        awake(60_000);
      }
      expect(fired).toBe(1);
    } finally {
      mock.timers.reset();
    }
  });

  it('is not driven forward by looking at it often, as the time of day has whole milliseconds', () => {
    const { clock, move } = movedByHand();
    for (let i = 0; i < 10_000; i++) move(i % 2, 0.5);
    expect(clock.elapsedMs()).toBe(5000);
  });
});
