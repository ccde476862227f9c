// The main thread's end of a call of webauthn.dll: started on a thread of its own, and given up when nobody wants it any more.
import { Worker } from 'node:worker_threads';
import { endProcess } from '../processes/end-process.ts';
import { cancelCall } from './webauthn-calls.ts';
import type {
  AssertionRequest,
  CredentialRequest,
  WebAuthnEvent,
  WebAuthnOutcome,
  WebAuthnRequest,
  WebAuthnThreadData,
} from './webauthn-messages.ts';

/** A cancellation that comes just before the dialog opens is lost, so it is made again until the call has ended. */
const cancelAgainMs = 500;
const maxCancellations = 20;

/** A call that was given up lives until Windows ends it. More are not begun than this, so that none pile up. */
const maxThreads = 4;

/** How long the end of the program waits for Windows to close its dialogs. */
const endingMs = 1000;

interface Running {
  readonly ended: Int32Array<SharedArrayBuffer>;
  /** What ends its call, once that is known. */
  cancellationId?: Uint8Array;
}

/** All calls of before are still open: Windows closes its dialogs no more. */
export class TooManyCallsError extends Error {
  override readonly name = 'TooManyCallsError';
}

export class WebAuthnThreads {
  readonly #workerUrl: URL;
  readonly #running = new Map<Worker, Running>();

  /** `workerUrl` is the built webauthn-worker.js. */
  constructor(workerUrl: URL) {
    this.#workerUrl = workerUrl;
    process.once('exit', (code) => this.#endAtExit(code));
  }

  /** How many calls have not ended, also of those that were given up. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * Makes the call. `opened` is called when Windows' dialog is about to open. Rejects with the reason of `signal` when that is
   * aborted, which closes the dialog, with TooManyCallsError, or with the error of a thread that failed.
   */
  run(
    request: AssertionRequest | CredentialRequest,
    signal: AbortSignal,
    opened: () => void,
  ): Promise<WebAuthnOutcome> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#running.size >= maxThreads) throw new TooManyCallsError();
      const running: Running = { ended: new Int32Array(new SharedArrayBuffer(4)) };
      const thread = this.#start(request, running.ended);
      this.#running.set(thread, running);
      const giveUp = () => {
        reject(signal.reason);
        thread.unref();
        void this.#cancel(thread);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      thread.on('message', (event: WebAuthnEvent) => {
        if (event.kind !== 'waiting') return resolve(event);
        running.cancellationId = event.cancellationId;
        if (!signal.aborted) opened();
      });
      thread.once('error', reject);
      thread.once('exit', () => {
        this.#running.delete(thread);
        signal.removeEventListener('abort', giveUp);
        reject(new Error('the thread of a security key ended'));
      });
    });
  }

  /** Nothing that a debugger or profiler of the main thread needs, and no access to its environment. */
  #start(request: WebAuthnRequest, ended: Running['ended']): Worker {
    const workerData: WebAuthnThreadData = { request, ended };
    return new Worker(this.#workerUrl, { workerData, env: {}, execArgv: [] });
  }

  /** From a thread of its own, too: it may have to wait for Windows. */
  async #cancel(thread: Worker): Promise<void> {
    for (let i = 0; i < maxCancellations && this.#running.has(thread); i++) {
      const { cancellationId } = this.#running.get(thread) ?? {};
      if (cancellationId !== undefined) await this.#runCancellation(cancellationId);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, cancelAgainMs).unref();
        thread.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #runCancellation(cancellationId: Uint8Array): Promise<void> {
    const ended = new Int32Array(new SharedArrayBuffer(4));
    const thread = this.#start({ kind: 'cancel', cancellationId }, ended);
    thread.unref();
    return new Promise((resolve) => {
      // What became of it shows in the call that it was to end.
      thread.once('error', () => {});
      thread.once('exit', () => resolve());
    });
  }

  /** The process can't end while a thread waits for a dialog. */
  #endAtExit(exitCode: number): void {
    const running = [...this.#running.values()];
    for (const { cancellationId } of running) if (cancellationId) cancelCall(cancellationId);
    const untilMs = performance.now() + endingMs;
    const haveEnded = running.every(
      ({ ended }) => Atomics.wait(ended, 0, 0, Math.max(0, untilMs - performance.now())) !== 'timed-out',
    );
    if (!haveEnded) endProcess(exitCode);
  }
}
