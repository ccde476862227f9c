// Threads that wait for Windows: it may ask the person meanwhile, and nothing else must wait for that.
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { StorageError } from '../../../../ipc/win32/key-storage/storage-error.ts';
import { endProcess } from '../../../../ipc/win32/processes/end-process.ts';
import { unlessAborted } from '../../../basics/waiting.ts';
import type { KeyCallAnswer, KeyCallName, KeyCalls } from './key-call.ts';

/** Calls of one place at the same time: a card or chip does one thing after the other anyway. */
const maxThreadsPerPlace = 4;
/** How long a thread is kept that has nothing to do. */
const idleMs = 30_000;

export interface KeyCallPort {
  /**
   * Makes a call. `place` is what may hang without harm to others: a provider, a certificate store. Rejects with
   * StorageError as Windows says it, with the reason of `signal`, and with CallsHangError. A call can't be taken back: of
   * one that is not wanted any more the answer is thrown away when it comes.
   */
  call<Name extends KeyCallName>(
    place: string,
    name: Name,
    takes: KeyCalls[Name]['takes'],
    signal?: AbortSignal,
  ): Promise<KeyCalls[Name]['gives']>;
}

/** Windows has answered none of the calls that are under way at that place. */
export class CallsHangError extends Error {
  override readonly name = 'CallsHangError';
}

interface Thread {
  readonly place: string;
  readonly worker: Worker;
  answered: ((answer: KeyCallAnswer) => void) | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

export class KeyCallThreads implements KeyCallPort {
  readonly #givenUrl: URL | undefined;
  readonly #threads = new Set<Thread>();
  #isClosed = false;

  /** Starts no thread until the first call. */
  constructor(workerUrl?: URL) {
    this.#givenUrl = workerUrl;
  }

  async call<Name extends KeyCallName>(
    place: string,
    name: Name,
    takes: KeyCalls[Name]['takes'],
    signal?: AbortSignal,
  ): Promise<KeyCalls[Name]['gives']> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new Error('the agent is ending');
    const thread = this.#idleThread(place);
    const answer = await unlessAborted<KeyCallAnswer>(signal, (resolve) => {
      clearTimeout(thread.idleTimer);
      thread.answered = resolve;
      thread.worker.ref();
      thread.worker.postMessage({ name, takes });
      return undefined;
    });
    if ('failed' in answer) throw new StorageError(answer.failed.call, answer.failed.status);
    if ('error' in answer) throw new Error(answer.error);
    return answer.gives as KeyCalls[Name]['gives'];
  }

  /** Ends the threads that have nothing to do; those that wait for Windows end with the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const idle = [...this.#threads].filter(({ answered }) => answered === undefined);
    for (const { worker } of this.#threads) worker.unref();
    await Promise.all(idle.map((thread) => this.#end(thread)));
  }

  #idleThread(place: string): Thread {
    const there = [...this.#threads].filter((thread) => thread.place === place);
    const idle = there.find(({ answered }) => answered === undefined);
    if (idle) return idle;
    if (there.length >= maxThreadsPerPlace)
      throw new CallsHangError('Windows has not answered what it was asked before.');
    return this.#start(place);
  }

  #start(place: string): Thread {
    // Nothing that a debugger or profiler of the main thread needs, and no access to its environment.
    const worker = new Worker(this.#givenUrl ?? workerBesideUs(), { env: {}, execArgv: [] });
    const thread: Thread = { place, worker, answered: undefined, idleTimer: undefined };
    this.#threads.add(thread);
    worker.on('message', (answer: KeyCallAnswer) => this.#settle(thread, answer));
    worker.on('error', (error) => this.#lose(thread, error.message));
    worker.on('exit', () => this.#lose(thread, 'the thread ended'));
    endProcessInSpiteOf(this.#threads);
    return thread;
  }

  #settle(thread: Thread, answer: KeyCallAnswer): void {
    const { answered } = thread;
    thread.answered = undefined;
    thread.worker.unref();
    if (this.#isClosed) void this.#end(thread);
    else thread.idleTimer = setTimeout(() => void this.#end(thread), idleMs).unref();
    answered?.(answer);
  }

  #lose(thread: Thread, error: string): void {
    this.#threads.delete(thread);
    clearTimeout(thread.idleTimer);
    thread.answered?.({ error });
    thread.answered = undefined;
  }

  async #end(thread: Thread): Promise<void> {
    this.#threads.delete(thread);
    clearTimeout(thread.idleTimer);
    await thread.worker.terminate();
  }
}

const watched = new WeakSet<ReadonlySet<Thread>>();

/** Node.js waits at its end for all threads, and one that waits for Windows would keep the process for ever. */
function endProcessInSpiteOf(threads: ReadonlySet<Thread>): void {
  if (watched.has(threads)) return;
  watched.add(threads);
  process.on('exit', (code) => {
    const isHeldUp = [...threads].some(({ answered }) => answered !== undefined);
    if (isHeldUp && process.platform === 'win32') endProcess(code);
  });
}

/** Its source, or its bundle: in the same directory as this code or, where that is a chunk, in one above. */
function workerBesideUs(): URL {
  const candidates = import.meta.url.endsWith('.ts')
    ? ['./windows-keys-worker.ts']
    : ['./windows-keys-worker.js', '../windows-keys-worker.js'];
  const url = candidates.map((path) => new URL(path, import.meta.url)).find((path) => existsSync(path));
  if (!url) throw new Error('windows-keys-worker is missing from this installation');
  return url;
}
