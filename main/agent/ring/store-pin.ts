// The PIN of a store: asked for and kept as the passphrase of a key is, for all of its keys together.
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

function pinTrials(held: HeldStore): SecretTrials<Opened> {
  return {
    pinOf: held.store.title,
    async tryOn(pin, signal) {
      try {
        signal.throwIfAborted();
        // SECURITY: once, and in one encoding: a token counts wrong PINs and is locked for good by a few of them.
        await held.open(pin.bytes, signal);
        return {
          kind: 'opened',
          privateKey: { destroy: () => held.lock() },
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

/** `queue` is where its prompts wait for the person. */
export function storePin(
  held: HeldStore,
  ports: AgentPorts,
  queue: PromptQueue,
  onChanged: () => void,
): StorePin {
  return new Unlocking(ports, queue, onChanged, () => pinTrials(held));
}
