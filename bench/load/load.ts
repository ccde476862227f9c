// A load in a thread of its own, which is started once: its code is warm when it counts.
import { Worker } from 'node:worker_threads';
import type { LoadOrder, LoadResult } from './load-order.ts';

export class Load {
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker = new Worker(new URL('./load-worker.ts', import.meta.url), { workerData: this.#stop });

  /** One at a time. Rejects when the agent refuses, closes, or does not answer. */
  run(order: LoadOrder): Promise<LoadResult> {
    Atomics.store(this.#stop, 0, 0);
    return new Promise((resolve, reject) => {
      const settled = (act: () => void) => {
        this.#worker.removeAllListeners('message').removeAllListeners('error');
        act();
      };
      this.#worker.once('message', (result: LoadResult | Error) =>
        settled(() => (result instanceof Error ? reject(result) : resolve(result))),
      );
      this.#worker.once('error', (problem) => settled(() => reject(problem)));
      this.#worker.postMessage(order);
    });
  }

  /** What runs asks nothing more, and is told when all replies are there. */
  stop(): void {
    Atomics.store(this.#stop, 0, 1);
  }

  async close(): Promise<void> {
    this.stop();
    await this.#worker.terminate();
  }
}
