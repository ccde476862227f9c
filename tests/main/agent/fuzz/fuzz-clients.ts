// Clients that send anything, over a session itself or through the framing of the stream transports.
import { Duplex } from 'node:stream';
import { frame, MAX_BODY_BYTES } from '../../../../ipc/transports/streams/message-framing.ts';
import { StreamConnection } from '../../../../ipc/transports/streams/stream-connection.ts';
import type { Session } from '../../../../main/agent/agent.ts';
import type { Random } from './message-fields.ts';
import { checkReply } from './reply-check.ts';
import { mutate } from './seeded-random.ts';

/** Called with each reply, in the order of the requests; a request that was none is empty. */
export type OnReply = (request: Uint8Array, reply: Uint8Array) => void;
/** Called with what must not happen. */
export type OnProblem = (problem: string) => void;

export interface FuzzClient {
  /** Requests that wait for their reply, the oldest first; copies. */
  readonly pending: readonly Uint8Array[];
  readonly hasLeft: boolean;
  send(message: Uint8Array): void;
  /** Goes away, whatever is still unanswered. */
  leave(): void;
}

interface ClientOptions {
  /** Called with each request before it is sent: it may be answered at once. */
  readonly onRequest: (request: Uint8Array) => void;
  readonly maxReplyBytes: number | undefined;
  readonly onReply: OnReply;
  readonly onProblem: OnProblem;
}

/** Takes replies in the order of the requests and checks each. */
class Replies {
  readonly pending: Uint8Array[] = [];
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  expect(request: Uint8Array): void {
    this.pending.push(request);
    this.#options.onRequest(request);
  }

  take(reply: Uint8Array): void {
    const { onProblem, onReply, maxReplyBytes } = this.#options;
    const request = this.pending.shift();
    if (request === undefined) {
      onProblem('a reply that nobody asked for');
      return;
    }
    try {
      checkReply(request, reply, maxReplyBytes);
    } catch (error) {
      onProblem(`reply ${hex(reply)} to ${hex(request)}: ${(error as Error).message}`);
    }
    onReply(request, reply);
  }
}

export const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').slice(0, 2000);

/** What a transport does with a session, without the transport. */
export class DirectClient implements FuzzClient {
  readonly #session: Session;
  readonly #replies: Replies;
  readonly #onProblem: OnProblem;
  #sent = 0;
  #answered = 0;
  hasLeft = false;

  constructor(session: Session, options: ClientOptions) {
    this.#session = session;
    this.#replies = new Replies(options);
    this.#onProblem = options.onProblem;
  }

  get pending(): readonly Uint8Array[] {
    return this.#replies.pending;
  }

  send(message: Uint8Array): void {
    const number = this.#sent++;
    this.#replies.expect(message.slice());
    try {
      Promise.resolve(this.#session.handle(message)).then(
        (reply) => {
          if (number !== this.#answered++) this.#onProblem('replies out of order');
          this.#replies.take(reply);
          message.fill(0);
        },
        (error: unknown) => this.#onProblem(`handle rejected ${hex(message)}: ${String(error)}`),
      );
    } catch (error) {
      this.#onProblem(`handle threw ${hex(message)}: ${String(error)}`);
    }
  }

  leave(): void {
    this.hasLeft = true;
    this.#session.close();
  }
}

class Pipe extends Duplex {
  readonly #onWrite: (bytes: Uint8Array) => void;

  constructor(onWrite: (bytes: Uint8Array) => void) {
    super();
    this.#onWrite = onWrite;
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#onWrite(chunk);
    done();
  }
}

/** Sends frames in chunks of any size, now and then damaged ones, and reads the stream by a framing of its own. */
export class StreamClient implements FuzzClient {
  readonly #pipe: Pipe;
  readonly #connection: StreamConnection;
  readonly #replies: Replies;
  readonly #random: Random;
  #unread = Buffer.alloc(0);
  #isOversized = false;
  hasLeft = false;

  constructor(openSession: () => Session, random: Random, options: ClientOptions) {
    this.#random = random;
    this.#replies = new Replies(options);
    this.#pipe = new Pipe((bytes) => {
      const isOneFrame = bytes.length > 4 && Buffer.from(bytes).readUInt32BE() === bytes.length - 4;
      if (isOneFrame) this.#replies.take(Uint8Array.from(bytes.subarray(4)));
      else options.onProblem(`a write that is not one frame: ${hex(bytes)}`);
    });
    this.#connection = new StreamConnection(this.#pipe, openSession);
  }

  get pending(): readonly Uint8Array[] {
    return this.#replies.pending;
  }

  send(message: Uint8Array): void {
    const framed = frame(message);
    const sent = this.#random(40) === 0 ? mutate(framed, this.#random) : framed;
    this.#expect(sent);
    for (let at = 0; at < sent.length; ) {
      const end = this.#random(3) === 0 ? at + 1 + this.#random(Math.min(sent.length, 300)) : sent.length;
      // A copy: the transport wipes what it has read.
      this.#pipe.push(Buffer.from(sent.subarray(at, end)));
      at = end;
    }
  }

  /** By closing the connection, or by ending its own side and still reading. */
  leave(): void {
    this.hasLeft = true;
    if (this.#random(2) === 0) this.#pipe.push(null);
    else this.cut();
  }

  cut(): void {
    this.#connection.destroy();
    this.#replies.pending.length = 0;
  }

  /** Which bodies the bytes make, read as simply as can be. */
  #expect(bytes: Uint8Array): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= 4 && !this.#isOversized) {
      const length = this.#unread.readUInt32BE();
      this.#isOversized = length > MAX_BODY_BYTES;
      if (!this.#isOversized && this.#unread.length < 4 + length) return;
      const end = this.#isOversized ? 4 : 4 + length;
      this.#replies.expect(Uint8Array.from(this.#unread.subarray(4, end)));
      this.#unread = this.#unread.subarray(end);
    }
    if (this.#isOversized) this.hasLeft = true;
  }
}
