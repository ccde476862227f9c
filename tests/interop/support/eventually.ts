// Waits for what another process brings about.
import { setTimeout as delay } from 'node:timers/promises';
import { stateOf } from './process-facts.ts';

const pollMs = 10;

/** The first result of `probe` that is neither undefined nor false. Throws, naming `what`, when none comes in time. */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await delay(pollMs);
  }
}

/** Whether a process lives. One that has ended and was not waited for by its parent does not. */
export function isAlive(pid: number): boolean {
  return !['', 'Z', 'X'].includes(stateOf(pid));
}
