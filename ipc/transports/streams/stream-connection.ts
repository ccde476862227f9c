// Serves one stream (socket or pipe) with one session: framing, order, bounds, and the end of it.
import type { Duplex } from 'node:stream';
import type { Session } from '../../../main/agent/agent.ts';
import {
  FAILURE_BODY,
  frame,
  framed,
  MessageParser,
  requestOfOneByte,
  wipeRequest,
} from './message-framing.ts';
import { PeerWatch } from './peer-watch.ts';
import { RequestQueue } from './request-queue.ts';
import type { PeerState, StreamPeer } from './stream-peer.ts';

/** Reading pauses while a connection has more than this waiting to be handled. */
const MAX_QUEUED_BYTES = 512 * 1024;
/**
 * No further replies are made while a client has left more than this unread. Far less than a stream would take, as it
 * keeps half a kilobyte of its own with each, also of a failure in five bytes.
 */
const MAX_UNREAD_BYTES = 1024;
/** What was read is taken in so much at a time, and no more once enough waits. */
const PIECE_BYTES = 1024;
/** Requests answered before other connections get a turn, when none of them had to wait. */
const REQUESTS_PER_TURN = 32;
const NOTHING = new Uint8Array(0);
/** How long a connection that is being refused may go on sending before it is cut. */
const LINGER_MS = 1000;

/**
 * One connection. Requests are handled in order, one at a time; each reply is one write. Reading goes on
 * while a request waits for a person, so that a client that goes away is noticed at once. While reading pauses, and
 * after a client has ended its side, which may be all or half of its going, it is looked at.
 *
 * The stream's chunks are zeroed once read. `openSession` is called at the first request, so that a client
 * that only looks whether somebody listens leaves no trace.
 */
export class StreamConnection {
  readonly #stream: Duplex;
  readonly #openSession: () => Session;
  readonly #parser = new MessageParser();
  readonly #queue = new RequestQueue();
  readonly #peer: StreamPeer;
  readonly #watch: PeerWatch;
  readonly #shareBytes: () => number;
  readonly #onClosed: () => void;
  #session: Session | undefined;
  /** Of what was read, given back to the stream until there is room for it. */
  #untaken = NOTHING;
  #sessionEnded = false;
  #sessionClosed = false;
  #answering = false;
  /** Since others had a turn for sure. */
  #answeredInTurn = 0;
  #clientEnded = false;
  #finished = false;
  #isClosed = false;
  readonly #whenClosed: (() => void)[] = [];

  /**
   * `shareBytes` of what its process may have waiting is this connection's for now. `onClosed` is called once, when `closed`
   * resolves.
   */
  constructor(
    stream: Duplex,
    openSession: () => Session,
    peer: StreamPeer = {},
    shareBytes: () => number = () => MAX_QUEUED_BYTES,
    onClosed: () => void = () => {},
  ) {
    this.#stream = stream;
    this.#openSession = openSession;
    this.#shareBytes = shareBytes;
    this.#onClosed = onClosed;
    this.#peer = peer;
    this.#watch = new PeerWatch(peer.look, (state) => this.#heed(state));
    // A client may end its side and still read: replies to what it has sent must leave.
    stream.allowHalfOpen = true;
    stream.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    stream.on('end', () => this.#endOfRequests());
    // 'close' follows every error; an error itself tells nothing that would change what is done.
    stream.on('error', () => {});
    if (stream.closed) this.#close();
    else stream.on('close', () => this.#close());
    if (stream.readableEnded) this.#endOfRequests();
    else stream.resume();
  }

  /** Resolves when the stream is closed and nothing of it is kept. Never rejects. */
  get closed(): Promise<void> {
    return new Promise((resolve) => (this.#isClosed ? resolve() : this.#whenClosed.push(resolve)));
  }

  #close(): void {
    this.#dispose();
    this.#isClosed = true;
    for (const told of this.#whenClosed) told();
    this.#onClosed();
  }

  /** Cuts the connection: open prompts are closed, unanswered requests dropped. */
  destroy(): void {
    this.#dispose();
    this.#stream.destroy();
  }

  get #maxQueuedBytes(): number {
    return Math.min(MAX_QUEUED_BYTES, this.#shareBytes());
  }

  #receive(chunk: Uint8Array): void {
    // Most are lists, each of which comes alone: then nothing is cut, collected, or made for it.
    const request = this.#parser.isBetweenMessages ? requestOfOneByte(chunk) : undefined;
    if (request === undefined || this.#queue.bytes > 0) {
      this.#receiveAny(chunk);
      return;
    }
    this.#queue.add(request);
    this.#startAnswering();
  }

  #receiveAny(chunk: Uint8Array): void {
    let taken = 0;
    // What is read at a time may be 13,000 requests, which take a hundred times its own memory.
    while (taken < chunk.length && this.#queue.bytes <= this.#maxQueuedBytes) {
      const piece = chunk.subarray(taken, taken + PIECE_BYTES);
      for (const body of this.#parser.push(piece)) this.#queue.add(body);
      piece.fill(0);
      taken += piece.length;
    }
    this.#startAnswering();
    if (this.#queue.bytes <= this.#maxQueuedBytes) {
      if (taken < chunk.length) this.#receiveAny(chunk.subarray(taken));
      return;
    }
    this.#stream.pause();
    this.#watch.start();
    this.#giveBack(chunk.subarray(taken));
  }

  /** A copy, as the next read may be into the same memory. */
  #giveBack(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#untaken = new Uint8Array(new ArrayBuffer(chunk.length));
    this.#untaken.set(chunk);
    chunk.fill(0);
    this.#stream.unshift(this.#untaken);
  }

  #endOfRequests(): void {
    this.#clientEnded = true;
    this.#endSession();
    this.#startAnswering();
    if (this.#answering) this.#watch.start();
  }

  #heed(state: PeerState): void {
    if (state === 'gone') this.destroy();
    if (state === 'ended') this.#endSession();
  }

  #startAnswering(): void {
    if (this.#answering || this.#stream.destroyed) return;
    this.#answering = true;
    this.#answerQueued();
  }

  /**
   * Answers in this turn what nothing waits for; else whatever is waited for calls it again. The queue is asked again each
   * time: requests that came meanwhile belong to this round.
   */
  #answerQueued(): void {
    while (!this.#stream.destroyed) {
      // SECURITY: also a flood of which nothing has to wait must not keep the loop from all others.
      if (this.#answeredInTurn >= REQUESTS_PER_TURN) {
        setImmediate(() => {
          this.#answeredInTurn = 0;
          this.#answerQueued();
        });
        return;
      }
      const request = this.#queue.take();
      if (request === undefined) {
        this.#endAnswering();
        return;
      }
      if (this.#stream.isPaused() && this.#queue.bytes < this.#maxQueuedBytes / 2) this.#goOnReading();
      const reply = this.#answer(request);
      if (reply instanceof Promise) {
        reply.then((late) => this.#reply(request, late) && this.#answerQueued()).catch(() => this.destroy());
        return;
      }
      if (!this.#reply(request, reply)) return;
    }
  }

  #endAnswering(): void {
    this.#answering = false;
    this.#watch.stop();
    if (this.#parser.oversized) this.#refuseOversized();
    else if (this.#clientEnded) this.#finish();
  }

  #goOnReading(): void {
    this.#watch.stop();
    this.#stream.resume();
  }

  /** Never rejects, nor throws. */
  #answer(request: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (request.length === 0) return FAILURE_BODY;
    try {
      const reply = this.#openedSession().handle(request);
      // Sessions don't reject; if one does, its client gets an answer and the others notice nothing.
      return reply instanceof Promise ? reply.catch(() => FAILURE_BODY) : reply;
    } catch {
      return FAILURE_BODY;
    }
  }

  #openedSession(): Session {
    if (!this.#session) {
      this.#session = this.#openSession();
      if (this.#clientEnded) this.#endSession();
    }
    return this.#session;
  }

  #endSession(): void {
    if (this.#sessionEnded || !this.#session) return;
    this.#sessionEnded = true;
    this.#session.end();
  }

  #closeSession(): void {
    if (this.#sessionClosed || !this.#session) return;
    this.#sessionClosed = true;
    this.#session.close();
  }

  /** Wipes the request and sends its reply. False: what comes next waits until the client has read, or has gone. */
  #reply(request: Uint8Array, reply: Uint8Array): boolean {
    wipeRequest(request);
    this.#answeredInTurn++;
    if (this.#stream.destroyed) return false;
    const message = this.#unsent(framed(reply));
    if (message === undefined) return true;
    // So little may stay unread in any case, and a write of which nobody wants to hear is a cheap one.
    if (this.#stream.writableLength + message.length <= MAX_UNREAD_BYTES) {
      this.#stream.write(message);
      return true;
    }
    let isAwaited = false;
    this.#stream.write(message, () => {
      if (isAwaited) this.#answerQueued();
    });
    isAwaited = this.#stream.writableLength > MAX_UNREAD_BYTES;
    return !isAwaited;
  }

  /** What the system does not take at once. SECURITY: that is bounded there, and what it does not take is bounded here. */
  #unsent(message: Uint8Array): Uint8Array | undefined {
    const taken = this.#stream.writableLength === 0 ? (this.#peer.send?.(message) ?? 0) : 0;
    if (taken === message.length) return undefined;
    return taken === 0 ? message : message.subarray(taken);
  }

  #refuseOversized(): void {
    if (this.#finished) return;
    this.#stream.write(frame(FAILURE_BODY));
    this.#finish();
    // Closing now, with bytes unread, would reset the connection and could destroy the reply on its way.
    setTimeout(() => this.destroy(), LINGER_MS).unref();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    // With nobody there nothing has to be told.
    if (this.#peer.look?.() === 'gone') this.destroy();
    else this.#stream.end();
  }

  #dispose(): void {
    this.#clientEnded = true;
    this.#watch.stop();
    this.#closeSession();
    this.#queue.wipe();
    this.#parser.wipe();
    this.#untaken.fill(0);
  }
}
