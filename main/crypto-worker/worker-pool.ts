// A few worker threads and a queue: one job a worker at a time.
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type Claimant, FairQueue } from '../basics/fair-queue.ts';
import {
  type Argument,
  byteArraysIn,
  copyArgument,
  type Operation,
  type WorkerRequest,
  type WorkerResponse,
} from './worker-messages.ts';

export interface WorkerPoolOptions {
  readonly maxWorkers: number;
  /** How long an idle worker is kept. */
  readonly idleMs: number;
  /** The worker's module, where it is not the usual one. */
  readonly worker?: URL;
}

interface Job {
  readonly request: WorkerRequest;
  readonly claimant: Claimant | undefined;
  hasStarted: boolean;
  readonly resolve: (result: Uint8Array | boolean) => void;
  readonly reject: (reason: unknown) => void;
}

interface PooledWorker {
  readonly thread: Worker;
  job: Job | undefined;
  idleTimer: NodeJS.Timeout | undefined;
}

/** Never keeps the process alive unless a job is running or waiting. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #worker: URL;
  readonly #workers = new Set<PooledWorker>();
  readonly #queue = new FairQueue<Job>();
  #nextId = 1;
  #closed = false;

  /** Throws when the worker's module is missing. */
  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#worker = options.worker ?? workerUrl();
  }

  /** Threads that exist now, busy or idle. */
  get workerCount(): number {
    return this.#workers.size;
  }

  /**
   * Copies `args`; rejects with the signal's reason when aborted, and the work stops. So does the signal of the
   * claimant as long as the work waits: ending a thread for each client that leaves would hold up the others.
   */
  async run(
    operation: Operation,
    args: readonly Argument[],
    signal?: AbortSignal,
    claimant?: Claimant,
  ): Promise<Uint8Array | boolean> {
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    const request = { id: this.#nextId++, operation, args: args.map(copyArgument) };
    // Not `unlessAborted`: of the two signals one ends the work, the other its wait alone.
    return await new Promise((resolve, reject) => {
      let leaving: AbortSignal | undefined;
      const abort = (): void => this.#abandon(job, signal?.reason);
      const leave = (): void => {
        if (!job.hasStarted) this.#abandon(job, leaving?.reason);
      };
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', abort);
          leaving?.removeEventListener('abort', leave);
          how(value);
        };
      const ends = { resolve: settle(resolve), reject: settle(reject) };
      const job: Job = { request, claimant, hasStarted: false, ...ends };
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.add(job, claimant);
      this.#startJobs();
      if (job.hasStarted) return;
      leaving = claimant?.signal();
      if (leaving?.aborted) leave();
      else leaving?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Ends all workers; pending and later jobs reject. */
  async close(): Promise<void> {
    this.#closed = true;
    const jobs = [...this.#queue, ...[...this.#workers].flatMap((worker) => worker.job ?? [])];
    for (const job of jobs) this.#abandon(job, closedError());
    await Promise.all([...this.#workers].map((worker) => this.#retire(worker)));
  }

  #startJobs(): void {
    while (!this.#queue.isEmpty) {
      const worker = this.#idleWorker();
      if (!worker) return;
      const job = this.#queue.take() as Job;
      job.hasStarted = true;
      clearTimeout(worker.idleTimer);
      worker.job = job;
      worker.thread.ref();
      const buffers = byteArraysIn(job.request.args).map((bytes) => bytes.buffer);
      worker.thread.postMessage(job.request, buffers);
    }
  }

  #idleWorker(): PooledWorker | undefined {
    for (const worker of this.#workers) if (!worker.job) return worker;
    return this.#workers.size < this.#options.maxWorkers ? this.#startWorker() : undefined;
  }

  #startWorker(): PooledWorker {
    // Flags of the main thread (an inspector, --input-type) are not for the worker.
    const thread = new Worker(this.#worker, { execArgv: [] });
    const worker: PooledWorker = { thread, job: undefined, idleTimer: undefined };
    this.#workers.add(worker);
    worker.thread.on('message', (response: WorkerResponse) => this.#finish(worker, response));
    worker.thread.on('error', (error) => this.#lose(worker, error));
    worker.thread.on('exit', () => this.#lose(worker, new Error('the worker thread ended')));
    return worker;
  }

  #finish(worker: PooledWorker, response: WorkerResponse): void {
    const job = worker.job;
    if (job?.request.id !== response.id) return;
    worker.job = undefined;
    worker.thread.unref();
    worker.idleTimer = setTimeout(() => void this.#retire(worker), this.#options.idleMs).unref();
    if ('error' in response) job.reject(new Error(response.error));
    else job.resolve(response.result);
    this.#startJobs();
  }

  /** The worker is gone, or going: its job fails, and another worker takes over what waits. */
  #lose(worker: PooledWorker, error: Error): void {
    if (!this.#workers.delete(worker)) return;
    clearTimeout(worker.idleTimer);
    worker.job?.reject(error);
    worker.job = undefined;
    this.#startJobs();
  }

  /** A computation in WebAssembly can't be interrupted, so its thread is ended. */
  #abandon(job: Job, reason: unknown): void {
    if (this.#queue.remove(job, job.claimant)) {
      for (const bytes of byteArraysIn(job.request.args)) bytes.fill(0);
    }
    for (const worker of this.#workers) {
      if (worker.job === job) void this.#retire(worker);
    }
    job.reject(reason);
  }

  async #retire(worker: PooledWorker): Promise<void> {
    this.#workers.delete(worker);
    clearTimeout(worker.idleTimer);
    worker.job = undefined;
    await worker.thread.terminate();
    this.#startJobs();
  }
}

/**
 * The worker beside this module: its source, or its bundle. In the bundle this code is in the same
 * directory as the worker or, as a chunk that several entries share, in one below it.
 */
function workerUrl(): URL {
  const candidates = import.meta.url.endsWith('.ts')
    ? ['./crypto-worker.ts']
    : ['./crypto-worker.js', '../crypto-worker.js'];
  const url = candidates.map((path) => new URL(path, import.meta.url)).find((path) => existsSync(path));
  if (!url) throw new Error('crypto-worker is missing from this installation');
  return url;
}

function closedError(): Error {
  return new Error('the crypto worker pool is closed');
}
