// Every way to quit asks first when questions wait, and comes to an end whatever hangs.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handleQuit } from '../../../../main/shell/lifecycle/quit.ts';

type Handler = (event: { preventDefault(): void }) => void;

const electron = vi.hoisted(() => ({
  handlers: new Map<string, Handler>(),
  exitCodes: [] as number[],
  questions: [] as ((buttonIndex: number) => void)[],
}));

vi.mock('electron', () => ({
  app: {
    on: (name: string, handler: Handler) => electron.handlers.set(name, handler),
    exit: (code: number) => electron.exitCodes.push(code),
  },
  dialog: {
    showMessageBox: () =>
      new Promise((resolve) => electron.questions.push((response) => resolve({ response }))),
  },
}));

beforeEach(() => {
  electron.handlers.clear();
  electron.exitCodes.length = 0;
  electron.questions.length = 0;
});
afterEach(() => vi.useRealTimers());

const settle = () => new Promise((resolve) => setImmediate(resolve));

function fixture({ promptCount = 0, stop = () => Promise.resolve() } = {}) {
  const logged: string[] = [];
  const quit = handleQuit({ promptCount: () => promptCount, stop, log: (line) => logged.push(line) });
  return { quit, logged };
}

it('ends once everything is put away, also when the system asks', async () => {
  let putAway = () => {};
  const stop = vi.fn(() => new Promise<void>((resolve) => (putAway = resolve)));
  fixture({ stop });
  const preventDefault = vi.fn();
  electron.handlers.get('before-quit')?.({ preventDefault });
  electron.handlers.get('before-quit')?.({ preventDefault });
  await settle();
  expect([preventDefault.mock.calls.length, stop.mock.calls.length, electron.exitCodes]).toEqual([2, 1, []]);
  putAway();
  await settle();
  expect(electron.exitCodes).toEqual([0]);
});

it('asks once while questions wait; “Keep running” changes nothing and can be asked again', async () => {
  const stop = vi.fn(() => Promise.resolve());
  const { quit } = fixture({ promptCount: 1, stop });
  quit();
  quit();
  await settle();
  expect(electron.questions).toHaveLength(1);
  electron.questions[0]?.(0);
  await settle();
  expect([stop.mock.calls.length, electron.exitCodes]).toEqual([0, []]);
  quit();
  await settle();
  electron.questions[1]?.(1);
  await settle();
  expect([stop.mock.calls.length, electron.exitCodes]).toEqual([1, [0]]);
});

it('ends also when putting away fails, and says why in the log', async () => {
  const { quit, logged } = fixture({ stop: () => Promise.reject(new Error('disk full')) });
  quit();
  await settle();
  expect([logged, electron.exitCodes]).toEqual([['ending: disk full'], [0]]);
});

it('ends after ten seconds when putting away hangs', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { quit, logged } = fixture({ stop: () => new Promise(() => {}) });
  quit();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(electron.exitCodes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(electron.exitCodes).toEqual([0]);
  expect(logged).toEqual(['ending: not everything was put away in time']);
});

it('ends at once, whatever waits and while it asks, when the person was asked elsewhere', async () => {
  let putAway = () => {};
  const stop = vi.fn(() => new Promise<void>((resolve) => (putAway = resolve)));
  const { quit } = fixture({ promptCount: 1, stop });
  quit();
  quit(true);
  await settle();
  expect(stop).toHaveBeenCalledTimes(1);
  // An answer that comes too late ends nothing before all is put away.
  electron.questions[0]?.(1);
  await settle();
  expect([stop.mock.calls.length, electron.exitCodes]).toEqual([1, []]);
  putAway();
  await settle();
  expect(electron.exitCodes).toEqual([0]);
});
