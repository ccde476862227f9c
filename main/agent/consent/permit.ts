// What a "yes" of the person, or of their rules, is good for: one use of a key, while what was judged has not changed.
import { AbandonedError, NotAllowedError } from '../protocol/errors.ts';
import type { KeyLease } from '../ring/held-key.ts';
import type { Identity } from '../ring/identity.ts';
import { assertMayAsk, type KeyUse } from './key-use.ts';
import type { MissedRequests } from './missed-requests.ts';
import type { PromptPlaces } from './prompt-places.ts';
import type { Quiet } from './quiet.ts';
import type { Policy } from './rules/policy.ts';
import type { PolicyStore } from './rules/policy-store.ts';
import type { UseRecorder } from './use-recorder.ts';

/** What consent remembers of all requests. */
export interface ConsentMemory {
  readonly policies: PolicyStore;
  readonly missed: MissedRequests;
  readonly recorder: UseRecorder;
  readonly quiet: Quiet;
  readonly passphrasePlaces: PromptPlaces;
}

/** The use was allowed. The passphrase may still have to be asked for, and the person say "no" to that. */
export class Permit {
  readonly #use: KeyUse;
  readonly #policy: Policy;
  readonly #reason: string;
  readonly #memory: ConsentMemory;

  /** `reason` is the sentence why the use is allowed, under `policy`. */
  constructor(use: KeyUse, policy: Policy, reason: string, memory: ConsentMemory) {
    this.#use = use;
    this.#policy = policy;
    this.#reason = reason;
    this.#memory = memory;
  }

  /**
   * Whether what was allowed is allowed for the identity as it is now: the same that was added again, by whomever,
   * disturbs nobody who waits.
   */
  holdsFor(now: Identity): boolean {
    const { removed, constraints, personal } = this.#use.identity;
    return (
      now.removed === removed &&
      (constraints.confirm || !now.constraints.confirm) &&
      (personal.askEachUse || !now.personal.askEachUse) &&
      this.#memory.policies.policy === this.#policy
    );
  }

  /**
   * Lends the private key, once it is decrypted. Rejects with NotAllowedError when the person refuses the passphrase, who
   * is not asked again too soon, or with the signal's reason.
   */
  async lease(signal: () => AbortSignal): Promise<KeyLease> {
    const use = this.#use;
    const { key } = use.identity;
    // It may have been in clear when this was judged.
    if (key.isEncryptedOnly) assertMayAsk(use);
    using _place = key.isEncryptedOnly ? await this.#takePassphrasePlace() : undefined;
    try {
      return await key.lease({
        key: () => use.key,
        requester: () => use.requester(),
        signal,
        publicKey: use.identity.publicKey,
        sessionBinds: () => use.connection.bindings.toPassOn,
      });
    } catch (error) {
      if (error instanceof NotAllowedError) await this.#notePassphraseRefused(error.answer);
      // All who waited have left while the person was asked: that makes prompts flicker, as in `Consent`.
      if (error instanceof AbandonedError && use.connection.closed.aborted)
        this.#memory.quiet.noteGone(await use.requestIdentity());
      throw error;
    }
  }

  /** The key was used: writes it down. */
  noteUsed(): void {
    this.#memory.recorder.allowed(this.#use, this.#reason);
  }

  /** Throws NotAllowedError too soon after a "no" to the passphrase of the same key, or when too many prompts wait. */
  async #takePassphrasePlace(): Promise<Disposable | undefined> {
    const { quiet, passphrasePlaces, missed } = this.#memory;
    const question = await this.#use.question(1, true);
    const { source, keyFingerprint } = question.identity;
    try {
      quiet.assertMayAsk(question.identity);
      // The programs of this machine may need many keys at once, as after the login of their user.
      return source.isHere ? undefined : passphrasePlaces.take(`${source.id} ${keyFingerprint}`, source);
    } catch (error) {
      missed.add(question, 'suppressed');
      throw error;
    }
  }

  async #notePassphraseRefused(answer: NotAllowedError['answer']): Promise<void> {
    const question = await this.#use.question(1, true);
    if (answer !== 'suppressed') this.#memory.quiet.noteNo(question.identity);
    this.#memory.missed.add(question, answer);
  }
}
