// One conversation in one window: questions one after another, each answered at most once, none too early.
import type { AnswerOutcome, QuestionPromptView } from '../../../ipc/contract/prompt.ts';
import { inputGuardMs } from '../../../text/input-guard.ts';
import type { PromptWindow } from './prompt-window-port.ts';

/** The view without what only the conversation knows. */
export type QuestionView = QuestionPromptView extends infer V
  ? V extends QuestionPromptView
    ? Omit<V, 'isFocused' | 'revision'>
    : never
  : never;

/** A question and what its answers are worth; `no` is the answer of a window that is gone. */
export interface Question<Answer> {
  /** Called anew at every look, so that it may change while the question is open. */
  readonly view: () => QuestionView;
  readonly no: Answer;
  readonly elsewhere?: Elsewhere<Answer>;
}

/** How a question is answered at a dialog of the system's, which the person asks for in the window. */
export interface Elsewhere<Answer> {
  /** Whether that is offered now. */
  isOffered(): boolean;
  /** Raises the dialog. Resolves to undefined when it was not answered, which the view says then; never rejects. */
  ask(wish: unknown, signal: AbortSignal): Promise<Answer | undefined>;
  /** Told of an answer that does not count. `isRevised`: as the question asks for more now than when the dialog came up. */
  discard(answer: Answer, isRevised: boolean): void;
}

interface OpenQuestion {
  readonly view: () => QuestionView;
  readonly answer: (answer: unknown) => void;
  readonly no: () => void;
  readonly elsewhere: Elsewhere<unknown> | undefined;
  /** Ends the dialog of the system's that is open. */
  dialog: AbortController | undefined;
  isAnswered: boolean;
}

function sayNo(question: OpenQuestion): void {
  question.dialog?.abort();
  question.no();
}

export class PromptConversation {
  readonly window: PromptWindow;
  readonly #nowMs: () => number;
  #question: OpenQuestion | undefined;
  #pageReadyMs = Number.POSITIVE_INFINITY;
  #focusedMs = Number.POSITIVE_INFINITY;
  #revision = 0;
  #revisedMs = Number.NEGATIVE_INFINITY;
  #isOver = false;

  /** `nowMs` must never run backwards. */
  constructor(window: PromptWindow, nowMs: () => number) {
    this.window = window;
    this.#nowMs = nowMs;
    if (window.isFocused) this.#focusedMs = nowMs();
    window.onFocusChanged(() => this.#focusChanged());
    window.onGone(() => this.end());
  }

  /** Resolves with the first answer that counts, or with `no` when the conversation has ended. */
  ask<Answer>({ view, no, elsewhere }: Question<Answer>): Promise<Answer> {
    if (this.#isOver) return Promise.resolve(no);
    return new Promise((resolve) => {
      this.#question = {
        view,
        answer: (answer) => resolve(answer as Answer),
        no: () => resolve(no),
        elsewhere: elsewhere as Elsewhere<unknown> | undefined,
        dialog: undefined,
        isAnswered: false,
      };
      this.refresh();
    });
  }

  /** What the page is to show now, which is when its guard starts; undefined when there is no question. */
  look(): QuestionPromptView | undefined {
    const view = this.#view();
    if (view && this.#pageReadyMs === Number.POSITIVE_INFINITY) this.#pageReadyMs = this.#nowMs();
    return view;
  }

  /** The question asks for more now: an answer counts only when that was there to be seen for the guard time. */
  revise(): void {
    this.#revision++;
    this.#revisedMs = this.#nowMs();
    this.refresh();
  }

  /**
   * Another question follows in the same window. SECURITY: what was meant for the one before must not answer it, so that the
   * window is as deaf for it as a new one.
   */
  startAgain(): void {
    this.#revision++;
    this.#revisedMs = this.#nowMs();
    if (this.#pageReadyMs < Number.POSITIVE_INFINITY) this.#pageReadyMs = this.#revisedMs;
  }

  /** The question looks different now. */
  refresh(): void {
    const view = this.#view();
    if (view && this.#pageReadyMs < Number.POSITIVE_INFINITY) this.window.tell('prompt.changed', view);
  }

  /**
   * Judges an answer. `isFor` tells whether it is meant for the question that is open; `answer` makes the value,
   * and is called only when it counts. `revision` is of the view that was answered; undefined for an answer that
   * says the same whatever the question was revised by.
   */
  take(
    isFor: (view: QuestionView) => boolean,
    answer: () => unknown,
    revision: number | undefined,
  ): AnswerOutcome {
    if (revision !== undefined && !this.#wasShown(revision) && this.#isOpen(isFor)) return 'too-early';
    return this.#settle(isFor, (question) => {
      if (question.dialog) return 'already-answered';
      question.isAnswered = true;
      question.answer(answer());
      return 'accepted';
    });
  }

  /**
   * Raises the dialog of the system's where an answer in the window would count now. SECURITY: nothing else raises it, and
   * what the person answers there counts for no more than what the window showed when they asked for it. Meanwhile the
   * window takes a "no", which ends the dialog as everything does that ends the question.
   */
  takeElsewhere(
    isFor: (view: QuestionView) => boolean,
    wish: unknown,
    revision: number | undefined,
  ): AnswerOutcome {
    if (revision !== undefined && !this.#wasShown(revision) && this.#isOpen(isFor)) return 'too-early';
    return this.#settle(isFor, (question) => {
      if (question.dialog || !question.elsewhere?.isOffered()) return 'already-answered';
      void this.#askElsewhere(question, question.elsewhere, wish, revision);
      return 'accepted';
    });
  }

  async #askElsewhere(
    question: OpenQuestion,
    elsewhere: Elsewhere<unknown>,
    wish: unknown,
    revision: number | undefined,
  ): Promise<void> {
    const dialog = new AbortController();
    question.dialog = dialog;
    const answer = await elsewhere.ask(wish, dialog.signal);
    question.dialog = undefined;
    if (answer !== undefined) {
      const isRevised = revision !== undefined && revision !== this.#revision;
      if (isRevised || question.isAnswered || this.#question !== question)
        elsewhere.discard(answer, isRevised);
      else {
        question.isAnswered = true;
        question.answer(answer);
      }
    }
    this.refresh();
  }

  /** The same for the person's "no". */
  decline(isFor: (view: QuestionView) => boolean): AnswerOutcome {
    return this.#settle(isFor, (question) => {
      question.isAnswered = true;
      sayNo(question);
      return 'accepted';
    });
  }

  #wasShown(revision: number): boolean {
    return revision === this.#revision && this.#nowMs() - this.#revisedMs >= inputGuardMs;
  }

  #isOpen(isFor: (view: QuestionView) => boolean): boolean {
    return this.#question !== undefined && !this.#question.isAnswered && isFor(this.#question.view());
  }

  #settle(
    isFor: (view: QuestionView) => boolean,
    settle: (question: OpenQuestion) => AnswerOutcome,
  ): AnswerOutcome {
    const question = this.#question;
    if (question === undefined || !this.#isOpen(isFor)) return 'already-answered';
    const sinceMs = Math.max(this.#pageReadyMs, this.#focusedMs);
    if (!this.window.isFocused || !(this.#nowMs() - sinceMs >= inputGuardMs)) return 'too-early';
    return settle(question);
  }

  /** Whether an answer was given and the next question has not come. */
  get isBusy(): boolean {
    return this.#question?.isAnswered ?? false;
  }

  /** Ends the window; an open question is answered with its `no`. Safe to call twice. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#question) sayNo(this.#question);
    this.#question = undefined;
    this.window.destroy();
  }

  #view(): QuestionPromptView | undefined {
    const view = this.#question?.view();
    return view && { ...view, isFocused: this.window.isFocused, revision: this.#revision };
  }

  #focusChanged(): void {
    const { isFocused } = this.window;
    this.#focusedMs = isFocused ? this.#nowMs() : Number.POSITIVE_INFINITY;
    this.window.tell('prompt.focusState', { isFocused });
  }
}
