// The main thread's end of a thread that owns one window: starts it, talks to it, ends it.
import { Worker } from 'node:worker_threads';
import { postMessage } from '../../win32/desktop/message-window.ts';
import {
  COMMANDS_SENT,
  LOOP_ENDED,
  SIGNAL_COUNT,
  WINDOW_HANDLE,
  type WindowCommand,
  type WindowEvent,
  type WindowSignals,
  type WindowThreadData,
  WM_COMMAND_POSTED,
} from './copydata-messages.ts';

/** A thread that does not end within this time is left behind; it holds nothing of a client's by then. */
const STOP_TIMEOUT_MS = 2000;

export interface WindowThread {
  send(command: WindowCommand): void;
  /** Ends the message loop and resolves when the thread is gone. Calls in progress fail. */
  stop(): Promise<void>;
  /** The same for `process.on('exit')`: waits in place, since no event comes any more. */
  stopAtExit(): void;
}

export interface WindowThreadEvents {
  onEvent(event: WindowEvent): void;
  /** Once, also after stop(); with the error that ended it, if there was one. */
  onEnd(error: Error | undefined): void;
}

export type StartWindowThread = (events: WindowThreadEvents) => WindowThread;

/** Starts threads that run `workerUrl` and accept mappings of these owners (SIDs as text). */
export function windowThreadStarter(workerUrl: URL, acceptedOwners: readonly string[]): StartWindowThread {
  return (events) => new WorkerWindowThread(workerUrl, acceptedOwners, events);
}

class WorkerWindowThread implements WindowThread {
  readonly #worker: Worker;
  readonly #signals: WindowSignals = new Int32Array(new SharedArrayBuffer(4 * SIGNAL_COUNT));
  readonly #ended: Promise<void>;

  constructor(workerUrl: URL, acceptedOwners: readonly string[], events: WindowThreadEvents) {
    const workerData: WindowThreadData = { acceptedOwners, signals: this.#signals };
    // Nothing that a debugger or profiler of the main thread needs, and no access to its environment.
    this.#worker = new Worker(workerUrl, { workerData, env: {}, execArgv: [] });
    let error: Error | undefined;
    this.#worker.on('error', (thrown) => {
      error = thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    this.#worker.on('message', (event: WindowEvent) => events.onEvent(event));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        resolve();
        events.onEnd(error);
      });
    });
  }

  send(command: WindowCommand): void {
    this.#worker.postMessage(command);
    Atomics.add(this.#signals, COMMANDS_SENT, 1);
    Atomics.notify(this.#signals, COMMANDS_SENT);
    // Before there is a window, the thread has yet to look for commands for the first time.
    const window = Atomics.load(this.#signals, WINDOW_HANDLE);
    if (window !== 0) postMessage(BigInt.asUintN(64, BigInt(window)), WM_COMMAND_POSTED);
  }

  async stop(): Promise<void> {
    this.send({ kind: 'stop' });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_TIMEOUT_MS);
    });
    await Promise.race([this.#ended, timeout]);
    clearTimeout(timer);
    this.#worker.unref();
  }

  stopAtExit(): void {
    this.send({ kind: 'stop' });
    // The process can't end while a thread sits in GetMessage, so it must have left before the exit goes on.
    Atomics.wait(this.#signals, LOOP_ENDED, 0, STOP_TIMEOUT_MS);
  }
}
