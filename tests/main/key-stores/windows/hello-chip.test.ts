// Windows Hello as the chip that passphrases are sealed by: what becomes of a key that nobody wants any more.
import { expect, it } from 'vitest';
import { KeyCallThreads } from '../../../../main/key-stores/windows/calls/key-call-threads.ts';
import { HelloChip } from '../../../../main/key-stores/windows/hello-chip.ts';

const dialog = { window: undefined, says: 'Unlock the key' };

it('deletes a key that Windows makes when nobody wants it any more', async () => {
  const deleted = new Int32Array(new SharedArrayBuffer(8));
  const begun = new Int32Array(new SharedArrayBuffer(8));
  /** Makes a key when the test lets it, as a person may put the finger on it late. */
  const worker = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ name, takes }) => {
      if (name === 'createUnlockKey') {
        const { begun } = takes.owner.window;
        Atomics.store(begun, 0, 1);
        Atomics.wait(begun, 1, 0);
      } else Atomics.add(takes.name.deleted, 0, 1);
      parentPort.postMessage({ gives: true });
    });
  `;
  const chip = new HelloChip(
    new KeyCallThreads(new URL(`data:text/javascript,${encodeURIComponent(worker)}`)),
  );
  const ending = new AbortController();
  const name = { deleted } as never;
  const made = chip.create(name, { ...dialog, window: { begun } as never }, ending.signal);
  await expect.poll(() => begun[0]).toBe(1);
  ending.abort();
  await expect(made).rejects.toMatchObject({ code: 'cancelled' });
  expect(deleted[0]).toBe(0);
  Atomics.store(begun, 1, 1);
  Atomics.notify(begun, 1);
  await expect.poll(() => deleted[0]).toBe(1);
  await chip.close();
});
