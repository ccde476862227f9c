// Writes down how each request for a key ended, and learns from it which key goes with which host.

import { nextTurn } from '../../basics/waiting.ts';
import { hostId } from '../facts/request-facts.ts';
import { isFromHere, type Requester } from '../facts/requester.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import { NotAllowedError, toError } from '../protocol/errors.ts';
import { Activity, type ActivitySink } from './activity/activity.ts';
import type { ActivityAnswer } from './activity/activity-entry.ts';
import type { KeyUse } from './key-use.ts';
import { KeyOrder } from './offers/key-order.ts';
import type { RequestIdentity } from './request-identity.ts';

function sentence(message: string): string {
  const capitalised = message.charAt(0).toUpperCase() + message.slice(1);
  return capitalised.endsWith('.') ? capitalised : `${capitalised}.`;
}

/** The SSH session of a login, unless it was announced: clients that do so ask the server before they sign. */
function unannouncedSession({ connection, purpose }: KeyUse): Uint8Array | undefined {
  return purpose.kind === 'ssh-login' && connection.bindings.all.length === 0 ? purpose.sessionId : undefined;
}

/** What is held of a use until it is written down: nothing of its message. */
interface Ended {
  readonly key: KeyIdentity;
  readonly requester: Promise<Requester>;
  /** Of what was refused, which is counted where it is the same again. */
  readonly identity: Promise<RequestIdentity> | undefined;
  readonly answer: ActivityAnswer;
  readonly reason: string;
  readonly session: Uint8Array | undefined;
}

export class UseRecorder {
  readonly activity: Activity;
  readonly #keyOrder = new KeyOrder();
  readonly #log: (line: string) => void;
  readonly #writing = new Set<Promise<void>>();
  #turn: Promise<void> | undefined;
  #hasLearnt = false;

  constructor(sink: ActivitySink, now: () => Date, log: (line: string) => void) {
    this.activity = new Activity(sink, now);
    this.#log = log;
  }

  /** Learnt from what is stored when it is first of use, as where a list has several keys: an agent with one starts sooner. */
  get keyOrder(): KeyOrder {
    this.#learnFormer();
    return this.#keyOrder;
  }

  #learnFormer(): void {
    if (this.#hasLearnt) return;
    this.#hasLearnt = true;
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
    // SECURITY: what is looked up is begun now, and not when it is written down: the client may end then, or be bound to
    // another session. The process itself has been seen before a signature leaves.
    const ended = {
      key: use.key,
      requester: use.requesterToRecord(),
      // Only what is refused is counted where it is the same again.
      identity: answer === 'allowed' ? undefined : use.requestIdentity(),
      answer,
      reason,
      session: unannouncedSession(use),
    };
    const written: Promise<void> = this.#write(ended).then(() => {
      this.#writing.delete(written);
    });
    this.#writing.add(written);
  }

  /** Never rejects: a broken listener or the like must not become an unhandled rejection. */
  async #write({ key, requester: lookedUp, identity, answer, reason, session }: Ended): Promise<void> {
    try {
      await this.#repliesLeft();
      const requester = await lookedUp;
      const { id: requestId } = (await identity) ?? {};
      this.#learnFormer();
      this.activity.add({ requestId, key, requester, answer, reason });
      this.#learnOrder(key, requester, answer, session);
    } catch (error: unknown) {
      this.#log(`the activity can't be written: ${toError(error).message}`);
    }
  }

  /** One turn of the loop for all that end in one: their clients wait for no entry. */
  #repliesLeft(): Promise<void> {
    this.#turn ??= nextTurn().then(() => {
      this.#turn = undefined;
    });
    return this.#turn;
  }

  /** SECURITY: a machine elsewhere could have its logins order, and with a limit hide, keys in the lists of this one. */
  #learnOrder(
    { fingerprint }: KeyIdentity,
    requester: Requester,
    answer: ActivityAnswer,
    session?: Uint8Array,
  ): void {
    if (requester.purpose.kind !== 'ssh-login' || !isFromHere(requester)) return;
    const host = hostId(requester.destination);
    if (answer === 'allowed')
      this.#keyOrder.noteUse(fingerprint, host, session && Buffer.from(session).toString('hex'));
    else if (host !== undefined) this.#keyOrder.noteTaken(host);
  }
}
