// Looks again and again whether a client is still there, for as long as its stream would not tell.
import type { PeerState, StreamPeer } from './stream-peer.ts';

/** A client that has gone keeps its prompt, its connection and its turn for so long at most. */
const LOOK_EVERY_MS = 250;

export class PeerWatch {
  readonly #look: StreamPeer['look'];
  readonly #onState: (state: PeerState) => void;
  #isOn = false;
  #isLooking = false;
  #timer: NodeJS.Timeout | undefined;

  /** Without `look` it never calls back. */
  constructor(look: StreamPeer['look'], onState: (state: PeerState) => void) {
    this.#look = look;
    this.#onState = onState;
  }

  /** Looks now, and then every quarter of a second; nothing new when it does so already. */
  start(): void {
    if (this.#isOn || !this.#look) return;
    this.#isOn = true;
    if (!this.#isLooking) void this.#lookOn(this.#look);
  }

  stop(): void {
    this.#isOn = false;
    clearTimeout(this.#timer);
  }

  async #lookOn(look: NonNullable<StreamPeer['look']>): Promise<void> {
    this.#isLooking = true;
    const state = await look();
    this.#isLooking = false;
    if (!this.#isOn) return;
    this.#timer = setTimeout(() => void this.#lookOn(look), LOOK_EVERY_MS).unref();
    this.#onState(state);
  }
}
