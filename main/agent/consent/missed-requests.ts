// The inbox: requests that were denied, or that nobody answered, with a way to allow the next one.
import { randomUUID } from 'node:crypto';
import { Listeners } from '../../basics/listeners.ts';
import type { Requester } from '../facts/requester.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import { type RefusalAnswer, toError } from '../protocol/errors.ts';
import type { Question } from './approvals.ts';

export interface MissedRequest {
  readonly id: string;
  /** Of the latest request, ISO 8601. */
  readonly time: string;
  readonly key: KeyIdentity;
  readonly requester: Requester;
  /** To the latest of them that was asked about, else to the latest. */
  readonly answer: RefusalAnswer;
  /** How many requests of this kind were not allowed. */
  readonly count: number;
  /** Whether the next one can be told to be like it, and so allowed unseen; else it can only be asked about. */
  readonly mayAllowNextTime: boolean;
  /** The latest was refused as the person has locked the agent, and not for the use. */
  readonly wasLocked: boolean;
}

interface Entry {
  readonly shown: MissedRequest;
  readonly question: Question;
}

const maxEntries = 100;

export class MissedRequests {
  readonly #now: () => Date;
  /** By the request's identity; the latest is last. No BoundedMap: not always the oldest gives way. */
  readonly #entries = new Map<string, Entry>();
  readonly #listeners: Listeners;

  constructor(now: () => Date, log: (line: string) => void) {
    this.#now = now;
    // A listener that throws must not be the answer to whoever was refused.
    this.#listeners = new Listeners((error) =>
      log(`whoever is told of missed requests failed: ${toError(error).name}`),
    );
  }

  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  add(question: Question, answer: RefusalAnswer, wasLocked = false): void {
    const { key, requester, identity } = question;
    const present = this.#entries.get(identity.id)?.shown;
    const shown: MissedRequest = {
      id: present?.id ?? randomUUID(),
      time: this.#now().toISOString(),
      key,
      requester,
      answer: answer === 'suppressed' ? (present?.answer ?? answer) : answer,
      count: (present?.count ?? 0) + 1,
      mayAllowNextTime: identity.isRecognizable,
      wasLocked,
    };
    this.#entries.delete(identity.id);
    this.#entries.set(identity.id, { shown, question });
    if (this.#entries.size > maxEntries) this.#dropOldest();
    this.#listeners.tell();
  }

  /** SECURITY: other machines' first, so that they can't push what was missed here out of the list. */
  #dropOldest(): void {
    const entries = [...this.#entries];
    const dropped = entries.find(([, { question }]) => !question.identity.source.isHere) ?? entries[0];
    if (dropped) this.#entries.delete(dropped[0]);
  }

  /** The latest first. */
  list(): readonly MissedRequest[] {
    return [...this.#entries.values()].map(({ shown }) => shown).reverse();
  }

  /** Takes the entry out; undefined when there is no such entry. */
  take(id: string): Question | undefined {
    for (const [key, { shown, question }] of this.#entries) {
      if (shown.id !== id) continue;
      this.#entries.delete(key);
      this.#listeners.tell();
      return question;
    }
    return undefined;
  }
}
