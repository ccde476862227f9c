// Whether a key may be used now: rules, remembered answers and quiet first, then the person.
import { randomUUID } from 'node:crypto';
import { AnswerTime } from '../asking/answer-time.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import { isFromHere } from '../facts/requester.ts';
import { timeLimits } from '../limits/time-limits.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import type { ConfirmRequest, KeepUnlocked } from '../ports/approver.ts';
import { NotAllowedError } from '../protocol/errors.ts';
import { UsePins } from '../ring/use-pin.ts';
import { needsPerson } from '../ring/visibility.ts';
import { Approvals, type Question } from './approvals.ts';
import { assertMayAsk, type KeyUse } from './key-use.ts';
import { MissedRequests } from './missed-requests.ts';
import { Newcomers } from './newcomers.ts';
import { type ConsentMemory, type NotYetAllowed, Permit } from './permit.ts';
import { type PromptPlace, PromptPlaces } from './prompt-places.ts';
import { asSource, Quiet } from './quiet.ts';
import { type Decision, decide, type Policy } from './rules/policy.ts';
import type { PolicyStore } from './rules/policy-store.ts';
import { SharedPrompts, type SharedQuestion } from './shared-prompts.ts';
import type { UseRecorder } from './use-recorder.ts';

type Ask = Extract<Decision, { decision: 'ask' }>;
type Allow = Extract<Decision, { decision: 'allow' }>;

/** What one prompt has beside its question. */
interface Asking {
  readonly place: PromptPlace;
  readonly shared: SharedQuestion;
  readonly everybodyLeft: AbortSignal;
}

const confirmPlaces = {
  /** As many logins as one command starts at once (fifty forks and more); an answer that is remembered serves all. */
  requestsPerKind: 256,
  requestsPerKindFromElsewhere: 16,
  kindsPerSource: 3,
  kindsPerGroup: 6,
  kindsFromElsewhere: 16,
  kinds: 32,
  /** As many hosts as one command logs in to at once; each is asked about, after the questions of all others here. */
  newKindsPerSource: 64,
  newKinds: 128,
};
/** For machines elsewhere, by key; how many requests may wait for one passphrase is the prompt's own matter. */
const passphrasePlaces = { ...confirmPlaces, requestsPerKindFromElsewhere: Number.POSITIVE_INFINITY };

const allowedNow = 'You allowed this when you were asked.';
const allowedBefore = 'You allowed this before, for a time that is not over.';

/** Whether a plain "yes" answers the next questions of the kind, too, until the agent is locked. */
function isMeantForTheLike(decision: Ask, { identity }: Question): boolean {
  return decision.isUntilLocked === true && identity.isRecognizable;
}

/** Without rules no program or host counts, and a use that is allowed anyway need not wait for look-ups. */
function quickDecision(use: KeyUse, policy: Policy): Allow | undefined {
  if (policy.rules.length > 0) return undefined;
  const quick = decide(policy, use.quickRequest);
  return quick.decision === 'allow' ? quick : undefined;
}

export class Consent {
  readonly policies: PolicyStore;
  readonly approvals: Approvals;
  readonly missed: MissedRequests;
  readonly recorder: UseRecorder;
  /** Of who asks while the agent is locked; what holds of it does not end with the lock. */
  readonly quietWhileLocked: Quiet;
  readonly #ports: AgentPorts;
  readonly #queue: PromptQueue;
  readonly #prompts = new SharedPrompts();
  readonly #confirmPlaces = new PromptPlaces(confirmPlaces);
  readonly #quiet: Quiet;
  readonly #memory: ConsentMemory;

  constructor(ports: AgentPorts, queue: PromptQueue, policies: PolicyStore, recorder: UseRecorder) {
    this.#ports = ports;
    this.#queue = queue;
    this.policies = policies;
    this.recorder = recorder;
    this.approvals = new Approvals(ports.clock, ports.log);
    this.missed = new MissedRequests(ports.now, ports.log);
    this.#quiet = new Quiet(ports.clock);
    this.quietWhileLocked = new Quiet(ports.clock, timeLimits.quietWhileLocked, new Newcomers(ports.clock));
    this.#memory = {
      policies,
      missed: this.missed,
      recorder,
      quiet: this.#quiet,
      passphrasePlaces: new PromptPlaces(passphrasePlaces),
      pinPlaces: new PromptPlaces(confirmPlaces),
      pins: new UsePins(ports, queue),
    };
  }

  /**
   * Whether this use is allowed now: at once where that takes no look-up. Throws or rejects with NotAllowedError, or with the
   * signal's reason when that is moot.
   */
  judge(use: KeyUse, signal: () => AbortSignal): Permit | Promise<Permit> {
    if (needsPerson(use.identity)) assertMayAsk(use);
    const { policy } = this.policies;
    const permitted = (reason: string | NotYetAllowed) => new Permit(use, policy, reason, this.#memory);
    const quick = quickDecision(use, policy);
    return quick ? permitted(quick.reason) : this.#whyAllowed(use, policy, signal).then(permitted);
  }

  /**
   * What the person would be asked about the use, or for all that is known could be. Rejects with NotAllowedError where
   * their rules deny it: nobody need be asked anything for it.
   */
  async questionOf(use: KeyUse): Promise<Question> {
    const { policy } = this.policies;
    const decision = quickDecision(use, policy) ?? decide(policy, await use.policyRequest());
    if (decision.decision === 'deny') throw new NotAllowedError('denied', decision.reason);
    if (decision.decision === 'allow') return await use.question(1, true);
    return await use.question(decision.strictness, decision.mayRemember);
  }

  /** The use was not made, for whatever reason: writes it down. */
  noteRefused(use: KeyUse, error: unknown): void {
    this.recorder.refused(use, error);
  }

  /** The next request like this one is allowed, or asked about again, within a minute. False: no such entry. */
  allowNextTime(missedId: string): boolean {
    const question = this.missed.take(missedId);
    if (question === undefined) return false;
    this.#quiet.forget(question.identity);
    this.quietWhileLocked.forget(asSource(question.identity));
    this.approvals.allowNextTime(question);
    return true;
  }

  /** The agent was locked: nothing that was allowed before holds. */
  forget(): void {
    this.approvals.clear();
    this.#quiet.clear();
  }

  /** The reason, as a sentence; or how it is allowed yet. */
  async #whyAllowed(use: KeyUse, policy: Policy, signal: () => AbortSignal): Promise<string | NotYetAllowed> {
    const decision = decide(policy, await use.policyRequest());
    if (decision.decision === 'deny') throw new NotAllowedError('denied', decision.reason);
    if (decision.decision === 'allow') return decision.reason;
    const question = await use.question(decision.strictness, decision.mayRemember);
    const ask = async () =>
      this.approvals.answers(question) ? allowedBefore : await this.#ask(use, decision, question, signal());
    if (decision.strictness > 0 || !use.identity.key.isEncryptedOnly) return await ask();
    if (this.approvals.answers(question)) return allowedBefore;
    // The prompt for the passphrase shows all that a question about what is new does.
    const isUntilLocked = isMeantForTheLike(decision, question);
    const isAllowedMeanwhile = () => this.approvals.remembers(question);
    const noteUnlocked = (keep: KeepUnlocked) => {
      // SECURITY: the person has just said for how long, and the prompt does not say that it allows for longer.
      if (isAllowedMeanwhile()) return allowedBefore;
      if (isUntilLocked && keep.kind !== 'once') this.approvals.remember(question, 'until-locked');
      return allowedNow;
    };
    return { isUntilLocked, isAllowedMeanwhile, ask, noteUnlocked };
  }

  async #ask(use: KeyUse, decision: Ask, question: Question, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    assertMayAsk(use);
    const { identity, requester } = question;
    try {
      this.#quiet.assertMayAsk(identity);
      using place = this.#confirmPlaces.take(
        identity.id,
        identity.source,
        isMeantForTheLike(decision, question),
      );
      const sharedId = use.sharedPromptId(decision.strictness, identity);
      return await this.#prompts.ask(sharedId, requester, signal, (shared, everybodyLeft) =>
        this.#prompt(decision, question, { place, shared, everybodyLeft }),
      );
    } catch (error) {
      if (error instanceof NotAllowedError) this.missed.add(question, error.answer);
      throw error;
    }
  }

  /** One question, however many requests share it. Rejects unless the use is allowed. */
  async #prompt(decision: Ask, question: Question, asking: Asking): Promise<string> {
    const { place, everybodyLeft } = asking;
    let mayFlicker = !place.isExtra;
    try {
      const reason = await this.#inTurn(question, asking, () => {
        place.assertStillAsked();
        mayFlicker = true;
        return this.#converse(decision, question, asking);
      });
      everybodyLeft.throwIfAborted();
      return reason;
    } catch (error) {
      // A program that asks and leaves, again and again, makes prompts flicker: that is quietened as well.
      // One of many that waited too long for its server is no such program.
      if (!(error instanceof NotAllowedError) && everybodyLeft.aborted && mayFlicker)
        this.#quiet.noteGone(question.identity);
      throw error;
    }
  }

  /** Waits for the person to be free; an answer that is remembered meanwhile counts for who waits, too. */
  async #inTurn(question: Question, asking: Asking, converse: () => Promise<string>): Promise<string> {
    const { place, everybodyLeft } = asking;
    const { isHere } = question.identity.source;
    const answered = new AbortController();
    const stop = this.approvals.onChanged(() => {
      if (this.approvals.remembers(question)) answered.abort();
    });
    const begin = () => {
      stop();
      return this.approvals.remembers(question) ? Promise.resolve(allowedBefore) : converse();
    };
    try {
      const waiting = AbortSignal.any([everybodyLeft, answered.signal]);
      return await this.#queue.run(waiting, begin, () => isHere && (place.isExtra ? 'second' : 'first'));
    } catch (error) {
      if (answered.signal.aborted) return allowedBefore;
      throw error;
    } finally {
      stop();
    }
  }

  /** Asks, and takes note of the answer before the next in the queue has its turn. */
  async #converse(decision: Ask, question: Question, asking: Asking): Promise<string> {
    const { place, shared, everybodyLeft } = asking;
    const { approver, clock, confirmTimeLimitMs: timeLimitMs } = this.#ports;
    const timeLimit = new AbortController();
    const signal = AbortSignal.any([everybodyLeft, timeLimit.signal]);
    const tooLate = () => timeLimit.abort(new NotAllowedError('missed', 'nobody confirmed in time'));
    using time = new AnswerTime(clock, timeLimitMs, tooLate);
    const seen = new Set(shared.requesters());
    shared.onRequestersChanged(() => {
      const joined = shared.requesters().filter((requester) => !seen.has(requester));
      for (const requester of joined) seen.add(requester);
      if (joined.some(isFromHere)) time.restart();
    });
    const request: ConfirmRequest = {
      id: randomUUID(),
      reason: { kind: 'use-key', because: decision.reason },
      key: question.key,
      mayRemember: question.identity.isRecognizable,
      ...(isMeantForTheLike(decision, question) && { usualRemember: 'until-locked' }),
      timeLimitMs,
      remainingMs: () => time.remainingMs,
      ...shared,
    };
    try {
      const answer = await approver.confirm(request, signal);
      signal.throwIfAborted();
      if (answer === 'deny')
        throw new NotAllowedError('denied', 'the person did not allow the use of the key');
      place.noteAnswer('yes');
      this.#quiet.forget(question.identity);
      if (answer !== 'allow') this.approvals.remember(question, answer.remember);
      return allowedNow;
    } catch (error) {
      if (error instanceof NotAllowedError) {
        place.noteAnswer('no');
        this.#quiet.noteNo(question.identity);
      }
      throw error;
    }
  }
}
