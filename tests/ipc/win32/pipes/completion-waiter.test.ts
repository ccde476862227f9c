import { expect, test, vi } from 'vitest';
import { completionWaiter } from '../../../../ipc/win32/pipes/completion-waiter.ts';

/** One auto-reset event, and the thread that waits for it. */
const event = vi.hoisted(() => {
  let isSet = false;
  let resume: (() => void) | undefined;
  const settle = () => {
    if (!isSet || !resume) return;
    isSet = false;
    setImmediate(resume);
    resume = undefined;
  };
  return {
    set() {
      isSet = true;
      settle();
      return 1;
    },
    wait(whenSet: () => void) {
      resume = whenSet;
      settle();
    },
  };
});

vi.mock('../../../../ipc/win32/libraries/kernel32.ts', () => ({
  kernel32: () => ({
    CreateEventW: () => 4n,
    SetEvent: () => event.set(),
    WaitForSingleObject: {
      async: (_event: bigint, _timeoutMs: number, callback: () => void) => event.wait(callback),
    },
  }),
}));

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a door is closed although another one opens at the same moment', async () => {
  expect(completionWaiter.event).toBe(4n);
  const closing = () => {};
  const opening = () => {};
  completionWaiter.add(closing);
  await turn();
  let isRemoved = false;
  const removed = completionWaiter.remove(closing).then(() => {
    isRemoved = true;
  });
  completionWaiter.add(opening);
  for (let turns = 0; turns < 10; turns++) await turn();
  expect(isRemoved).toBe(true);
  await completionWaiter.remove(opening);
  await removed;
});
