// Entry of a thread that waits for Windows' key storage: one call after the other.
import { parentPort } from 'node:worker_threads';
import { StorageError } from '../../../../ipc/win32/key-storage/storage-error.ts';
import type { KeyCallAnswer, KeyCallRequest } from './key-call.ts';
import { makeKeyCall } from './make-key-call.ts';

const port = parentPort;
if (!port) throw new Error('this module runs in a worker thread only');

function answer({ name, takes }: KeyCallRequest): KeyCallAnswer {
  try {
    return { gives: (makeKeyCall[name] as (takes: unknown) => unknown)(takes) };
  } catch (error) {
    if (error instanceof StorageError) return { failed: { call: error.call, status: error.status } };
    return { error: error instanceof Error ? error.message : 'the call failed' };
  }
}

port.on('message', (request: KeyCallRequest) => {
  const answered = answer(request);
  // Handed over where it is one, so that no copy of a signature stays here.
  const gives = 'gives' in answered && answered.gives instanceof Uint8Array ? [answered.gives.buffer] : [];
  port.postMessage(answered, gives as ArrayBuffer[]);
});
