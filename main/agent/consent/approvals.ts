// Answers that the person wanted remembered: in memory only, and gone when the agent is locked.
import { randomUUID } from 'node:crypto';
import { BoundedMap } from '../../basics/bounded-map.ts';
import type { Clock } from '../../basics/clock.ts';
import { Listeners } from '../../basics/listeners.ts';
import type { Requester } from '../facts/requester.ts';
import { timeLimits } from '../limits/time-limits.ts';
import type { KeyIdentity, RememberFor } from '../ports/approver.ts';
import { toError } from '../protocol/errors.ts';
import type { RequestIdentity } from './request-identity.ts';
import type { Strictness } from './rules/policy.ts';

/** What an answer was given to. */
export interface Question {
  readonly identity: RequestIdentity;
  readonly strictness: Strictness;
  /** Aborted when the key leaves the agent; the same key added again has another one. */
  readonly keyRemoved: AbortSignal;
  /** For the person's eyes only. */
  readonly key: KeyIdentity;
  readonly requester: Requester;
}

/** One remembered answer as the person sees it. */
export interface ApprovalSummary {
  readonly id: string;
  readonly key: KeyIdentity;
  readonly requester: Requester;
  /** Absent: until the agent is locked. */
  readonly secondsLeft?: number;
  /** Answers one request only. */
  readonly isForOneUse: boolean;
}

interface Approval extends Question {
  readonly approvalId: string;
  readonly expiresAtMs: number;
  readonly isForOneUse: boolean;
  readonly release: () => void;
}

const maxApprovals = 1000;

export class Approvals {
  readonly #clock: Clock;
  /** By the request's identity, which holds the key's fingerprint. */
  readonly #approvals = new BoundedMap<string, Approval>(maxApprovals, ({ release }) => release());
  readonly #listeners: Listeners;

  constructor(clock: Clock, log: (line: string) => void = () => {}) {
    this.#clock = clock;
    // SECURITY: a listener that throws must not keep the answers after it from being dropped when the agent is locked.
    this.#listeners = new Listeners((error) =>
      log(`whoever is told of remembered answers failed: ${toError(error).name}`),
    );
  }

  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Remembers an "allow". Questions whose facts are in doubt are never remembered. */
  remember(question: Question, remember: RememberFor): void {
    if (question.identity.isRecognizable) this.#put(question, timeLimits.rememberMs[remember], false);
  }

  /** The next request of the same kind is allowed if it comes within a minute; where that can't be told, it is not. */
  allowNextTime(question: Question): void {
    if (question.identity.isRecognizable) this.#put(question, timeLimits.nextTimeMs, true);
  }

  /** Says whether an earlier answer answers this question too, and uses it up if it was for one use. */
  answers({ identity, strictness, keyRemoved }: Question): boolean {
    const approval = this.#approvals.get(identity.id);
    if (approval === undefined) return false;
    // SECURITY: signal by signal, not by key: an answer must not outlive the key that it was given for.
    if (keyRemoved.aborted || approval.keyRemoved !== keyRemoved) return false;
    if (approval.expiresAtMs <= this.#clock.elapsedMs()) {
      this.#drop(approval);
      return false;
    }
    if (approval.strictness < strictness) return false;
    if (approval.isForOneUse) this.#drop(approval);
    return true;
  }

  /** As `answers`, but only by an answer that holds for more than one use. */
  remembers(question: Question): boolean {
    return this.#approvals.get(question.identity.id)?.isForOneUse === false && this.answers(question);
  }

  list(): readonly ApprovalSummary[] {
    const nowMs = this.#clock.elapsedMs();
    return [...this.#approvals.values()]
      .filter(({ expiresAtMs }) => expiresAtMs > nowMs)
      .map(({ approvalId, key, requester, expiresAtMs, isForOneUse }) => ({
        id: approvalId,
        key,
        requester,
        isForOneUse,
        ...(Number.isFinite(expiresAtMs) && { secondsLeft: Math.ceil((expiresAtMs - nowMs) / 1000) }),
      }));
  }

  /** False when there is no such approval. */
  revoke(id: string): boolean {
    const approval = [...this.#approvals.values()].find(({ approvalId }) => approvalId === id);
    if (approval) this.#drop(approval);
    return approval !== undefined;
  }

  clear(): void {
    for (const approval of [...this.#approvals.values()]) this.#drop(approval);
  }

  #put(question: Question, lastsMs: number, isForOneUse: boolean): void {
    if (question.keyRemoved.aborted) return;
    const present = this.#approvals.get(question.identity.id);
    if (present) this.#drop(present);
    const expire = () => this.#drop(approval);
    const stopTimer = Number.isFinite(lastsMs) ? this.#clock.schedule(lastsMs, expire) : () => {};
    question.keyRemoved.addEventListener('abort', expire);
    const approval: Approval = {
      ...question,
      approvalId: randomUUID(),
      expiresAtMs: this.#clock.elapsedMs() + lastsMs,
      isForOneUse,
      release: () => {
        stopTimer();
        question.keyRemoved.removeEventListener('abort', expire);
      },
    };
    this.#approvals.set(question.identity.id, approval);
    this.#listeners.tell();
  }

  #drop(approval: Approval): void {
    approval.release();
    if (this.#approvals.get(approval.identity.id) !== approval) return;
    this.#approvals.delete(approval.identity.id);
    this.#listeners.tell();
  }
}
