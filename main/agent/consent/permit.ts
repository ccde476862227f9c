// What a "yes" of the person, or of their rules, is good for: one use of a key, while what was judged has not changed.
import type { KeepUnlocked } from '../ports/approver.ts';
import { AbandonedError, NotAllowedError } from '../protocol/errors.ts';
import type { KeyLease } from '../ring/held-key.ts';
import type { Identity } from '../ring/identity.ts';
import type { KeyAsker, UnallowedUse } from '../ring/ring-key.ts';
import type { AttemptsBefore } from '../ring/secret-trials.ts';
import type { TypedPin, UsePins } from '../ring/use-pin.ts';
import { assertMayAsk, type KeyUse } from './key-use.ts';
import type { MissedRequests } from './missed-requests.ts';
import type { PromptPlace, PromptPlaces } from './prompt-places.ts';
import type { Quiet } from './quiet.ts';
import type { RequestSource } from './request-identity.ts';
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
  /** Each use has a question of its own there. */
  readonly pinPlaces: PromptPlaces;
  readonly pins: UsePins;
}

/** A use that the person has not allowed yet: typing the passphrase allows it where it is shown first, else they are asked. */
export interface NotYetAllowed {
  readonly isUntilLocked: boolean;
  /** Whether the person has allowed the like of it since then. */
  readonly isAllowedMeanwhile: () => boolean;
  /** Asks; rejects unless it is allowed. Resolves with the sentence why. */
  readonly ask: () => Promise<string>;
  /** They have typed the passphrase for it. Returns the sentence why it is allowed now. */
  readonly noteUnlocked: (keep: KeepUnlocked) => string;
}

/** The use was allowed. The passphrase may still have to be asked for, and the person say "no" to that. */
export class Permit {
  readonly #use: KeyUse;
  readonly #policy: Policy;
  #reason: string | NotYetAllowed;
  readonly #memory: ConsentMemory;

  /** `reason` is the sentence why the use is allowed, under `policy`; or it is allowed before the key is lent. */
  constructor(use: KeyUse, policy: Policy, reason: string | NotYetAllowed, memory: ConsentMemory) {
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
   * Lends the private key, once it is decrypted: at once where it is, and nobody has to allow it. Rejects with NotAllowedError
   * when the person refuses the passphrase, who is not asked again too soon, or with the signal's reason.
   */
  lease(signal: () => AbortSignal): KeyLease | Promise<KeyLease> {
    const atOnce = typeof this.#reason === 'string' ? this.#use.identity.key.leaseOpen() : undefined;
    return atOnce ?? this.#leaseInTime(signal);
  }

  async #leaseInTime(signal: () => AbortSignal): Promise<KeyLease> {
    const lease = await this.#lend(signal);
    if (typeof this.#reason === 'string') return lease;
    // SECURITY: it was opened for others, by whomever. Nothing is kept open for a use that nobody has allowed yet.
    lease.release();
    this.#reason = await this.#reason.ask();
    return await this.#lend(signal);
  }

  async #lend(signal: () => AbortSignal): Promise<KeyLease> {
    const { key } = this.#use.identity;
    const lend = () => key.lease(this.#asker(signal));
    // It may have been in clear when this was judged.
    return await (key.isEncryptedOnly ? this.#asking(lend) : this.#notingRefusals(lend));
  }

  /** Asks for the PIN that the security key wants for this use, once. Rejects as `lease` does. */
  async askPin(signal: () => AbortSignal, before: AttemptsBefore): Promise<KeyLease<TypedPin>> {
    const { pins, pinPlaces } = this.#memory;
    using place = await this.#takePlace((kind, source) => pinPlaces.take(kind, source));
    const question = {
      before,
      assertStillAsked: () => place.assertStillAsked(),
      noteGivenUp: () => place.noteAnswer('no'),
    };
    const typed = await this.#notingRefusals(() => pins.ask(this.#asker(signal), question));
    place.noteAnswer('yes');
    return typed;
  }

  /** The key was used: writes it down. */
  noteUsed(): void {
    if (typeof this.#reason === 'string') this.#memory.recorder.allowed(this.#use, this.#reason);
  }

  #asker(signal: () => AbortSignal): KeyAsker {
    const use = this.#use;
    return {
      unallowed: () => this.#unallowed(),
      key: () => use.key,
      requester: () => use.requester(),
      signal,
      asking: (ask) => this.#asking(ask),
      publicKey: use.identity.publicKey,
      sessionBinds: () => use.connection.bindings.toPassOn,
    };
  }

  #unallowed(): UnallowedUse | undefined {
    const notYet = this.#reason;
    if (typeof notYet === 'string') return undefined;
    const allow = (keep: KeepUnlocked) => {
      this.#reason = notYet.noteUnlocked(keep);
    };
    const { isUntilLocked, isAllowedMeanwhile } = notYet;
    return { key: this.#use.key, isUntilLocked, isAllowedMeanwhile, allow };
  }

  /** `ask` asks the person for a passphrase or PIN, where that may be. */
  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    assertMayAsk(this.#use);
    using _place = await this.#takePassphrasePlace();
    return await this.#notingRefusals(ask);
  }

  async #notingRefusals<T>(ask: () => Promise<T>): Promise<T> {
    const use = this.#use;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof NotAllowedError) await this.#notePassphraseRefused(error.answer);
      // All who waited have left while the person was asked: that makes prompts flicker, as in `Consent`.
      if (error instanceof AbandonedError && use.connection.closed.aborted)
        this.#memory.quiet.noteGone(await use.requestIdentity());
      throw error;
    }
  }

  /** Throws NotAllowedError too soon after a "no" to the passphrase of the same key, or when too many prompts wait. */
  #takePassphrasePlace(): Promise<PromptPlace | undefined> {
    const { passphrasePlaces } = this.#memory;
    // The programs of this machine may need many keys at once, as after the login of their user.
    return this.#takePlace((kind, source) =>
      source.isHere ? undefined : passphrasePlaces.take(kind, source),
    );
  }

  async #takePlace<T>(take: (kindId: string, source: RequestSource) => T): Promise<T> {
    const { quiet, missed } = this.#memory;
    const question = await this.#use.question(1, true);
    const { source, keyFingerprint } = question.identity;
    try {
      quiet.assertMayAsk(question.identity);
      return take(`${source.id} ${keyFingerprint}`, source);
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
