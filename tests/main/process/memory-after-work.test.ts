// When memory is given back: after much work, when it is over, and never while nobody comes.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { giveMemoryBackAfterWork } from '../../../main/process/memory-after-work.ts';

let usedMs = 0;
const giveBack = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  usedMs = 1000;
  giveBack.mockClear();
});
afterEach(() => void vi.useRealTimers());

const started = () => giveMemoryBackAfterWork(giveBack, () => usedMs);

/** Whose first client has come and gone. */
function inUse(): () => void {
  const clientCame = started();
  clientCame();
  work(10);
  giveBack.mockClear();
  return clientCame;
}

/** One look after another, each after so much work. */
function work(...each: readonly number[]): void {
  for (const ms of each) {
    usedMs += ms;
    vi.advanceTimersByTime(500);
  }
}

it('goes back when a burst is over, once, and not before', () => {
  const clientCame = started();
  clientCame();
  work(400, 400, 400);
  expect(giveBack).not.toHaveBeenCalled();
  work(10);
  expect(giveBack).toHaveBeenCalledOnce();
  work(0, 400, 10);
  expect(giveBack).toHaveBeenCalledOnce();
});

it('goes back after the start, when the first client has become quiet', () => {
  const clientCame = started();
  clientCame();
  work(60);
  expect(giveBack).not.toHaveBeenCalled();
  work(10);
  expect(giveBack).toHaveBeenCalledOnce();
});

it('stays where there was little to do, until that has become much', () => {
  const clientCame = inUse();
  for (const _ of Array(25)) {
    expect(giveBack).not.toHaveBeenCalled();
    clientCame();
    work(40);
  }
  expect(giveBack).toHaveBeenCalledOnce();
});

it('is not looked at while nobody comes', () => {
  const clientCame = started();
  expect(vi.getTimerCount()).toBe(0);
  clientCame();
  clientCame();
  expect(vi.getTimerCount()).toBe(1);
  work(10);
  expect(vi.getTimerCount()).toBe(0);
});
