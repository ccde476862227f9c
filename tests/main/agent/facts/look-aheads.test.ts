import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../main/agent/facts/connection.ts';
import { LookAheads } from '../../../../main/agent/facts/look-aheads.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

/** Those that were looked at, by name, and how many timers there were for it. */
function lookAheads() {
  const clock = new ManualClock();
  const seen: string[] = [];
  let timers = 0;
  const counting = {
    elapsedMs: () => clock.elapsedMs(),
    schedule(delayMs: number, callback: () => void) {
      timers++;
      return clock.schedule(delayMs, callback);
    },
  };
  const connection = (name: string) =>
    ({ peer: { lookAhead: () => seen.push(name) } }) as unknown as Connection;
  return { clock, seen, connection, timers: () => timers, all: new LookAheads(counting) };
}

describe('LookAheads', () => {
  it('looks at each when it is due, and at none before or twice', () => {
    const { clock, seen, connection, all } = lookAheads();
    all.add(connection('first'));
    clock.advance(3);
    all.add(connection('second'));
    clock.advance(1);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual(['first']);
    clock.advance(2);
    expect(seen).toEqual(['first']);
    clock.advance(1);
    expect(seen).toEqual(['first', 'second']);
    clock.advance(1000);
    all.add(connection('third'));
    clock.advance(5);
    expect(seen).toEqual(['first', 'second', 'third']);
  });

  it('has one timer for all that come together', () => {
    const { clock, seen, connection, all, timers } = lookAheads();
    for (let n = 0; n < 100; n++) all.add(connection(`${n}`));
    clock.advance(5);
    expect(seen.length).toBe(100);
    expect(timers()).toBe(1);
  });

  it('looks at none that have gone, and at the others all the same', () => {
    const { clock, seen, connection, all } = lookAheads();
    const [gone, here] = [connection('gone'), connection('here')];
    all.add(gone);
    all.add(here);
    all.delete(gone);
    clock.advance(5);
    expect(seen).toEqual(['here']);
  });
});
