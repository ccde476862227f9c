import { setMaxListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import { JoinedSignal } from '../../../main/basics/joined-signal.ts';

it('is aborted with the first of its sources, whichever that is, and by its reason', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  using joined = new JoinedSignal(() => [one.signal, other.signal]);
  const { signal } = joined;
  expect(signal.aborted).toBe(false);
  other.abort(new Error('other'));
  one.abort(new Error('one'));
  expect(signal.reason).toEqual(new Error('other'));
  expect(joined.signal).toBe(signal);
});

it('is aborted at once where one of its sources is', () => {
  using joined = new JoinedSignal(() => [new AbortController().signal, AbortSignal.abort('gone')]);
  expect(joined.signal.reason).toBe('gone');
});

it('asks for its sources only when it is wanted, and leaves nothing with them', () => {
  const source = new AbortController();
  const sources = vi.fn(() => [source.signal]);
  const unwanted = new JoinedSignal(sources);
  unwanted[Symbol.dispose]();
  expect(sources).not.toHaveBeenCalled();
  const removed = vi.spyOn(source.signal, 'removeEventListener');
  const joined = new JoinedSignal(sources);
  const { signal } = joined;
  joined[Symbol.dispose]();
  expect(removed).toHaveBeenCalledOnce();
  source.abort();
  expect(signal.aborted).toBe(false);
});

it('may have thousands of others on the same source', async () => {
  const warned = vi.spyOn(process, 'emitWarning');
  const source = new AbortController();
  // As it is in Node.js before 24.
  setMaxListeners(10, source.signal);
  const all = Array.from({ length: 3000 }, () => new JoinedSignal(() => [source.signal]));
  for (const { signal } of all) expect(signal.aborted).toBe(false);
  source.abort();
  for (const { signal } of all) expect(signal.aborted).toBe(true);
  // Node.js warns when the turn is over.
  await new Promise(setImmediate);
  expect(warned).not.toHaveBeenCalled();
});
