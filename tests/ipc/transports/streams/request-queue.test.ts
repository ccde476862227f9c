import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { RequestQueue } from '../../../../ipc/transports/streams/request-queue.ts';

const request = (number: number) => Uint8Array.of(number >> 8, number & 0xff);

describe('RequestQueue', () => {
  test('gives back what was added in that order, also when both go on for long', () => {
    const queue = new RequestQueue();
    let added = 0;
    let taken = 0;
    while (taken < 20_000) {
      for (let i = 0; i < 3 && added < 20_000; i++) queue.add(request(added++ & 0xffff));
      for (let i = 0; i < 2 && taken < added; i++) expect(queue.take()).toEqual(request(taken++ & 0xffff));
    }
    expect(queue.isEmpty).toBe(true);
    expect(queue.take()).toBeUndefined();
  });

  test('counts the bytes it holds, and something for an empty request', () => {
    const queue = new RequestQueue();
    queue.add(new Uint8Array(0));
    const empty = queue.bytes;
    expect(empty).toBeGreaterThan(50);
    queue.add(new Uint8Array(1000));
    expect(queue.bytes).toBe(2 * empty + 1000);
    queue.take();
    queue.take();
    expect(queue.bytes).toBe(0);
  });

  test('keeps nothing of what was taken, also when it is never empty', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const queue = new RequestQueue();
    queue.add(request(0));
    const taken: WeakRef<Uint8Array>[] = [];
    for (let i = 1; i <= 100; i++) {
      queue.add(request(i));
      taken.push(new WeakRef(queue.take() as Uint8Array));
    }
    // A weak reference holds its target until the turn ends.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(taken.filter((reference) => reference.deref() !== undefined)).toEqual([]);
    expect(queue.isEmpty).toBe(false);
  });

  test('is empty again and again, and gives no request twice', () => {
    const queue = new RequestQueue();
    for (const count of [1, 3, 16, 17, 2, 40, 1]) {
      for (let i = 0; i < count; i++) queue.add(request(i));
      for (let i = 0; i < count; i++) expect(queue.take()).toEqual(request(i));
      expect(queue.isEmpty).toBe(true);
      expect(queue.take()).toBeUndefined();
      expect(queue.bytes).toBe(0);
    }
  });

  test('zeroes what is left when it is wiped, and not what was taken', () => {
    const queue = new RequestQueue();
    const [first, second] = [request(258), request(259)];
    queue.add(first);
    queue.add(second);
    queue.take();
    queue.wipe();
    expect(first).toEqual(request(258));
    expect(second).toEqual(new Uint8Array(2));
    expect(queue.isEmpty).toBe(true);
    expect(queue.bytes).toBe(0);
  });
});
