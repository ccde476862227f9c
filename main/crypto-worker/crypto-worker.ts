// Worker thread entry: does one request after the other and wipes what it was given.
import { parentPort } from 'node:worker_threads';
import { secretCopy } from '../keys/encoding/secret-array.ts';
import { inlineCryptoOffload } from './inline-crypto-offload.ts';
import { byteArraysIn, type WorkerRequest, type WorkerResponse } from './worker-messages.ts';

const port = parentPort;
if (!port) throw new Error('this module runs in a worker thread only');

port.on('message', (request: WorkerRequest) => {
  void answer(request).then((response) => {
    const isBytes = 'result' in response && response.result instanceof Uint8Array;
    port.postMessage(response, isBytes ? [(response.result as Uint8Array<ArrayBuffer>).buffer] : []);
  });
});

async function answer({ id, operation, args }: WorkerRequest): Promise<WorkerResponse> {
  const run = inlineCryptoOffload[operation] as (...args: unknown[]) => Promise<Uint8Array | boolean>;
  try {
    const result = await run(...args);
    return { id, result: result instanceof Uint8Array ? ownBuffer(result) : result };
  } catch (error) {
    // Texts of ours and of the libraries; neither quotes its input.
    return { id, error: error instanceof Error ? error.message : 'the computation failed' };
  } finally {
    for (const bytes of byteArraysIn(args)) bytes.fill(0);
  }
}

/** A view of a larger buffer (Node's pool) can't be transferred. */
function ownBuffer(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength === bytes.buffer.byteLength) return bytes;
  const copy = secretCopy(bytes);
  bytes.fill(0);
  return copy;
}
