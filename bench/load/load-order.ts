// What the thread of a load is told, and what it tells.

export interface LoadOrder {
  readonly socketPath: string;
  /** Each has one request on its way at a time. */
  readonly connections: number;
  /** With their lengths in front, sent in turn. */
  readonly messages: readonly Uint8Array[];
  /** The first byte of each reply. */
  readonly reply: number;
  /** A connection for each request, whose making and closing counts. */
  readonly reconnects: boolean;
  /** After so much time, so many replies, or when it is told to stop, whichever comes first. */
  readonly afterMs: number | undefined;
  readonly afterReplies: number | undefined;
  /** Where the thread runs. */
  readonly cores: readonly number[];
}

export interface LoadResult {
  /** That came until the end of the time. */
  readonly replies: number;
  readonly elapsedMs: number;
  /** With those that were still on their way at the end. */
  readonly allReplies: number;
  /** From writing a request to the end of its reply. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** Processor time of the load's thread, as a share of the time, 0 to 1. */
  readonly busy: number;
}

/** Puts the length in front of a message. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + message.length);
  new DataView(frame.buffer).setUint32(0, message.length);
  frame.set(message, 4);
  return frame;
}
