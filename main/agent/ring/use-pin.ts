// The PIN of a security key: asked for at each use that wants it, and kept for no other.
import { keyDropped } from '../../keys/dropped-keys.ts';
import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import { NotAllowedError } from '../protocol/errors.ts';
import { HeldKey, type KeyLease, type Opened } from './held-key.ts';
import type { KeyAsker } from './ring-key.ts';
import type { AttemptsBefore, SecretTrials } from './secret-trials.ts';
import { UnlockPrompt } from './unlock-prompt.ts';

/** As the person typed it, until it is let go. */
export class TypedPin implements Opened {
  readonly #secret: SecretBytes;

  /** Takes ownership. */
  constructor(secret: SecretBytes) {
    this.#secret = secret;
  }

  /** UTF-8. */
  get bytes(): Uint8Array {
    return this.#secret.bytes;
  }

  destroy(): void {
    this.#secret.wipe();
    keyDropped();
  }
}

/** One question for a PIN. */
export interface PinQuestion {
  readonly before: AttemptsBefore;
  /** Called when its turn has come; throws NotAllowedError where the person is not to be asked any more. */
  readonly assertStillAsked: () => void;
  /** The person gave up, or did not answer; called before the next question has its turn. */
  readonly noteGivenUp: () => void;
}

/** After so many wrong ones in a row a security key wants to be taken out and inserted; after eight it is locked. */
const maxPins = 3;

function pinTrials({ before, assertStillAsked }: PinQuestion): SecretTrials<TypedPin> {
  return {
    pinOf: 'your security key',
    isForOneUse: true,
    before,
    assertStillAsked,
    // Tried where it is used: the security key may wait for a touch then, and the next question does not wait for that.
    async tryOn(secret) {
      return { kind: 'opened', privateKey: new TypedPin(secret), noteOpened: () => true };
    },
  };
}

export class UsePins {
  readonly #ports: AgentPorts;
  readonly #queue: PromptQueue;

  /** `queue` is where its prompts wait for the person. */
  constructor(ports: AgentPorts, queue: PromptQueue) {
    this.#ports = ports;
    this.#queue = queue;
  }

  /**
   * Asks once. SECURITY: one answer is for one use, and is wiped when the lease is let go; a program that answers for the
   * person has only so many tries. Rejects with RefusedError when the person or the agent says no, or with the signal's
   * reason.
   */
  async ask(asker: KeyAsker, question: PinQuestion): Promise<KeyLease<TypedPin>> {
    if (question.before.attempts >= maxPins)
      throw new NotAllowedError('denied', `${maxPins} wrong PINs of the security key`);
    const requester = await asker.requester();
    const signal = asker.signal();
    signal.throwIfAborted();
    const prompt = new UnlockPrompt(asker.key(), () => pinTrials(question), this.#ports, this.#queue);
    const lent = prompt.join(requester, signal);
    void prompt
      .run(({ privateKey }) => {
        const held = new HeldKey(privateKey);
        prompt.serveAsked(held);
        held.release();
      }, question.noteGivenUp)
      .then(() => prompt.fail(new NotAllowedError('denied', 'the PIN prompt was cancelled')));
    const lease = await lent;
    if (lease === undefined) throw new NotAllowedError('denied', 'the PIN prompt was cancelled');
    return lease;
  }
}
