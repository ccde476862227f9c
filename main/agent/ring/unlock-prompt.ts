// One conversation about one encrypted key: who waits for it, the attempts, and how it ends.
import { randomUUID } from 'node:crypto';
import { Listeners } from '../../basics/listeners.ts';
import { unlessAborted } from '../../basics/waiting.ts';
import { AnswerTime } from '../asking/answer-time.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import { isFromHere, type Requester } from '../facts/requester.ts';
import { limits } from '../limits/limits.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import type { KeepUnlocked, KeyIdentity, PassphraseAnswer, WaitingRequests } from '../ports/approver.ts';
import { AbandonedError, NotAllowedError, RefusedError, toError } from '../protocol/errors.ts';
import type { HeldKey, KeyLease, Opened } from './held-key.ts';
import type { UnallowedUse } from './ring-key.ts';
import type { NewTrials, OpenedBySecret, SecretTrials } from './secret-trials.ts';

interface Waiter<T extends Opened> {
  readonly requester: Requester;
  readonly unallowed: UnallowedUse | undefined;
  readonly resolve: (lease: KeyLease<T> | undefined) => void;
  readonly reject: (reason: Error) => void;
}

/** A key in clear. */
export interface UnlockedKey<T extends Opened> extends OpenedBySecret<T> {
  readonly keep: KeepUnlocked;
}

const wrongPassphrase = 'That passphrase does not open this key. Please try again.';

/** Whether the person sees the same of both. */
const looksAlike = (a: KeyIdentity, b: KeyIdentity) =>
  a.fingerprint === b.fingerprint && a.algorithm === b.algorithm && a.comment === b.comment;

/** Asks for a key's passphrase until it is right, cancelled, or nobody waits any more. */
export class UnlockPrompt<T extends Opened> {
  readonly #key: KeyIdentity;
  readonly #ports: AgentPorts;
  readonly #prompts: PromptQueue;
  readonly #trials: SecretTrials<T>;
  readonly #id = randomUUID();
  readonly #waiters = new Set<Waiter<T>>();
  readonly #requestersChanged = new Listeners();
  readonly #ended = new AbortController();
  /** Those who waited when the passphrase came. */
  #asked: ReadonlySet<Waiter<T>> = new Set();
  /** Who was shown first and in full, since the person was first asked. */
  #shownFirst: Waiter<T> | undefined;
  #joinsFromElsewhere = 0;
  /** While the person is asked. */
  #time: AnswerTime | undefined;
  #showsOthersOnly = false;
  #isMissed = false;

  /** `newTrials` makes what tries the secrets of this prompt. */
  constructor(key: KeyIdentity, newTrials: NewTrials<T>, ports: AgentPorts, prompts: PromptQueue) {
    this.#key = key;
    this.#ports = ports;
    this.#prompts = prompts;
    this.#trials = newTrials(key, (cost, signal) => this.#confirmCost(cost, signal));
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** False when it has ended, or can't show that a request of this machine waits, too. */
  isFor(requester: Requester): boolean {
    return !this.hasEnded && !(this.#showsOthersOnly && isFromHere(requester));
  }

  /**
   * Waits for the key. Resolves to undefined when it was unlocked for others only. Rejects when the prompt ends without
   * it or `signal` aborts; the last to leave closes it, with AbandonedError while the person is asked. The answer allows
   * `unallowed` where that is shown first.
   */
  join(
    requester: Requester,
    signal: AbortSignal,
    unallowed?: UnallowedUse,
  ): Promise<KeyLease<T> | undefined> {
    if (signal.aborted) return Promise.reject(toError(signal.reason));
    if (!this.#hasRoomFor(requester))
      return Promise.reject(new NotAllowedError('suppressed', 'too many requests wait for this key'));
    return unlessAborted(signal, (resolve, reject) => {
      const waiter: Waiter<T> = { requester, unallowed, resolve, reject };
      this.#waiters.add(waiter);
      if (isFromHere(requester)) this.#time?.restart();
      this.#requestersChanged.tell();
      return () => {
        const wasAsked = this.#time !== undefined;
        this.#waiters.delete(waiter);
        if (this.#waiters.size > 0) this.#requestersChanged.tell();
        else this.#end();
        if (this.hasEnded && wasAsked) reject(new AbandonedError(toError(signal.reason).message));
      };
    });
  }

  /** Serves all waiters and closes the prompt. */
  serve(held: HeldKey<T>): void {
    for (const waiter of this.#waiters) waiter.resolve(held.lease());
    this.#end();
  }

  /**
   * Serves those who waited when the passphrase came, and closes the prompt. SECURITY: who comes while the key is being
   * opened was not shown, so what is opened for what was shown is not for them. Nor was any but the first one shown in
   * full, so that the answer is the person's word on no other use.
   */
  serveAsked(held: HeldKey<T>, keep: KeepUnlocked = { kind: 'once' }): void {
    this.#allowedByAnswer?.allow(keep);
    for (const waiter of this.#waiters) waiter.resolve(this.#asked.has(waiter) ? held.lease() : undefined);
    this.#end();
  }

  /** Fails all waiters and closes the prompt; a string is a reason that has nothing to do with the person. */
  fail(reason: string | NotAllowedError): void {
    const error = typeof reason === 'string' ? new RefusedError(reason) : reason;
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#end();
  }

  /**
   * Holds the conversation when its turn comes, and hands over the key, or tells that the person gave up or did not answer,
   * before the next has its turn. Resolves when it has ended, with the key or without; never rejects.
   */
  async run(handOver: (unlocked: UnlockedKey<T>) => void, noteGivenUp = () => {}): Promise<void> {
    const signal = this.#ended.signal;
    try {
      const converse = async () => {
        const unlocked = await this.#converse(signal).finally(() => {
          if (this.#isMissed) noteGivenUp();
        });
        if (unlocked) handOver(unlocked);
        else if (!signal.aborted) noteGivenUp();
      };
      await this.#prompts.run(signal, converse, () => this.#isLocal);
    } catch (error) {
      // An ended prompt aborts whatever it was doing; that is no fault.
      if (signal.aborted) return;
      // Nobody could be asked, so nobody said no.
      if (error instanceof NotAllowedError) this.fail(error);
      else if (error instanceof RefusedError) this.fail(error.message);
      else this.#ports.log(`unlocking ${this.#key.fingerprint} failed: ${toError(error).message}`);
    }
  }

  /**
   * SECURITY: each that joins keeps the person waiting who looks at the list, so of other machines only so many may,
   * those that have left again included; they take no place from the programs of this one.
   */
  #hasRoomFor(requester: Requester): boolean {
    if (!isFromHere(requester)) return ++this.#joinsFromElsewhere <= limits.waitersFromElsewhere;
    return this.#requesters.filter(isFromHere).length < limits.waitersPerPrompt;
  }

  get #requesters(): readonly Requester[] {
    return [...this.#waiters].map((waiter) => waiter.requester);
  }

  /**
   * The use that an answer now allows. SECURITY: of the key that the person is told alone; a PIN opens others, too, and
   * who came first for this one may have left.
   */
  get #allowedByAnswer(): UnallowedUse | undefined {
    const first = this.#shownFirst;
    const unallowed = first && this.#waiters.has(first) ? first.unallowed : undefined;
    return unallowed && looksAlike(unallowed.key, this.#key) ? unallowed : undefined;
  }

  get #isLocal(): boolean {
    return this.#requesters.some(isFromHere);
  }

  #end(): void {
    this.#waiters.clear();
    this.#ended.abort(new RefusedError('the prompt was closed'));
  }

  async #converse(signal: AbortSignal): Promise<UnlockedKey<T> | undefined> {
    this.#trials.assertStillAsked?.();
    const { before } = this.#trials;
    let problem = before?.problem;
    for (let attempt = 1 + (before?.attempts ?? 0); ; attempt++) {
      const answer = await this.#ask(attempt, problem, signal);
      if (answer.kind === 'cancelled') return undefined;
      this.#asked = new Set(this.#waiters);
      const opened = await this.#trials.tryOn(answer.passphrase, signal);
      if (opened.kind === 'opened') {
        const { file } = opened;
        const noteOpened = () => {
          const isKept = opened.noteOpened();
          if (isKept && file) answer.onOpened?.(file);
          return isKept;
        };
        return { ...opened, noteOpened, keep: answer.keep };
      }
      if (opened.kind === 'declined') return undefined;
      // Nobody said no: it must not count as one, and whoever looks for the fault is told it.
      if (opened.kind === 'unusable') this.fail(opened.why);
      signal.throwIfAborted();
      problem = ('problem' in opened ? opened.problem : undefined) ?? wrongPassphrase;
    }
  }

  #ask(attempt: number, problem: string | undefined, signal: AbortSignal): Promise<PassphraseAnswer> {
    const { approver, passphraseTimeLimitMs } = this.#ports;
    this.#shownFirst ??= [...this.#waiters][0];
    const request = {
      id: this.#id,
      key: this.#key,
      attempt,
      ...(this.#trials.pinOf !== undefined && { pinOf: this.#trials.pinOf }),
      ...(this.#trials.isForOneUse && { isForOneUse: true as const }),
      ...(problem !== undefined && { problem }),
      alsoAllows: () => {
        const use = this.#allowedByAnswer;
        if (use === undefined || use.isAllowedMeanwhile()) return undefined;
        return use.isUntilLocked ? 'until-locked' : 'this-use';
      },
    };
    return this.#inTime(passphraseTimeLimitMs, (waiting) =>
      approver.askPassphrase({ ...request, ...waiting }, signal),
    );
  }

  /** An answer that does not come in time is a "no" to all who wait. */
  async #inTime<T>(timeLimitMs: number, ask: (waiting: WaitingRequests) => Promise<T>): Promise<T> {
    using time = new AnswerTime(this.#ports.clock, timeLimitMs, () => {
      this.#isMissed = true;
      this.fail(new NotAllowedError('missed', 'nobody answered the passphrase prompt in time'));
    });
    this.#time = time;
    try {
      return await ask({
        requesters: () => this.#requesters,
        onRequestersChanged: (listener) => this.#requestersChanged.add(listener),
        stopJoining: () => {
          this.#showsOthersOnly = !this.#isLocal;
        },
        timeLimitMs,
        remainingMs: () => time.remainingMs,
      });
    } finally {
      this.#time = undefined;
    }
  }

  /** Asks whether the work of trying the passphrase may be done; `cost` says how much, in words. */
  async #confirmCost(cost: string, signal: AbortSignal): Promise<boolean> {
    const { approver, confirmTimeLimitMs } = this.#ports;
    const reason = { kind: 'expensive-decryption', cost } as const;
    const request = { id: randomUUID(), reason, key: this.#key, mayRemember: false };
    const answer = await this.#inTime(confirmTimeLimitMs, (waiting) =>
      approver.confirm({ ...request, ...waiting }, signal),
    );
    // Nobody waits any more: going on would ask the person for the next passphrase in nobody's name.
    signal.throwIfAborted();
    return answer === 'allow';
  }
}
