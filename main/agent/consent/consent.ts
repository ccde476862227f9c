// Whether a key may be used now: rules, remembered answers and quiet first, then the person.
import { randomUUID } from 'node:crypto';
import type { AgentPorts } from '../agent-ports.ts';
import type { ConfirmAnswer, ConfirmRequest } from '../approver.ts';
import { NotAllowedError, RefusedError } from '../errors.ts';
import { Approvals, type Question } from './approvals.ts';
import { BackOff } from './back-off.ts';
import type { KeyUse } from './key-use.ts';
import { MissedRequests } from './missed-requests.ts';
import { type Decision, decide } from './policy.ts';
import type { PolicyStore } from './policy-store.ts';
import { SharedPrompts, type SharedQuestion } from './shared-prompts.ts';

type Ask = Extract<Decision, { decision: 'ask' }>;

// A person who slipped and tries again takes longer than the first step; a program does not.
const requestBackOff = { freeNoes: 0, firstMs: 2000, maxMs: 60_000, forgetMs: 300_000 };
// Catches a program that changes its request a little each time.
const programBackOff = { freeNoes: 4, firstMs: 5000, maxMs: 60_000, forgetMs: 120_000 };

export class Consent {
  readonly policies: PolicyStore;
  readonly approvals: Approvals;
  readonly missed: MissedRequests;
  readonly #ports: AgentPorts;
  readonly #prompts = new SharedPrompts();
  readonly #requestNoes: BackOff;
  readonly #programNoes: BackOff;

  constructor(ports: AgentPorts, policies: PolicyStore) {
    this.#ports = ports;
    this.policies = policies;
    this.approvals = new Approvals(ports.clock);
    this.missed = new MissedRequests(ports.now);
    this.#requestNoes = new BackOff(ports.clock, requestBackOff);
    this.#programNoes = new BackOff(ports.clock, programBackOff);
  }

  /**
   * Resolves with the reason, as a sentence, why this use is allowed. Rejects with NotAllowedError, or with the
   * signal's reason when the question is moot.
   */
  async assertAllowed(use: KeyUse, signal: () => AbortSignal): Promise<string> {
    const decision = await this.#decide(use);
    if (decision.decision === 'deny') throw new NotAllowedError('denied', decision.reason);
    if (decision.decision === 'allow') return decision.reason;
    const question = await use.question(decision.strictness, decision.mayRemember);
    if (this.approvals.answers(question)) return 'You allowed this before, for a time that is not over.';
    return await this.#ask(use, decision, question, signal());
  }

  /** Throws NotAllowedError when it is too soon after a "no" to ask for the passphrase of the same key again. */
  async assertMayAskPassphrase(use: KeyUse): Promise<void> {
    const question = await use.question(1, true);
    try {
      this.#assertNotQuiet(question);
    } catch (error) {
      this.missed.add(question, 'suppressed');
      throw error;
    }
  }

  /** The passphrase prompt that this use waited for ended with a "no". */
  async notePassphraseRefused(use: KeyUse, answer: NotAllowedError['answer']): Promise<void> {
    const question = await use.question(1, true);
    if (answer !== 'suppressed') this.#noteNo(question);
    this.missed.add(question, answer);
  }

  /** The next request like this one is allowed, or asked about again, within a minute. False: no such entry. */
  allowNextTime(missedId: string): boolean {
    const question = this.missed.take(missedId);
    if (question === undefined) return false;
    this.#requestNoes.forget(question.identity.id);
    this.#programNoes.forget(question.identity.program);
    this.approvals.allowNextTime(question);
    return true;
  }

  /** The agent was locked: nothing that was allowed before holds. */
  forget(): void {
    this.approvals.clear();
    this.#requestNoes.clear();
    this.#programNoes.clear();
  }

  async #decide(use: KeyUse): Promise<Decision> {
    const { policy } = this.policies;
    // Without rules no program or host counts, and a use that is allowed anyway need not wait for look-ups.
    if (policy.rules.length === 0) {
      const quick = decide(policy, use.quickRequest);
      if (quick.decision === 'allow') return quick;
    }
    return decide(policy, await use.policyRequest());
  }

  async #ask(use: KeyUse, decision: Ask, question: Question, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    if (!use.connection.peer.mayPrompt)
      throw new RefusedError('the key needs a person, and this client may not ask one');
    try {
      this.#assertNotQuiet(question);
      // A stricter question is another one, though everything else is the same.
      const shared = { ...question.identity, id: `${decision.strictness} ${question.identity.id}` };
      await this.#prompts.ask(shared, signal, (sharedQuestion, promptSignal) =>
        this.#prompt(decision, question, sharedQuestion, promptSignal),
      );
      return 'You allowed this when you were asked.';
    } catch (error) {
      if (error instanceof NotAllowedError) this.missed.add(question, error.answer);
      throw error;
    }
  }

  #assertNotQuiet({ identity: { id, program } }: Question): void {
    if (this.#requestNoes.isQuiet(id) || this.#programNoes.isQuiet(program))
      throw new NotAllowedError('suppressed', 'it asked again too soon after a "no"');
  }

  #noteNo({ identity: { id, program } }: Question): void {
    if (this.#requestNoes.noteNo(id)) this.#programNoes.noteNo(program);
  }

  /** One conversation, however many requests share it. Rejects unless the answer is yes. */
  async #prompt(
    decision: Ask,
    question: Question,
    shared: SharedQuestion,
    everybodyLeft: AbortSignal,
  ): Promise<ConfirmAnswer> {
    const { approver, prompts, clock, confirmTimeLimitMs: timeLimitMs } = this.#ports;
    const timeLimit = new AbortController();
    const signal = AbortSignal.any([everybodyLeft, timeLimit.signal]);
    const request: ConfirmRequest = {
      id: randomUUID(),
      reason: { kind: 'use-key', because: decision.reason },
      key: question.key,
      requester: question.requester,
      mayRemember: question.identity.isRecognizable,
      requestCount: shared.requestCount,
      onRequestCountChanged: shared.onRequestCountChanged,
      timeLimitMs,
    };
    try {
      const answer = await prompts.run(signal, async () => {
        const tooLate = () => timeLimit.abort(new NotAllowedError('missed', 'nobody confirmed in time'));
        const stopTimer = clock.schedule(timeLimitMs, tooLate);
        try {
          return await approver.confirm(request, signal);
        } finally {
          stopTimer();
        }
      });
      signal.throwIfAborted();
      if (answer === 'deny')
        throw new NotAllowedError('denied', 'the person did not allow the use of the key');
      this.#noteYes(question, answer);
      return answer;
    } catch (error) {
      if (error instanceof NotAllowedError) this.#noteNo(question);
      // A program that asks and leaves, again and again, makes prompts flicker: that is quietened as well.
      else if (everybodyLeft.aborted) this.#programNoes.noteNo(question.identity.program);
      throw error;
    }
  }

  #noteYes(question: Question, answer: Exclude<ConfirmAnswer, 'deny'>): void {
    this.#requestNoes.forget(question.identity.id);
    this.#programNoes.forget(question.identity.program);
    if (answer !== 'allow') this.approvals.remember(question, answer.remember);
  }
}
