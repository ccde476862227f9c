// Forgetting keys where V8 does not show its collector.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetDroppedKeysSoon } from '../../../main/process/forget-dropped-keys.ts';

// As where the flags are taken too late to count.
vi.mock('node:v8', () => ({ setFlagsFromString: () => {} }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('goes on without the collector of V8 where it can not be had', () => {
  forgetDroppedKeysSoon();
  expect(() => vi.advanceTimersByTime(1000)).not.toThrow();
});
