// One question whether the agent is to be unlocked: who waits for the answer, and how it ends.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../basics/clock.ts';
import { Listeners } from '../../basics/listeners.ts';
import { unlessAborted } from '../../basics/waiting.ts';
import { AnswerTime } from '../asking/answer-time.ts';
import type { RequestIdentity } from '../consent/request-identity.ts';
import { limits } from '../limits/limits.ts';
import type { LockedRequest, UnlockAgentRequest } from '../ports/approver.ts';
import { NotAllowedError, RefusedError } from '../protocol/errors.ts';

interface Waiter {
  readonly shown: LockedRequest;
  readonly identity: RequestIdentity;
  readonly reject: (reason: Error) => void;
}

export class LockedQuestion {
  readonly #id = randomUUID();
  readonly #lockReason: string;
  readonly #waiters = new Set<Waiter>();
  readonly #changed = new Listeners();
  readonly #ended = new AbortController();
  #joins = 0;
  #joinsFromElsewhere = 0;
  /** While the person is asked. */
  #time: AnswerTime | undefined;
  #isAbandoned = false;

  constructor(lockReason: string) {
    this.#lockReason = lockReason;
  }

  /** Aborted when nobody waits any more, whatever the answer was. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** The last who waited has left while the person was asked. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Whether a request of this machine waits. */
  get isLocal(): boolean {
    return this.identities.some(({ source }) => source.isHere);
  }

  get identities(): readonly RequestIdentity[] {
    return [...this.#waiters].map(({ identity }) => identity);
  }

  /**
   * Settles as `unlocked` does. Rejects with NotAllowedError when the person does not unlock the agent or too many wait, and
   * with the reason of `signal`, which leaves.
   */
  join<T>(
    shown: LockedRequest,
    identity: RequestIdentity,
    unlocked: Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return unlessAborted(signal, (resolve, reject) => {
      const { isHere } = identity.source;
      if (!this.#hasRoom(isHere)) {
        reject(new NotAllowedError('suppressed', 'too many requests wait for the agent to be unlocked'));
        return undefined;
      }
      const waiter: Waiter = { shown, identity, reject };
      this.#waiters.add(waiter);
      if (isHere) this.#time?.restart();
      this.#changed.tell();
      unlocked.then(resolve, reject);
      return () => {
        if (!this.#waiters.delete(waiter)) return;
        if (this.#waiters.size > 0) return this.#changed.tell();
        this.#isAbandoned = this.#time !== undefined;
        this.end();
      };
    });
  }

  /** `ask` puts it to the person. `tooLate` is called when they don't answer in time. */
  async put<T>(
    clock: Clock,
    timeLimitMs: number,
    tooLate: () => void,
    ask: (request: UnlockAgentRequest) => Promise<T>,
  ): Promise<T> {
    using time = new AnswerTime(clock, timeLimitMs, tooLate);
    this.#time = time;
    let last: readonly LockedRequest[] = [];
    try {
      return await ask({
        id: this.#id,
        lockReason: this.#lockReason,
        waiting: () => {
          if (this.#waiters.size > 0) last = [...this.#waiters].map(({ shown }) => shown);
          return last;
        },
        onWaitingChanged: (listener) => this.#changed.add(listener),
        timeLimitMs,
        remainingMs: () => time.remainingMs,
      });
    } finally {
      this.#time = undefined;
    }
  }

  /** Refuses all who wait. */
  fail(reason: Error): void {
    for (const { reject } of this.#waiters) reject(reason);
    this.end();
  }

  /** Closes it; those who wait have their answer elsewhere. */
  end(): void {
    this.#waiters.clear();
    this.#ended.abort(new RefusedError('the question was closed'));
  }

  /**
   * SECURITY: each that joins keeps the person waiting who looks at the list, so of other machines only so many may, those
   * that have left again included; they take no place from the programs of this one.
   */
  #hasRoom(isHere: boolean): boolean {
    return isHere
      ? ++this.#joins <= limits.lockedRequests
      : ++this.#joinsFromElsewhere <= limits.lockedRequestsFromElsewhere;
  }
}
