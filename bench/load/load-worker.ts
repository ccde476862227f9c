// The thread that asks an agent as fast as it answers: one order after another, each answered with a result.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';
import { quantile } from '../report/statistics.ts';
import type { LoadOrder, LoadResult } from './load-order.ts';
import { ReplyCounter } from './reply-counter.ts';

const readBytes = 65_536;
/** No agent needs as long for a reply, unless it has lost the request. */
const stallMs = 20_000;

/** A connection, which reads into one buffer again and again. */
class Talk {
  readonly socket: Socket;
  onReply = (): void => {};

  constructor({ socketPath, reply }: LoadOrder, failed: (problem: unknown) => void) {
    const counter = new ReplyCounter(reply);
    const callback = (length: number, buffer: Uint8Array) => {
      try {
        if (counter.feed(buffer.subarray(0, length)) > 0) this.onReply();
      } catch (problem: unknown) {
        failed(problem);
      }
      return true;
    };
    this.socket = connect({ path: socketPath, onread: { buffer: new Uint8Array(readBytes), callback } });
    this.socket.on('error', failed);
  }
}

class LoadRun {
  readonly #order: LoadOrder;
  readonly #timesUs: number[] = [];
  readonly #result: Promise<LoadResult>;
  #resolve: (result: LoadResult) => void = () => {};
  #reject: (problem: unknown) => void = () => {};
  #sent = 0;
  #busyWith = 0;
  #startedMs = 0;
  #startedLoop: EventLoopUtilization | undefined;
  #atEnd: Pick<LoadResult, 'replies' | 'elapsedMs' | 'busy'> | undefined;

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits for it hears of it; it may fail before anybody does.
    this.#result.catch(() => {});
  }

  async run(): Promise<LoadResult> {
    const { connections, reconnects, afterMs } = this.#order;
    const talks = reconnects
      ? []
      : await Promise.all(Array.from({ length: connections }, () => this.#open()));
    this.#startedMs = performance.now();
    this.#startedLoop = performance.eventLoopUtilization();
    const timer = afterMs === undefined ? undefined : setTimeout(() => this.stop(), afterMs);
    let seen = -1;
    const stalled = setInterval(() => {
      if (seen === this.#timesUs.length) this.#reject(new Error('the agent does not answer any more'));
      seen = this.#timesUs.length;
    }, stallMs);
    try {
      if (reconnects) for (let n = 0; n < connections; n++) void this.#reconnect();
      else for (const talk of talks) this.#converse(talk);
      return await this.#result;
    } finally {
      clearTimeout(timer);
      clearInterval(stalled);
      for (const { socket } of talks) socket.destroy();
    }
  }

  /** Asks nothing more; the result comes when all replies have. */
  stop(): void {
    const { utilization } = performance.eventLoopUtilization(this.#startedLoop);
    const elapsedMs = performance.now() - this.#startedMs;
    this.#atEnd ??= { replies: this.#timesUs.length, elapsedMs, busy: utilization };
  }

  async #open(): Promise<Talk> {
    const talk = new Talk(this.#order, (problem) => this.#reject(problem));
    await once(talk.socket, 'connect');
    return talk;
  }

  #nextMessage(): Uint8Array {
    const { messages } = this.#order;
    return messages[this.#sent++ % messages.length] ?? new Uint8Array();
  }

  /** Counts a reply; true when another is to be asked for. */
  #goesOn(sinceMs: number): boolean {
    this.#timesUs.push((performance.now() - sinceMs) * 1000);
    if (this.#timesUs.length === this.#order.afterReplies) this.stop();
    if (this.#atEnd === undefined) return true;
    this.#busyWith -= 1;
    if (this.#busyWith === 0) this.#finish(this.#atEnd);
    return false;
  }

  #converse(talk: Talk): void {
    this.#busyWith += 1;
    let sinceMs = 0;
    const ask = () => {
      sinceMs = performance.now();
      talk.socket.write(this.#nextMessage());
    };
    talk.onReply = () => {
      if (this.#goesOn(sinceMs)) ask();
    };
    talk.socket.on('close', () => this.#reject(new Error('the agent has closed a connection')));
    ask();
  }

  async #reconnect(): Promise<void> {
    this.#busyWith += 1;
    try {
      for (let goesOn = true; goesOn; ) {
        const sinceMs = performance.now();
        const talk = await this.#open();
        const replied = new Promise<void>((resolve) => {
          talk.onReply = resolve;
        });
        talk.socket.write(this.#nextMessage());
        await replied;
        talk.socket.destroy();
        goesOn = this.#goesOn(sinceMs);
      }
    } catch (problem: unknown) {
      this.#reject(problem);
    }
  }

  #finish(atEnd: Pick<LoadResult, 'replies' | 'elapsedMs' | 'busy'>): void {
    this.#resolve({
      ...atEnd,
      allReplies: this.#timesUs.length,
      p50Us: quantile(this.#timesUs, 0.5),
      p99Us: quantile(this.#timesUs, 0.99),
    });
  }
}

let running: LoadRun | undefined;

parentPort?.on('message', (order: LoadOrder | 'stop') => {
  if (order === 'stop') {
    running?.stop();
    return;
  }
  running = new LoadRun(order);
  running.run().then(
    (result) => parentPort?.postMessage(result),
    (problem: unknown) =>
      parentPort?.postMessage(problem instanceof Error ? problem : new Error(String(problem))),
  );
});
