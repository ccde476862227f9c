// The person at the windows: one window for each conversation, made when needed and destroyed after the answer.
import type { ConfirmPromptView, PassphrasePromptView, PromptSummary } from '../../../ipc/contract/prompt.ts';
import type { Settings } from '../../../ipc/contract/settings.ts';
import type {
  Approver,
  ConfirmAnswer,
  ConfirmRequest,
  KeyIdentity,
  PassphraseAnswer,
  PassphraseRequest,
  WaitingSignature,
} from '../../agent/ports/approver.ts';
import { Listeners } from '../../basics/listeners.ts';
import { rememberSentence, requesterView } from '../views/requester-view.ts';
import { shownComment } from '../views/shown-text.ts';
import { PromptConversation } from './prompt-conversation.ts';
import type { OpenPromptWindow, OpenWaitWindow } from './prompt-window-port.ts';
import { WaitWindow } from './wait-window.ts';

export interface WindowApproverOptions {
  readonly openWindow: OpenPromptWindow;
  readonly openWaitWindow: OpenWaitWindow;
  readonly settings: () => Settings;
  /** How many questions wait behind the open one. */
  readonly waitingBehind: () => number;
  /** Must never run backwards. */
  readonly nowMs: () => number;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

interface OpenPrompt {
  readonly conversation: PromptConversation;
  readonly summary: PromptSummary;
  /** A signal made of others stays in memory for as long as anybody listens to it. */
  readonly leaveSignal: () => void;
}

/** What the conversation adds to a view. */
type OfConversation = 'isFocused' | 'revision';

const keyView = ({ comment, fingerprint, algorithm }: KeyIdentity) => ({
  comment: shownComment(comment),
  fingerprint,
  algorithm,
});

export class WindowApprover implements Approver {
  /** Beside the questions, which it holds up no more than they do it. */
  readonly waits: WaitWindow;
  readonly #options: WindowApproverOptions;
  /** By the request's id, in the order of opening. */
  readonly #open = new Map<string, OpenPrompt>();
  readonly #listeners = new Listeners();

  constructor(options: WindowApproverOptions) {
    this.#options = options;
    this.waits = new WaitWindow({ openWindow: options.openWaitWindow, log: options.log });
  }

  showWaiting(waiting: WaitingSignature, signal: AbortSignal): Promise<'cancelled' | 'not-shown'> {
    return this.waits.show(waiting, signal);
  }

  async confirm(request: ConfirmRequest, signal: AbortSignal): Promise<ConfirmAnswer> {
    const conversation = this.#conversation(request.id, request.key, 'confirm', signal);
    if (conversation === undefined) return 'deny';
    const stop = followRequesters(request, conversation);
    try {
      return await conversation.ask<ConfirmAnswer>({
        no: 'deny',
        view: () => ({ ...confirmView(request), waitingBehind: this.#options.waitingBehind() }),
      });
    } finally {
      stop();
      this.#end(request.id);
    }
  }

  async askPassphrase(request: PassphraseRequest, signal: AbortSignal): Promise<PassphraseAnswer> {
    const conversation = this.#conversation(request.id, request.key, 'passphrase', signal);
    if (conversation === undefined) return { kind: 'cancelled' };
    const stop = followRequesters(request, conversation);
    let answer: PassphraseAnswer = { kind: 'cancelled' };
    try {
      answer = await conversation.ask<PassphraseAnswer>({
        no: { kind: 'cancelled' },
        view: () => this.#passphraseView(request, conversation),
      });
      return answer;
    } finally {
      stop();
      // A passphrase may be wrong: its window waits for the next attempt, or for the signal.
      if (answer.kind === 'cancelled') this.#end(request.id);
      else conversation.refresh();
    }
  }

  /** The conversation that is held in a window. */
  conversationIn(webContentsId: number): PromptConversation | undefined {
    const isThere = ({ conversation }: OpenPrompt) => conversation.window.webContentsId === webContentsId;
    return [...this.#open.values()].find(isThere)?.conversation;
  }

  /** Open prompts, oldest first. */
  get prompts(): readonly PromptSummary[] {
    return [...this.#open.values()].map(({ summary }) => summary);
  }

  /** Calls back when `prompts` has changed; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The questions look different now: others wait behind them, say. */
  refresh(): void {
    for (const { conversation } of this.#open.values()) conversation.refresh();
  }

  /** Brings the newest prompt before the person again; false when there is none. */
  raise(): boolean {
    const newest = [...this.#open.values()].at(-1);
    newest?.conversation.window.raise();
    return newest !== undefined;
  }

  #conversation(
    id: string,
    key: KeyIdentity,
    kind: PromptSummary['kind'],
    signal: AbortSignal,
  ): PromptConversation | undefined {
    const present = this.#open.get(id);
    if (signal.aborted || present) return present?.conversation;
    try {
      const window = this.#options.openWindow(
        kind === 'confirm' ? 'Allow the use of a key?' : 'Unlock a key',
      );
      const conversation = new PromptConversation(window, this.#options.nowMs);
      const comment = shownComment(key.comment);
      const summary = { id, kind, keyComment: comment, fingerprint: key.fingerprint };
      const end = () => this.#end(id);
      const leaveSignal = () => signal.removeEventListener('abort', end);
      this.#open.set(id, { conversation, summary, leaveSignal });
      signal.addEventListener('abort', end, { once: true });
      window.onGone(end);
      this.#listeners.tell();
      return conversation;
    } catch (error: unknown) {
      // Without a window there is no consent.
      this.#options.log(`no prompt window: ${error instanceof Error ? error.message : 'unknown error'}`);
      return undefined;
    }
  }

  #end(id: string): void {
    const present = this.#open.get(id);
    if (present === undefined) return;
    this.#open.delete(id);
    present.leaveSignal();
    present.conversation.end();
    this.#listeners.tell();
  }

  #passphraseView(
    request: PassphraseRequest,
    conversation: PromptConversation,
  ): Omit<PassphrasePromptView, OfConversation> {
    return {
      kind: 'passphrase',
      id: request.id,
      key: keyView(request.key),
      timeLimitMs: request.timeLimitMs,
      remainingMs: request.remainingMs(),
      attempt: request.attempt,
      ...(request.pinOf !== undefined && { pinOf: shownComment(request.pinOf) }),
      ...(request.problem !== undefined && { problem: request.problem }),
      isBusy: conversation.isBusy,
      requesters: request.requesters().map(requesterView),
      keepDefault: this.#options.settings().keepUnlocked,
      waitingBehind: this.#options.waitingBehind(),
    };
  }
}

/** Shows who comes to wait and who leaves; returns the way to stop that. */
function followRequesters(
  request: ConfirmRequest | PassphraseRequest,
  conversation: PromptConversation,
): () => void {
  const shown = new Set(request.requesters());
  return request.onRequestersChanged(() => {
    const joined = request.requesters().filter((requester) => !shown.has(requester));
    for (const requester of joined) shown.add(requester);
    if (joined.length > 0) conversation.revise();
    else conversation.refresh();
  });
}

function confirmView(request: ConfirmRequest): Omit<ConfirmPromptView, OfConversation | 'waitingBehind'> {
  const requesters = request.requesters();
  return {
    kind: 'confirm',
    id: request.id,
    key: keyView(request.key),
    timeLimitMs: request.timeLimitMs,
    remainingMs: request.remainingMs(),
    reason: request.reason,
    requesters: requesters.map(requesterView),
    ...(request.mayRemember && requesters[0] && { rememberCovers: rememberSentence(requesters[0]) }),
  };
}
