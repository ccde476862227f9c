// Requests that come while the person's own lock holds: they wait for one question, whether the agent is to be unlocked.
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { Question } from '../consent/approvals.ts';
import type { Consent } from '../consent/consent.ts';
import type { KeyUse } from '../consent/key-use.ts';
import { asSource } from '../consent/quiet.ts';
import type { Connection } from '../facts/connection.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import { NotAllowedError, RefusedError, toError } from '../protocol/errors.ts';
import type { AgentLock } from './agent-lock.ts';
import { LockedQuestion } from './locked-question.ts';
import { UnlockWatch } from './unlock-watch.ts';

interface LockedRequestsParts {
  readonly ports: AgentPorts;
  readonly lock: AgentLock;
  readonly queue: PromptQueue;
  readonly consent: Pick<Consent, 'missed' | 'quietWhileLocked'>;
  /** Makes the signal that the next lock aborts. */
  readonly sealed: () => AbortSignal;
}

export class LockedRequests {
  readonly #parts: LockedRequestsParts;
  readonly #closing = new AbortController();
  #question: LockedQuestion | undefined;

  constructor(parts: LockedRequestsParts) {
    this.#parts = parts;
    parts.lock.onChanged(() => this.#lockChanged());
  }

  /**
   * Whether a request on this connection may wait for the person to unlock the agent. SECURITY: never where a program has
   * locked it, whose passphrase alone ends that.
   */
  mayWait({ peer }: Connection): boolean {
    const { isPaused, isLockedByClient } = this.#parts.lock.state;
    const canAsk = this.#parts.ports.approver.unlockAgent !== undefined;
    return isPaused && !isLockedByClient && canAsk && peer.mayPrompt;
  }

  /** Looks out for the unlock from now on. Throws RefusedError where the request may not wait for it. */
  watch(connection: Connection): UnlockWatch {
    if (!this.mayWait(connection)) throw new RefusedError('the agent is locked');
    const { lock, sealed } = this.#parts;
    return new UnlockWatch(lock, sealed, this.#closing.signal);
  }

  /**
   * Asks the person, unless the agent is unlocked already, and resolves as `unlock` does. Rejects with NotAllowedError when
   * they leave it locked, or may not be asked again so soon; with RefusedError when it was locked by a program or nobody
   * waits any more.
   */
  async ask(use: KeyUse, question: Question, unlock: UnlockWatch): Promise<AbortSignal> {
    if (unlock.isOver) return await unlock.unlocked;
    const { missed, quietWhileLocked } = this.#parts.consent;
    // The answer is about the agent, whatever key and host the request is for.
    const identity = asSource(question.identity);
    const { closed } = use.connection;
    let asked: LockedQuestion | undefined;
    try {
      quietWhileLocked.assertMayAsk(identity);
      const signal = AbortSignal.any([closed, use.identity.removed]);
      signal.throwIfAborted();
      asked = this.#openQuestion();
      return await asked.join(question, identity, unlock.unlocked, signal);
    } catch (error) {
      if (error instanceof NotAllowedError) missed.add(question, error.answer, true);
      // A program that asks and leaves, or whose keys do, again and again, makes windows flicker: that is quietened as well.
      else if (asked?.isAbandoned) quietWhileLocked.noteGone(identity);
      throw error;
    }
  }

  /** The agent ends. */
  close(): void {
    const ending = new RefusedError('the agent is ending');
    this.#closing.abort(ending);
    this.#question?.fail(ending);
  }

  #openQuestion(): LockedQuestion {
    const open = this.#question;
    if (open && !open.signal.aborted) return open;
    const question = new LockedQuestion(this.#parts.lock.state.reason ?? '');
    this.#question = question;
    void this.#hold(question);
    return question;
  }

  /** Never rejects. */
  async #hold(question: LockedQuestion): Promise<void> {
    const { queue, ports } = this.#parts;
    try {
      await queue.run(
        question.signal,
        () => this.#converse(question),
        () => question.isLocal,
      );
    } catch (error) {
      if (question.signal.aborted) return;
      const { message } = toError(error);
      if (!(error instanceof RefusedError)) ports.log(`asking for the unlock failed: ${message}`);
      question.fail(error instanceof RefusedError ? error : new RefusedError('nobody could be asked'));
    }
  }

  async #converse(question: LockedQuestion): Promise<void> {
    const { lock, ports } = this.#parts;
    const { clock, confirmTimeLimitMs, approver } = ports;
    const tooLate = () =>
      this.#refuse(question, 'missed', 'the agent was locked and nobody unlocked it in time');
    const answer = await question.put(clock, confirmTimeLimitMs, tooLate, async (request) =>
      approver.unlockAgent?.(request, question.signal),
    );
    // SECURITY: it has ended, so that the agent may have been unlocked and locked again since it was asked.
    if (question.signal.aborted) return;
    if (answer === 'unlock') lock.resume();
    else this.#refuse(question, 'denied', 'the agent was locked and you did not unlock it');
  }

  #refuse(question: LockedQuestion, answer: 'missed' | 'denied', why: string): void {
    this.#parts.consent.quietWhileLocked.noteNo(...question.identities);
    question.fail(new NotAllowedError(answer, why));
  }

  #lockChanged(): void {
    if (this.#parts.lock.state.isPaused) return;
    // The person is there: who was told "no" before may ask at once when it is locked again.
    this.#parts.consent.quietWhileLocked.clear();
    this.#question?.end();
  }
}
