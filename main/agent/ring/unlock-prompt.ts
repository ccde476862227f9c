// One conversation about one encrypted key: who waits for it, the attempts, and how it ends.
import { randomUUID } from 'node:crypto';
import { Listeners } from '../../basics/listeners.ts';
import { unlessAborted } from '../../basics/waiting.ts';
import { keyDropped } from '../../keys/dropped-keys.ts';
import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import { KeyFileError } from '../../keys/files/shared/key-file-error.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import { AnswerTime } from '../asking/answer-time.ts';
import { isFromHere, type Requester } from '../facts/requester.ts';
import { limits } from '../limits/limits.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import type { KeepUnlocked, KeyIdentity, PassphraseAnswer, WaitingRequests } from '../ports/approver.ts';
import { AbandonedError, NotAllowedError, RefusedError, toError } from '../protocol/errors.ts';
import type { EncryptedForm } from './encrypted-forms.ts';
import type { HeldKey, KeyLease } from './held-key.ts';

interface Waiter {
  readonly requester: Requester;
  readonly resolve: (lease: KeyLease | undefined) => void;
  readonly reject: (reason: Error) => void;
}

export interface UnlockedKey {
  readonly privateKey: PrivateKey;
  /** The file that was opened. */
  readonly file: EncryptedKeyFile;
  readonly keep: KeepUnlocked;
}

type Opened = Omit<UnlockedKey, 'keep'> & { readonly kind: 'opened' };
type NotOpened =
  | { readonly kind: 'wrong-passphrase' }
  /** The person does not want the work that it takes. */
  | { readonly kind: 'declined' }
  | { readonly kind: 'unusable'; readonly why: string };

const declined: NotOpened = { kind: 'declined' };
const rank: Readonly<Record<NotOpened['kind'], number>> = { unusable: 0, declined: 1, 'wrong-passphrase': 2 };

/** So much work the files that never opened may take together before the person is asked about it. */
const unprovedSeconds = 5;

/** What one passphrase has cost up to now. */
interface Spent {
  secondsForUnproved: number;
  wasWrong: boolean;
}

const wrongPassphrase = 'That passphrase does not open this key. Please try again.';

/** Asks for a key's passphrase until it is right, cancelled, or nobody waits any more. */
export class UnlockPrompt {
  readonly #key: KeyIdentity;
  readonly #forms: () => readonly EncryptedForm[];
  readonly #ports: AgentPorts;
  readonly #id = randomUUID();
  readonly #waiters = new Set<Waiter>();
  readonly #requestersChanged = new Listeners();
  readonly #ended = new AbortController();
  /** Those who waited when the passphrase came. */
  #asked: ReadonlySet<Waiter> = new Set();
  #joinsFromElsewhere = 0;
  /** While the person is asked. */
  #time: AnswerTime | undefined;
  #showsOthersOnly = false;
  readonly #confirmedCosts = new Set<EncryptedKeyFile>();

  /** `forms` answers the files that hold the key, tried in this order; one may be added while the person is asked. */
  constructor(key: KeyIdentity, forms: () => readonly EncryptedForm[], ports: AgentPorts) {
    this.#key = key;
    this.#forms = forms;
    this.#ports = ports;
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
   * it or `signal` aborts; the last to leave closes it, with AbandonedError while the person is asked.
   */
  join(requester: Requester, signal: AbortSignal): Promise<KeyLease | undefined> {
    if (signal.aborted) return Promise.reject(toError(signal.reason));
    if (!this.#hasRoomFor(requester))
      return Promise.reject(new NotAllowedError('suppressed', 'too many requests wait for this key'));
    return unlessAborted(signal, (resolve, reject) => {
      const waiter: Waiter = { requester, resolve, reject };
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
  serve(held: HeldKey): void {
    for (const waiter of this.#waiters) waiter.resolve(held.lease());
    this.#end();
  }

  /**
   * Serves those who waited when the passphrase came, and closes the prompt. SECURITY: who comes while the key is being
   * opened was not shown, so what is opened for what was shown is not for them.
   */
  serveAsked(held: HeldKey): void {
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
   * Holds the conversation when its turn comes, and hands over the key before the next has its turn. Resolves when it has
   * ended, with the key or without; never rejects.
   */
  async run(handOver: (unlocked: UnlockedKey) => void): Promise<void> {
    const signal = this.#ended.signal;
    try {
      const converse = async () => {
        const unlocked = await this.#converse(signal);
        if (unlocked) handOver(unlocked);
      };
      await this.#ports.prompts.run(signal, converse, () => this.#isLocal);
    } catch (error) {
      // An ended prompt aborts whatever it was doing; that is no fault.
      if (signal.aborted) return;
      // Nobody could be asked, so nobody said no.
      if (error instanceof RefusedError) this.fail(error.message);
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

  get #isLocal(): boolean {
    return this.#requesters.some(isFromHere);
  }

  #end(): void {
    this.#waiters.clear();
    this.#ended.abort(new RefusedError('the prompt was closed'));
  }

  async #converse(signal: AbortSignal): Promise<UnlockedKey | undefined> {
    let problem: string | undefined;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#ask(attempt, problem, signal);
      if (answer.kind === 'cancelled') return undefined;
      this.#asked = new Set(this.#waiters);
      const opened = await this.#tryPassphrase(answer.passphrase, signal);
      if (opened.kind === 'opened') return { ...opened, keep: answer.keep };
      if (opened.kind === 'declined') return undefined;
      // Nobody said no: it must not count as one, and whoever looks for the fault is told it.
      if (opened.kind === 'unusable') this.fail(opened.why);
      signal.throwIfAborted();
      problem = wrongPassphrase;
    }
  }

  #ask(attempt: number, problem: string | undefined, signal: AbortSignal): Promise<PassphraseAnswer> {
    const { approver, passphraseTimeLimitMs } = this.#ports;
    const request = {
      id: this.#id,
      key: this.#key,
      attempt,
      ...(problem !== undefined && { problem }),
    };
    return this.#inTime(passphraseTimeLimitMs, (waiting) =>
      approver.askPassphrase({ ...request, ...waiting }, signal),
    );
  }

  /** An answer that does not come in time is a "no" to all who wait. */
  async #inTime<T>(timeLimitMs: number, ask: (waiting: WaitingRequests) => Promise<T>): Promise<T> {
    using time = new AnswerTime(this.#ports.clock, timeLimitMs, () =>
      this.fail(new NotAllowedError('missed', 'nobody answered the passphrase prompt in time')),
    );
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

  /** Wipes the passphrase; rejects with one that comes when the prompt has ended. */
  async #tryPassphrase(passphrase: SecretBytes, signal: AbortSignal): Promise<Opened | NotOpened> {
    try {
      signal.throwIfAborted();
      return await this.#tryForms(passphrase, signal);
    } finally {
      passphrase.wipe();
      // Of one that opened nothing, nothing else tells that it is done with.
      keyDropped();
    }
  }

  /** Several files may hold the key under different passphrases: the right one for any of them will do. */
  async #tryForms(passphrase: SecretBytes, signal: AbortSignal): Promise<Opened | NotOpened> {
    let result: NotOpened | undefined;
    const spent: Spent = { secondsForUnproved: 0, wasWrong: false };
    for (const form of this.#forms()) {
      const outcome = await this.#tryForm(form, passphrase, spent, signal);
      if (outcome.kind === 'opened') return outcome;
      // What leaves the person most to do counts: another passphrase, then their "no", then a file that is no good.
      if (result === undefined || rank[outcome.kind] > rank[result.kind]) result = outcome;
    }
    return result ?? { kind: 'unusable', why: 'the key file is not there any more' };
  }

  async #tryForm(
    { file, isOpened }: EncryptedForm,
    passphrase: SecretBytes,
    spent: Spent,
    signal: AbortSignal,
  ): Promise<Opened | NotOpened> {
    const encodings = this.#ports.passphraseEncodings(passphrase.bytes);
    let result = declined;
    try {
      for (const [index, encoding] of encodings.entries()) {
        if (!isOpened) spent.secondsForUnproved += file.cost.seconds;
        // SECURITY: anybody can plant files: what each encoding of the passphrase takes on them, cheap enough not to be
        // asked about, must not add up.
        const addsUp = !isOpened && spent.wasWrong && spent.secondsForUnproved > unprovedSeconds;
        const mustAsk = file.cost.needsConfirmation || addsUp;
        if (mustAsk && !(await this.#mayDerive(file, encodings.length - index, signal))) return result;
        const outcome = await this.#decrypt(file, encoding, signal);
        if (outcome.kind !== 'wrong-passphrase') return outcome;
        result = outcome;
        spent.wasWrong = true;
      }
      return result;
    } finally {
      for (const encoding of encodings) encoding.fill(0);
    }
  }

  async #mayDerive(file: EncryptedKeyFile, times: number, signal: AbortSignal): Promise<boolean> {
    if (this.#confirmedCosts.has(file)) return true;
    const { approver, confirmTimeLimitMs } = this.#ports;
    const cost = `${file.cost.description}${times > 1 ? `, up to ${times} times` : ''}`;
    const reason = { kind: 'expensive-decryption', cost } as const;
    const request = { id: randomUUID(), reason, key: this.#key, mayRemember: false };
    const answer = await this.#inTime(confirmTimeLimitMs, (waiting) =>
      approver.confirm({ ...request, ...waiting }, signal),
    );
    // Nobody waits any more: going on would ask the person for the next passphrase in nobody's name.
    signal.throwIfAborted();
    if (answer !== 'allow') return false;
    this.#confirmedCosts.add(file);
    return true;
  }

  async #decrypt(
    file: EncryptedKeyFile,
    passphrase: Uint8Array,
    signal: AbortSignal,
  ): Promise<Opened | NotOpened> {
    try {
      const { fields } = await file.decrypt(passphrase, this.#ports.offload, signal);
      try {
        return { kind: 'opened', privateKey: await fields.load(this.#ports.offload), file };
      } finally {
        fields.wipe();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KeyFileError && error.code === 'wrong-passphrase')
        return { kind: 'wrong-passphrase' };
      const why = toError(error).message;
      this.#ports.log(`key file of ${this.#key.fingerprint} can't be used: ${why}`);
      return { kind: 'unusable', why };
    }
  }
}
