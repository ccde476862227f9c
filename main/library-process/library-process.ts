// A process of its own for a foreign native library: it shares no memory with keys, and its hang or crash takes nothing along.
import type { Clock } from '../basics/clock.ts';
import { Listeners } from '../basics/listeners.ts';
import { Turns } from '../basics/turns.ts';
import { unlessAborted } from '../basics/waiting.ts';
import { MalformedMessageError } from '../keys/encoding/wire.ts';
import type { LibraryChannel, StartLibraryProcess } from './library-channel.ts';
import { encodeLibraryRequest, maxLibraryMessageBytes, parseLibraryReply } from './library-messages.ts';

export type LibraryTrouble =
  /** The process ended, or said what makes no sense. */
  | 'crashed'
  /** A call took longer than it may, so the process was ended. */
  | 'stuck'
  /** The program threw what nobody expected; `message` is its text. */
  | 'failed'
  /** What was asked is too long for a message. */
  | 'too-long'
  /** It was closed. */
  | 'closed';

export class LibraryProcessError extends Error {
  override readonly name = 'LibraryProcessError';
  readonly trouble: LibraryTrouble;

  constructor(trouble: LibraryTrouble, message: string = trouble) {
    super(message);
    this.trouble = trouble;
  }
}

export interface LibraryCall {
  readonly operation: string;
  /** As the program reads it; stays the caller's, to wipe. */
  readonly body: Uint8Array;
  /** What the library may take for it, once its turn has come: then the process is ended. */
  readonly limitMs: number;
  readonly signal?: AbortSignal;
  /**
   * How much longer the library may take when the signal was aborted, before the process is ended; others wait for that. For
   * calls that must not be broken off, as the process is signed in to a token. Left out: not at all.
   */
  readonly graceMs?: number;
}

type Ask = (call: LibraryCall) => Promise<Uint8Array>;

export interface LibraryProcessOptions {
  /** By which name `main/library-host.ts` knows it. */
  readonly program: string;
  readonly start: StartLibraryProcess;
  readonly clock: Clock;
  /** Makes a process that was just started ready, as by loading the library. What it rejects with, calls do. */
  readonly prepare: (ask: Ask) => Promise<void>;
}

/** After an end that nobody wished: no new process for so long, and twice as long after each further one. */
const firstRestMs = 1000;
const longestRestMs = 60_000;
/** A program says something without being asked when a token comes or goes, say. */
const maxEventsBetweenReplies = 1000;

interface Waiting {
  readonly id: number;
  readonly settle: (result: Uint8Array | LibraryProcessError) => void;
}

/** One that runs. */
interface Running {
  readonly channel: LibraryChannel;
  /** Rejects when it could not be made ready. */
  ready: Promise<void>;
}

export class LibraryProcess {
  readonly #options: LibraryProcessOptions;
  /** A library is asked one thing at a time. */
  readonly #turns = new Turns({ places: 1, dearPlaces: 1 });
  readonly #events = new Listeners<[Uint8Array]>(() => {});
  readonly #ended = new Listeners(() => {});
  #running: Running | undefined;
  #waiting: Waiting | undefined;
  #latestId = 0;
  #restMs = firstRestMs;
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  /** Why it rests. */
  #latestFailure: unknown = new LibraryProcessError('crashed');
  #eventsSinceReply = 0;
  #isClosed = false;

  constructor(options: LibraryProcessOptions) {
    this.#options = options;
  }

  /** Calls back with what the program says without having been asked. */
  onEvent(listener: (body: Uint8Array) => void): () => void {
    return this.#events.add(listener);
  }

  /** Calls back when a process has ended, whyever: what was open in it is closed. */
  onEnded(listener: () => void): () => void {
    return this.#ended.add(listener);
  }

  /**
   * Asks the program, which is started where it does not run; one call at a time. Rejects with LibraryProcessError, or with
   * the signal's reason as soon as that is aborted.
   */
  call(call: LibraryCall): Promise<Uint8Array> {
    const { signal } = call;
    return unlessAborted<Uint8Array>(signal, (resolve, reject) => {
      const claimant = signal && { process: undefined, connection: call, signal: () => signal };
      this.#turns
        .run({ key: call, isDear: false, claimant }, () => this.#callNow(call))
        .then(resolve, reject);
      return undefined;
    });
  }

  /** Whether it answers a call now, also one that nobody waits for any more. */
  get isBusy(): boolean {
    return this.#waiting !== undefined;
  }

  /** Ends the process for good. */
  close(): void {
    this.#isClosed = true;
    this.#end('closed');
  }

  /** Ends the process; the next call starts another at once. What was open in it is closed. */
  restart(): void {
    this.#end('closed');
  }

  async #callNow(call: LibraryCall): Promise<Uint8Array> {
    await this.#start();
    // Who left while it was made ready wants nothing of it any more.
    call.signal?.throwIfAborted();
    const result = await this.#ask(call);
    this.#restMs = firstRestMs;
    return result;
  }

  async #start(): Promise<void> {
    if (this.#isClosed) throw new LibraryProcessError('closed');
    if (this.#running === undefined) {
      const { clock, program, start, prepare } = this.#options;
      if (clock.elapsedMs() < this.#restsUntilMs) throw this.#latestFailure;
      const channel: LibraryChannel = start(program, {
        onMessage: (message) => this.#running?.channel === channel && this.#take(message),
        onEnd: () => this.#running?.channel === channel && this.#lose('crashed'),
      });
      const running: Running = { channel, ready: Promise.resolve() };
      this.#running = running;
      running.ready = prepare((call) => this.#ask(call));
    }
    const running = this.#running;
    try {
      await running.ready;
    } catch (error) {
      // A library that can't be made ready may be soon, but no process is started for each call until then.
      if (running === this.#running) {
        this.#latestFailure = error;
        this.#restsUntilMs = this.#options.clock.elapsedMs() + firstRestMs;
      }
      // Nothing of the failed attempt shall be left.
      this.#end('closed');
      throw error;
    }
  }

  #ask({ operation, body, limitMs, signal, graceMs = 0 }: LibraryCall): Promise<Uint8Array> {
    const { channel } = this.#running ?? {};
    if (channel === undefined) throw this.#latestFailure;
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const id = ++this.#latestId;
      const message = encodeLibraryRequest({ id, operation, body });
      if (message.length > maxLibraryMessageBytes) {
        message.fill(0);
        reject(new LibraryProcessError('too-long'));
        return;
      }
      const stops = [clock.schedule(limitMs, () => this.#lose('stuck'))];
      const leave = () => {
        // Nobody waits for the answer: it is no trouble of the library's.
        if (graceMs === 0) this.#end('closed');
        else stops.push(clock.schedule(graceMs, () => this.#end('closed')));
      };
      this.#waiting = {
        id,
        settle: (result) => {
          for (const stop of stops) stop();
          signal?.removeEventListener('abort', leave);
          this.#waiting = undefined;
          if (result instanceof LibraryProcessError) reject(result);
          else resolve(result);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      channel.send(message);
    });
  }

  #take(message: Uint8Array): void {
    try {
      const reply = parseLibraryReply(message);
      if (reply?.kind === 'event') this.#tell(reply.body);
      else if (reply === undefined || reply.id !== this.#waiting?.id) this.#lose('crashed');
      else {
        this.#eventsSinceReply = 0;
        this.#waiting.settle(
          reply.kind === 'result' ? reply.body : new LibraryProcessError('failed', reply.message),
        );
      }
    } catch (error) {
      if (!(error instanceof MalformedMessageError)) throw error;
      this.#lose('crashed');
    }
  }

  /** SECURITY: one that does nothing but tell is ended, as we would do nothing but listen. */
  #tell(body: Uint8Array): void {
    if (++this.#eventsSinceReply > maxEventsBetweenReplies) this.#lose('crashed');
    else this.#events.tell(body);
  }

  /** It has ended by itself, or must be. */
  #lose(trouble: LibraryTrouble): void {
    if (this.#running === undefined) return;
    this.#latestFailure = new LibraryProcessError(trouble);
    this.#restsUntilMs = this.#options.clock.elapsedMs() + this.#restMs;
    this.#restMs = Math.min(2 * this.#restMs, longestRestMs);
    this.#end(trouble);
  }

  #end(trouble: LibraryTrouble): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#eventsSinceReply = 0;
    running.channel.kill();
    this.#waiting?.settle(new LibraryProcessError(trouble));
    this.#ended.tell();
  }
}
