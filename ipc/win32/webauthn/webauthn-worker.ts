// Entry of a thread that makes one call of webauthn.dll, which lasts as long as Windows' dialog does.
import { parentPort, workerData } from 'node:worker_threads';
import {
  cancelCall,
  getAssertion,
  makeCredential,
  newCancellationId,
  webAuthnVersion,
} from './webauthn-calls.ts';
import type {
  WebAuthnEvent,
  WebAuthnOutcome,
  WebAuthnRequest,
  WebAuthnThreadData,
} from './webauthn-messages.ts';

if (!parentPort) throw new Error('webauthn-worker must be started as a worker thread');
const tell = (event: WebAuthnEvent) => parentPort?.postMessage(event);

function run(request: WebAuthnRequest): WebAuthnOutcome {
  if (webAuthnVersion() < 1) return { kind: 'missing' };
  if (request.kind === 'cancel') {
    cancelCall(request.cancellationId);
    return { kind: 'done' };
  }
  const cancellationId = newCancellationId();
  tell({ kind: 'waiting', cancellationId });
  return request.kind === 'sign'
    ? getAssertion(request, cancellationId)
    : makeCredential(request, cancellationId);
}

const { request, ended } = workerData as WebAuthnThreadData;
try {
  tell(run(request));
} finally {
  Atomics.store(ended, 0, 1);
  Atomics.notify(ended, 0);
}
