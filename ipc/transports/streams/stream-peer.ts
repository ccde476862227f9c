// What a door tells of the program at the other end of a stream.

/**
 * `gone`: nobody reads replies any more. `ended`: it sends nothing more than what is on its way, and may read still.
 */
export type PeerState = 'there' | 'ended' | 'gone';

export interface StreamPeer {
  /** Its process, where that is known: the connections that a door keeps are shared fairly between processes. */
  readonly pid?: number | undefined;
  /**
   * Looks whether it is there, also while nothing is read from the stream. Never rejects. Left out where the stream
   * itself tells all there is to know.
   */
  readonly look?: () => PeerState | Promise<PeerState>;
  /**
   * Hands bytes to the system, past the stream, which must have nothing to write: tells how many it has taken, and the
   * stream is left the others. Never throws. Left out where only the stream can write.
   */
  readonly send?: (bytes: Uint8Array) => number;
}
