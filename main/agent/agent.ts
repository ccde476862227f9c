// The only way in: a transport opens a session for a peer and hands it whole messages.
import type { Peer } from './facts/peer.ts';

/** One connection's conversation with the agent. */
export interface Session {
  /**
   * Answers one request body (without its length prefix) with one reply body, at once where nothing is waited for. The
   * reply may be shared with others: nobody may write to it. Never rejects, nor throws.
   * Calls are answered in order: the next one starts when the one before has been answered.
   */
  handle(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * The client sends nothing more, and may be gone: prompts that only it waited for close, and later requests that
   * need a person fail.
   */
  end(): void;
  /** The client is gone: as `end()`, and what waits for its turn is not done any more. */
  close(): void;
}

export type OpenSession = (peer: Peer) => Session;
