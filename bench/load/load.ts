// A load in a thread of its own, which is started once: its code is warm when it counts.
import { Worker } from 'node:worker_threads';
import type { LoadOrder, LoadResult } from './load-order.ts';

export class Load {
  readonly #worker = new Worker(new URL('./load-worker.ts', import.meta.url));

  /** One at a time. Rejects when the agent refuses, closes, or does not answer. */
  run(order: LoadOrder): Promise<LoadResult> {
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
    this.#worker.postMessage('stop');
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
