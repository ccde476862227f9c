// The thread that asks an agent as fast as it answers: one order after another, each answered with a result. While it
// runs an order its event loop stands still.
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { quantile } from '../report/statistics.ts';
import type { LoadOrder, LoadResult } from './load-order.ts';
import { ReplyCounter } from './reply-counter.ts';
import { close, connectTo, Readiness, read, runOn, write } from './system-calls.ts';

const readBytes = 65_536;
/** No agent needs as long for a reply, unless it has lost the request. */
const stallMs = 20_000;
/** Whether the time is over is looked at after so many replies, where they come fast. */
const repliesPerLook = 32;

/** Not 0 when the order shall end: no message is heard while it runs. */
const stop = workerData as Int32Array<SharedArrayBuffer>;

/** Of all connections, one after another. */
const buffer = new Uint8Array(readBytes);

/** A connection with one request on its way at a time. */
class Talk {
  readonly fd: number;
  #sinceMs = 0;
  readonly #counter: ReplyCounter;

  constructor({ socketPath, reply }: LoadOrder) {
    this.#counter = new ReplyCounter(reply);
    this.#sinceMs = performance.now();
    this.fd = connectTo(socketPath);
  }

  ask(message: Uint8Array): void {
    this.#sinceMs = performance.now();
    write(this.fd, message);
  }

  /** Takes what is there. Microseconds since the request where that was the end of its reply. */
  hear(): number | undefined {
    const length = read(this.fd, buffer);
    if (length === undefined) return undefined;
    if (length === 0) throw new Error('the agent has closed a connection');
    const isWhole = this.#counter.feed(buffer, length) > 0;
    return isWhole ? (performance.now() - this.#sinceMs) * 1000 : undefined;
  }
}

class LoadRun {
  readonly #order: LoadOrder;
  readonly #timesUs: number[] = [];
  #startedMs = performance.now();
  #startedCpu = process.threadCpuUsage();
  #lastReplyMs = this.#startedMs;
  #sent = 0;
  #sinceLook = 0;
  #atEnd: Pick<LoadResult, 'replies' | 'elapsedMs' | 'busy'> | undefined;

  constructor(order: LoadOrder) {
    this.#order = order;
  }

  run(): LoadResult {
    const { connections, reconnects } = this.#order;
    if (reconnects) this.#reconnect();
    else if (connections === 1) this.#converse();
    else this.#converseWithMany(connections);
    this.#end();
    return {
      ...(this.#atEnd ?? { replies: 0, elapsedMs: 0, busy: 0 }),
      allReplies: this.#timesUs.length,
      p50Us: quantile(this.#timesUs, 0.5),
      p99Us: quantile(this.#timesUs, 0.99),
    };
  }

  /** The connections are there: from here on the time counts. */
  #begin(): void {
    this.#startedCpu = process.threadCpuUsage();
    this.#startedMs = performance.now();
    this.#lastReplyMs = this.#startedMs;
  }

  /** From here on nothing is asked for; what is on its way is waited for. */
  #end(): void {
    if (this.#atEnd !== undefined) return;
    const elapsedMs = performance.now() - this.#startedMs;
    const { user, system } = process.threadCpuUsage(this.#startedCpu);
    this.#atEnd = {
      replies: this.#timesUs.length,
      elapsedMs,
      busy: Math.min(1, (user + system) / 1000 / elapsedMs),
    };
  }

  /** Looks at the time and at what we are told. Throws when no reply came for too long. */
  #look(): void {
    const { afterMs } = this.#order;
    const nowMs = performance.now();
    if (this.#sinceLook > 0) this.#lastReplyMs = nowMs;
    this.#sinceLook = 0;
    if (nowMs - this.#lastReplyMs > stallMs) throw new Error('the agent does not answer any more');
    const isOver = afterMs !== undefined && nowMs - this.#startedMs >= afterMs;
    if (isOver || Atomics.load(stop, 0) !== 0) this.#end();
  }

  #count(tookUs: number): void {
    this.#timesUs.push(tookUs);
    this.#sinceLook += 1;
    if (this.#timesUs.length === this.#order.afterReplies) this.#end();
    else if (this.#sinceLook >= repliesPerLook || tookUs > 1000) this.#look();
  }

  #nextMessage(): Uint8Array {
    const { messages } = this.#order;
    return messages[this.#sent++ % messages.length] ?? new Uint8Array();
  }

  /** Until a reply is there, or nothing more is asked for and none will be. */
  #hearReply(talk: Talk): void {
    for (;;) {
      const tookUs = talk.hear();
      if (tookUs !== undefined) {
        this.#count(tookUs);
        return;
      }
      this.#look();
    }
  }

  #converse(): void {
    const talk = new Talk(this.#order);
    this.#begin();
    try {
      while (this.#atEnd === undefined) {
        talk.ask(this.#nextMessage());
        this.#hearReply(talk);
      }
    } finally {
      close(talk.fd);
    }
  }

  #reconnect(): void {
    while (this.#atEnd === undefined) {
      const sinceMs = performance.now();
      const talk = new Talk(this.#order);
      try {
        talk.ask(this.#nextMessage());
        while (talk.hear() === undefined) this.#look();
      } finally {
        close(talk.fd);
      }
      this.#count((performance.now() - sinceMs) * 1000);
    }
  }

  #converseWithMany(connections: number): void {
    const talks: Talk[] = [];
    const readiness = new Readiness();
    try {
      for (let n = 0; n < connections; n++) {
        const talk = new Talk(this.#order);
        talks.push(talk);
        readiness.add(talk.fd, n);
      }
      this.#begin();
      for (const talk of talks) talk.ask(this.#nextMessage());
      this.#hearAll(talks, readiness);
    } finally {
      readiness.close();
      for (const { fd } of talks) close(fd);
    }
  }

  #hearAll(talks: readonly Talk[], readiness: Readiness): void {
    for (let waiting = talks.length; waiting > 0; ) {
      const ready = readiness.wait();
      if (ready === 0) this.#look();
      for (let index = 0; index < ready; index++) {
        const talk = talks[readiness.token(index)];
        const tookUs = talk?.hear();
        if (tookUs === undefined) continue;
        this.#count(tookUs);
        if (this.#atEnd === undefined) talk?.ask(this.#nextMessage());
        else waiting -= 1;
      }
    }
  }
}

parentPort?.on('message', (order: LoadOrder) => {
  try {
    if (order.cores) runOn(order.cores);
    parentPort?.postMessage(new LoadRun(order).run());
  } catch (problem: unknown) {
    parentPort?.postMessage(problem instanceof Error ? problem : new Error(String(problem)));
  }
});
