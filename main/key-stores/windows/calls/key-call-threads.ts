// Threads that wait for Windows: it may ask the person meanwhile, and nothing else must wait for that.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { StorageError } from '../../../../ipc/win32/key-storage/storage-error.ts';
import { endProcess } from '../../../../ipc/win32/processes/end-process.ts';
import { unlessAborted, withinLimit } from '../../../basics/waiting.ts';
import type { KeyCallAnswer, KeyCallName, KeyCalls } from './key-call.ts';

/** Calls of one place at the same time: a card or chip does one thing after the other anyway. */
const maxThreadsPerPlace = 4;
/** How long a thread is kept that has nothing to do. */
const idleMs = 30_000;
/** How long a call waits for its turn while the place answers nothing at all. */
const silenceMs = 10_000;
/** A process that ends in the middle of a short call may take Windows' key storage, or Wine's server, with it. */
const lastCallsMs = 1_000;

export interface KeyCallPort {
  /**
   * Makes a call. `place` is what may hang without harm to others: a provider, a certificate store. Where many are under
   * way there it waits for its turn. Rejects with StorageError as Windows says it, with the reason of `signal`, and with
   * CallsHangError. A call that has begun can't be taken back: of one that is not wanted any more the answer is thrown away
   * when it comes, and `doneTooLate` called where Windows did what it was asked.
   */
  call<Name extends KeyCallName>(
    place: string,
    name: Name,
    takes: KeyCalls[Name]['takes'],
    signal?: AbortSignal,
    doneTooLate?: () => void,
  ): Promise<KeyCalls[Name]['gives']>;
}

/** Windows has answered none of the calls that are under way at that place. */
export class CallsHangError extends Error {
  override readonly name = 'CallsHangError';
}

/** A call that waits for a thread of its place. */
interface Waiting {
  readonly place: string;
  readonly begin: (thread: Thread) => void;
  readonly fail: (error: unknown) => void;
  readonly silence: NodeJS.Timeout;
}

const ending = () => new Error('the agent is ending');

interface Thread {
  readonly place: string;
  readonly worker: Worker;
  answered: ((answer: KeyCallAnswer) => void) | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

export class KeyCallThreads implements KeyCallPort {
  readonly #givenUrl: URL | undefined;
  readonly #threads = new Set<Thread>();
  readonly #waiting = new Set<Waiting>();
  readonly #silenceMs: number;
  #isClosed = false;

  /** Starts no thread until the first call. */
  constructor(workerUrl?: URL, silenceBeforeFailureMs = silenceMs) {
    this.#givenUrl = workerUrl;
    this.#silenceMs = silenceBeforeFailureMs;
  }

  async call<Name extends KeyCallName>(
    place: string,
    name: Name,
    takes: KeyCalls[Name]['takes'],
    signal?: AbortSignal,
    doneTooLate?: () => void,
  ): Promise<KeyCalls[Name]['gives']> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw ending();
    const answer = await unlessAborted<KeyCallAnswer>(signal, (resolve, reject) => {
      const begin = (thread: Thread) => {
        clearTimeout(thread.idleTimer);
        thread.answered = (answer) => {
          if (signal?.aborted && 'gives' in answer) doneTooLate?.();
          resolve(answer);
        };
        thread.worker.ref();
        thread.worker.postMessage({ name, takes });
      };
      const thread = this.#freeThread(place);
      if (thread === undefined) return this.#wait({ place, begin, fail: reject });
      begin(thread);
      return undefined;
    });
    if ('failed' in answer) throw new StorageError(answer.failed.call, answer.failed.status);
    if ('error' in answer) throw new Error(answer.error);
    return answer.gives as KeyCalls[Name]['gives'];
  }

  /** Ends the threads, each after its call: one that takes longer than `limitMs` ends with the process. */
  async close(limitMs = lastCallsMs): Promise<void> {
    this.#isClosed = true;
    for (const { silence, fail } of this.#waiting) {
      clearTimeout(silence);
      fail(ending());
    }
    this.#waiting.clear();
    const threads = [...this.#threads];
    const ended = threads.map((thread) =>
      thread.answered === undefined ? this.#end(thread) : once(thread.worker, 'exit'),
    );
    await withinLimit(Promise.allSettled(ended), limitMs, () => undefined);
    for (const { worker } of this.#threads) worker.unref();
  }

  /** Undefined where as many calls are under way as there may be. */
  #freeThread(place: string): Thread | undefined {
    const there = [...this.#threads].filter((thread) => thread.place === place);
    const idle = there.find(({ answered }) => answered === undefined);
    if (idle || there.length >= maxThreadsPerPlace) return idle;
    return this.#start(place);
  }

  /** Returns how to leave: what nobody wants any more by the time of its turn raises no dialog. */
  #wait(call: Omit<Waiting, 'silence'>): () => void {
    const leave = () => {
      clearTimeout(waiting.silence);
      this.#waiting.delete(waiting);
    };
    const isSilent = () => {
      leave();
      call.fail(new CallsHangError('Windows has not answered what it was asked before.'));
    };
    const waiting: Waiting = { ...call, silence: setTimeout(isSilent, this.#silenceMs).unref() };
    this.#waiting.add(waiting);
    return leave;
  }

  /** The place has answered something, or has lost a thread. */
  #goOn(place: string): void {
    const [next, ...others] = [...this.#waiting].filter((waiting) => waiting.place === place);
    if (next === undefined) return;
    for (const { silence } of others) silence.refresh();
    const thread = this.#freeThread(place);
    if (thread === undefined) return;
    clearTimeout(next.silence);
    this.#waiting.delete(next);
    next.begin(thread);
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
    this.#goOn(thread.place);
  }

  #lose(thread: Thread, error: string): void {
    this.#threads.delete(thread);
    clearTimeout(thread.idleTimer);
    thread.answered?.({ error });
    thread.answered = undefined;
    this.#goOn(thread.place);
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
