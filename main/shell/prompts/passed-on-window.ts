// The window in which the person has unlocked the agent, until a request that it has shown asks for more: that comes there, too.
import type { Requester } from '../../agent/facts/requester.ts';
import type { LockedRequest, WaitingRequests } from '../../agent/ports/approver.ts';
import type { PromptConversation } from './prompt-conversation.ts';

/** A window that waits no longer than this has nothing to tell: it goes on, or is gone, before anybody sees a change. */
const unseenMs = 200;
/** Whoever asks later has a window of their own. */
const maxMs = 2500;

export class PassedOnWindow {
  readonly conversation: PromptConversation;
  readonly #requests: ReadonlySet<AbortSignal>;
  readonly #timers: readonly NodeJS.Timeout[];
  #isOver = false;

  /** `shown` are the requests that the window has shown. `tell` has it say that it waits. */
  constructor(conversation: PromptConversation, shown: readonly LockedRequest[], tell: () => void) {
    this.conversation = conversation;
    this.#requests = new Set(shown.flatMap(({ requester: { over } }) => over ?? []));
    this.#timers = [setTimeout(tell, unseenMs).unref(), setTimeout(() => this.end(), maxMs).unref()];
    for (const over of this.#requests) over.addEventListener('abort', this.#look, { once: true });
    conversation.window.onGone(() => this.end());
    this.#look();
  }

  /**
   * Whether one of those who ask now was shown in the window. SECURITY: anybody else's question has a window of its own, as
   * the person who unlocks for one program expects that one's.
   */
  isFor(question: Pick<WaitingRequests, 'requesters'>): boolean {
    const wasShown = ({ over }: Requester) => over !== undefined && this.#requests.has(over);
    return !this.#isOver && question.requesters().some(wasShown);
  }

  /** The window, for another question; it is the caller's from now on. */
  take(): PromptConversation {
    this.#leave();
    const { conversation } = this;
    conversation.startAgain();
    if (!conversation.window.isFocused) conversation.window.raise();
    return conversation;
  }

  /** Closes it, unless it was taken. Safe to call twice. */
  end(): void {
    if (this.#isOver) return;
    this.#leave();
    this.conversation.end();
  }

  readonly #look = (): void => {
    if ([...this.#requests].every(({ aborted }) => aborted)) this.end();
  };

  #leave(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const over of this.#requests) over.removeEventListener('abort', this.#look);
  }
}
