// Threads that wait for Windows: how many may, what becomes of the others, and of a place that answers nothing.
import { afterEach, expect, it } from 'vitest';
import {
  CallsHangError,
  KeyCallThreads,
} from '../../../../../main/key-stores/windows/calls/key-call-threads.ts';

/** Stands as still as a call of NCrypt's until its gate is opened, and counts what was begun. */
const worker = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ takes: { gate, home } }) => {
      Atomics.add(gate, 1, 1);
      Atomics.wait(gate, 0, 0);
      parentPort.postMessage({ gives: [home] });
    });
  `)}`,
);

const toEnd: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(toEnd.splice(0).map((end) => end())));

function setUp(silenceMs: number) {
  const threads = new KeyCallThreads(worker, silenceMs);
  const gates: Int32Array[] = [];
  const newGate = () => {
    const gate = new Int32Array(new SharedArrayBuffer(8));
    gates.push(gate);
    return gate;
  };
  const open = (gate: Int32Array) => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  const call = (gate = newGate(), { place = 'a card', signal = new AbortController().signal } = {}) =>
    threads.call(place, 'algorithms', { home: 'tpm', gate } as never, signal);
  toEnd.push(async () => {
    gates.forEach(open);
    await threads.close();
  });
  return { threads, call, newGate, open };
}

const begun = (gates: readonly Int32Array[]) => gates.reduce((sum, gate) => sum + (gate[1] ?? 0), 0);

it('has a call wait for its turn where four are under way, and takes one that was cancelled meanwhile nowhere', async () => {
  const { call, newGate, open } = setUp(60_000);
  const gates = Array.from({ length: 6 }, newGate);
  const first = gates.slice(0, 4).map((gate) => call(gate));
  const leaving = new AbortController();
  const cancelled = call(gates[4], { signal: leaving.signal });
  const last = call(gates[5]);
  await expect.poll(() => begun(gates)).toBe(4);
  leaving.abort(new Error('not wanted any more'));
  await expect(cancelled).rejects.toThrow('not wanted any more');
  for (const gate of gates) open(gate);
  expect(await Promise.all([...first, last])).toEqual(Array(5).fill(['tpm']));
  expect(begun(gates.slice(4, 5))).toBe(0);
});

it('fails what waits for a place that answers nothing, and no other', async () => {
  const { call, newGate, open } = setUp(300);
  const stuck = Array.from({ length: 4 }, () => call());
  await expect(call()).rejects.toThrow(CallsHangError);
  const gate = newGate();
  open(gate);
  expect(await call(gate, { place: 'another' })).toEqual(['tpm']);
  expect(stuck).toHaveLength(4);
});

it('ends after the calls that are under way, but not after one that hangs', async () => {
  const { threads, call, newGate, open } = setUp(60_000);
  const gate = newGate();
  let isClosed = false;
  const answered = call(gate);
  await expect.poll(() => begun([gate])).toBe(1);
  await threads.close(1);
  const closed = threads.close(60_000).then(() => {
    isClosed = true;
  });
  expect(isClosed).toBe(false);
  open(gate);
  expect(await answered).toEqual(['tpm']);
  expect(isClosed).toBe(false);
  await closed;
});
