// The PIN of a store, or of each token of it: asked for and kept as the passphrase of a key is, for all of its keys together.
import { keyDropped } from '../../keys/dropped-keys.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import { WrongPinError } from '../ports/key-store.ts';
import { toError } from '../protocol/errors.ts';
import type { HeldStore } from '../stores/held-store.ts';
import type { Opened } from './held-key.ts';
import type { SecretTrials } from './secret-trials.ts';
import { Unlocking } from './unlocking.ts';

export type StorePin = Unlocking<Opened>;

const opened = (held: HeldStore, place: string | undefined): Opened => ({ destroy: () => held.lock(place) });

function pinTrials(held: HeldStore, place: string | undefined): SecretTrials<Opened> {
  return {
    pinOf: held.titleOf(place),
    async tryOn(pin, signal) {
      try {
        signal.throwIfAborted();
        // SECURITY: once, and in one encoding: a token counts wrong PINs and is locked for good by a few of them.
        await held.open(pin.bytes, signal, place);
        return {
          kind: 'opened',
          privateKey: opened(held, place),
          noteOpened: () => !held.isClosed,
        };
      } catch (error) {
        signal.throwIfAborted();
        const { message } = toError(error);
        if (error instanceof WrongPinError) return { kind: 'wrong-passphrase', problem: message };
        return { kind: 'unusable', why: message };
      } finally {
        pin.wipe();
        keyDropped();
      }
    },
  };
}

/** The PINs of one store. */
export class StorePins {
  readonly #held: HeldStore;
  readonly #newPin: (trials: () => SecretTrials<Opened>) => StorePin;
  /** By place; the store's own by undefined. */
  readonly #pins = new Map<string | undefined, StorePin>();

  /** `queue` is where their prompts wait for the person. */
  constructor(held: HeldStore, ports: AgentPorts, queue: PromptQueue, onChanged: () => void) {
    this.#held = held;
    this.#newPin = (trials) => new Unlocking(ports, queue, onChanged, trials);
  }

  of(place: string | undefined): StorePin {
    const known = this.#pins.get(place);
    if (known) return known;
    const pin = this.#newPin(() => pinTrials(this.#held, place));
    this.#pins.set(place, pin);
    return pin;
  }

  /** With a PIN that came without being asked for; wipes it. Rejects as HeldStore.open does. */
  async open(place: string | undefined, pin: Uint8Array, signal: AbortSignal): Promise<void> {
    try {
      await this.#held.open(pin, signal, place);
    } finally {
      pin.fill(0);
      keyDropped();
    }
    this.of(place).add(opened(this.#held, place));
  }

  /** Drops what is open. */
  drop(): void {
    for (const pin of this.#pins.values()) pin.drop();
  }

  /** Ends all of it, and tells nobody. */
  dispose(): void {
    for (const pin of this.#pins.values()) pin.dispose();
  }
}
