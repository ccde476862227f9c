// Writes down how each request for a key ended, and learns from it which key goes with which host.

import { hostId } from '../facts/request-facts.ts';
import { isFromHere, type Requester } from '../facts/requester.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import { NotAllowedError, toError } from '../protocol/errors.ts';
import { Activity, type ActivitySink } from './activity/activity.ts';
import type { ActivityAnswer } from './activity/activity-entry.ts';
import type { KeyUse } from './key-use.ts';
import { KeyOrder } from './offers/key-order.ts';

function sentence(message: string): string {
  const capitalised = message.charAt(0).toUpperCase() + message.slice(1);
  return capitalised.endsWith('.') ? capitalised : `${capitalised}.`;
}

/** The SSH session of a login, unless it was announced: clients that do so ask the server before they sign. */
function unannouncedSession({ connection, purpose }: KeyUse): string | undefined {
  if (purpose.kind !== 'ssh-login' || connection.bindings.all.length > 0) return undefined;
  return Buffer.from(purpose.sessionId).toString('hex');
}

export class UseRecorder {
  readonly activity: Activity;
  readonly keyOrder = new KeyOrder();
  readonly #log: (line: string) => void;
  readonly #writing = new Set<Promise<void>>();

  constructor(sink: ActivitySink, now: () => Date, log: (line: string) => void) {
    this.activity = new Activity(sink, now);
    this.#log = log;
    for (const { answer, key, requester } of [...this.activity.list()].reverse())
      this.#learnOrder(key, requester, answer);
  }

  /** Returns at once; the entry is written when everything about the request is known. */
  allowed(use: KeyUse, reason: string): void {
    this.#record(use, 'allowed', reason);
  }

  refused(use: KeyUse, error: unknown): void {
    const answer = error instanceof NotAllowedError ? error.answer : 'failed';
    this.#record(use, answer, sentence(toError(error).message));
  }

  /** Resolves when everything that has ended by now is written down, whatever ends meanwhile. Never rejects. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#writing);
  }

  /** Resolves when nothing is left to be written down. Never rejects. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await this.caughtUp();
  }

  #record(use: KeyUse, answer: ActivityAnswer, reason: string): void {
    const { key } = use;
    const write = async () => {
      const requester = await use.requester();
      const { id: requestId } = await use.requestIdentity();
      this.activity.add({ requestId, key, requester, answer, reason });
      this.#learnOrder(key, requester, answer, unannouncedSession(use));
    };
    // A broken listener or the like must not become an unhandled rejection.
    const written: Promise<void> = write()
      .catch((error: unknown) => this.#log(`the activity can't be written: ${toError(error).message}`))
      .finally(() => this.#writing.delete(written));
    this.#writing.add(written);
  }

  /** SECURITY: a machine elsewhere could have its logins order, and with a limit hide, keys in the lists of this one. */
  #learnOrder(
    { fingerprint }: KeyIdentity,
    requester: Requester,
    answer: ActivityAnswer,
    session?: string,
  ): void {
    if (requester.purpose.kind !== 'ssh-login' || !isFromHere(requester)) return;
    const host = hostId(requester.destination);
    if (answer === 'allowed') this.keyOrder.noteUse(fingerprint, host, session);
    else if (host !== undefined) this.keyOrder.noteTaken(host);
  }
}
