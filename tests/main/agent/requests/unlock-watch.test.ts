// What ends the wait for the unlock, and what nobody looks out for any more.
import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { RefusedError } from '../../../../main/agent/protocol/errors.ts';
import { AgentLock } from '../../../../main/agent/requests/agent-lock.ts';
import { UnlockWatch } from '../../../../main/agent/requests/unlock-watch.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes } from '../../../fakes/test-agent.ts';

function setUp() {
  const lock = new AgentLock(new ManualClock(), () => {});
  lock.pause();
  const closing = new AbortController();
  const close = () => closing.abort(new RefusedError('the agent is ending'));
  let sealings = 0;
  const watch = () =>
    new UnlockWatch(
      lock,
      () => {
        sealings++;
        return new AbortController().signal;
      },
      closing.signal,
    );
  return { lock, closing, close, watch, sealings: () => sealings };
}

it.each<[string, string, (test: ReturnType<typeof setUp>) => unknown]>([
  ['a program locks the agent', 'the agent was locked by a program', ({ lock }) => lock.lock(bytes('x'))],
  ['the agent ends', 'the agent is ending', ({ close }) => close()],
])('is refused, and over, when %s', async (_, reason, happen) => {
  const test = setUp();
  using watch = test.watch();
  happen(test);
  expect(watch.isOver).toBe(true);
  await expect(watch.unlocked).rejects.toEqual(new RefusedError(reason));
  test.lock.resume();
  expect(test.sealings()).toBe(0);
});

it('is refused at once by an agent that has ended', async () => {
  const { close, watch } = setUp();
  close();
  using late = watch();
  expect(late.isOver).toBe(true);
  await expect(late.unlocked).rejects.toThrow('the agent is ending');
});

it('is no error of the program where nobody waits', async () => {
  const { close, watch } = setUp();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    using _ = watch();
    close();
    await settle();
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it('takes nothing of an unlock that comes when nobody looks out any more, and leaves nothing behind', () => {
  const { lock, watch, sealings, closing } = setUp();
  watch()[Symbol.dispose]();
  lock.resume();
  expect(sealings()).toBe(0);
  expect(getEventListeners(closing.signal, 'abort')).toEqual([]);
});
