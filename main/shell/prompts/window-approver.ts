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
  UnlockAgentAnswer,
  UnlockAgentRequest,
  WaitingRequests,
  WaitingSignature,
} from '../../agent/ports/approver.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import { Listeners } from '../../basics/listeners.ts';
import { alsoAllowsSentence, rememberSentence, requesterView } from '../views/requester-view.ts';
import { shownComment } from '../views/shown-text.ts';
import { HelloOfPrompt, type TypedAnswer, type WantedHello } from './hello-of-prompt.ts';
import { setUpHello } from './hello-set-up.ts';
import type { HelloUnlock } from './hello-unlock.ts';
import { PassedOnWindow } from './passed-on-window.ts';
import { PromptConversation } from './prompt-conversation.ts';
import type { OpenPromptWindow, OpenWaitWindow } from './prompt-window-port.ts';
import { followWaiting, listed, unlockAgentView } from './unlock-agent-view.ts';
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
  /** Left out where keys are opened by their passphrases alone. */
  readonly hello?: HelloUnlock;
}

interface OpenPrompt {
  readonly conversation: PromptConversation;
  readonly hello: HelloOfPrompt;
  readonly summary: PromptSummary;
  /** A signal made of others stays in memory for as long as anybody listens to it. */
  readonly leaveSignal: () => void;
}

/** What the conversation adds to a view. */
type OfConversation = 'isFocused' | 'revision';

const windowTitles: Readonly<Record<PromptSummary['kind'], string>> = {
  confirm: 'Allow the use of a key?',
  passphrase: 'Unlock a key',
  'unlock-agent': 'Sallyport is locked',
};

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
  /** Windows of prompts whose keys are open, and which Windows Hello is to open from now on. */
  readonly #settingUp = new Set<PromptConversation>();
  /** Where the agent was unlocked last. */
  #passedOn: PassedOnWindow | undefined;
  readonly #listeners = new Listeners();

  constructor(options: WindowApproverOptions) {
    this.#options = options;
    this.waits = new WaitWindow({ openWindow: options.openWaitWindow, log: options.log });
  }

  showWaiting(waiting: WaitingSignature, signal: AbortSignal): Promise<'cancelled' | 'not-shown'> {
    // It asks nothing more.
    if (this.#passedOn?.isFor({ requesters: () => [waiting.requester] })) this.#passedOn.end();
    return this.waits.show(waiting, signal);
  }

  async confirm(request: ConfirmRequest, signal: AbortSignal): Promise<ConfirmAnswer> {
    const conversation = this.#prompt(request, request.key, 'confirm', signal)?.conversation;
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
    const prompt = this.#prompt(request, request.key, 'passphrase', signal);
    if (prompt === undefined) return { kind: 'cancelled' };
    const { conversation, hello } = prompt;
    const stop = followRequesters(request, conversation);
    hello.begin(request);
    let answer: PassphraseAnswer = { kind: 'cancelled' };
    try {
      const given = await conversation.ask<TypedAnswer>({
        no: { kind: 'cancelled' },
        view: () => this.#passphraseView(request, prompt),
        ...(request.pinOf === undefined && { elsewhere: hello }),
      });
      answer = hello.answerOf(given, (wanted) => this.#setUpHello(request, prompt, wanted));
      // Ended while it was answered: nothing tells any more that a copy is of no use.
      if (signal.aborted) hello.forget();
      return answer;
    } finally {
      stop();
      // A passphrase may be wrong: its window waits for the next attempt, or for the signal.
      if (answer.kind === 'cancelled') this.#end(request.id);
      else conversation.refresh();
    }
  }

  async unlockAgent(request: UnlockAgentRequest, signal: AbortSignal): Promise<UnlockAgentAnswer> {
    const [first] = request.waiting();
    const conversation = first && this.#prompt(request, first.key, 'unlock-agent', signal)?.conversation;
    if (conversation === undefined) throw new RefusedError('there is no window to ask in');
    const stop = followWaiting(request, conversation);
    let isUnlocked = false;
    const answer = await conversation.ask<UnlockAgentAnswer>({
      no: 'stay-locked',
      view: () => ({
        ...unlockAgentView(request),
        ...(isUnlocked && { isUnlocked }),
        waitingBehind: this.#options.waitingBehind(),
      }),
    });
    stop();
    if (answer === 'stay-locked') this.#end(request.id);
    else
      this.#passOn(request, () => {
        isUnlocked = true;
        conversation.refresh();
      });
    return answer;
  }

  /** The conversation that is held in a window. */
  conversationIn(webContentsId: number): PromptConversation | undefined {
    const open = [...this.#open.values()].map(({ conversation }) => conversation);
    const passedOn = this.#passedOn ? [this.#passedOn.conversation] : [];
    return [...open, ...this.#settingUp, ...passedOn].find(
      ({ window }) => window.webContentsId === webContentsId,
    );
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

  /** Gives up what is still being set up, or waits for what comes after an unlock, as the agent is locked or ends. */
  endWithAgent(): void {
    for (const conversation of this.#settingUp) conversation.end();
    this.#passedOn?.end();
  }

  #prompt(
    asked: { readonly id: string } & Partial<WaitingRequests>,
    key: KeyIdentity,
    kind: PromptSummary['kind'],
    signal: AbortSignal,
  ): OpenPrompt | undefined {
    const { id } = asked;
    const present = this.#open.get(id);
    if (signal.aborted || present) return present;
    try {
      const conversation = this.#conversationFor(asked, windowTitles[kind]);
      const { window } = conversation;
      const comment = shownComment(key.comment);
      const summary = { id, kind, keyComment: comment, fingerprint: key.fingerprint };
      const end = () => this.#end(id);
      const leaveSignal = () => signal.removeEventListener('abort', end);
      const hello = new HelloOfPrompt(
        kind === 'passphrase' ? this.#options.hello : undefined,
        key.fingerprint,
        window,
        () => conversation.refresh(),
      );
      const prompt = { conversation, hello, summary, leaveSignal };
      this.#open.set(id, prompt);
      signal.addEventListener('abort', end, { once: true });
      window.onGone(end);
      this.#listeners.tell();
      return prompt;
    } catch (error: unknown) {
      // Without a window there is no consent.
      this.#options.log(`no prompt window: ${error instanceof Error ? error.message : 'unknown error'}`);
      return undefined;
    }
  }

  /** In the window where the agent was unlocked for one of those who ask now, else in a new one. */
  #conversationFor({ requesters }: Partial<WaitingRequests>, title: string): PromptConversation {
    const passedOn = this.#passedOn;
    this.#passedOn = undefined;
    if (requesters && passedOn?.isFor({ requesters })) return passedOn.take();
    passedOn?.end();
    return new PromptConversation(this.#options.openWindow(title), this.#options.nowMs);
  }

  #passOn(request: UnlockAgentRequest, tell: () => void): void {
    const present = this.#open.get(request.id);
    if (present === undefined) return;
    this.#leave(request.id, present);
    this.#passedOn = new PassedOnWindow(present.conversation, listed(request), tell);
  }

  #end(id: string): void {
    const present = this.#open.get(id);
    if (present === undefined) return;
    this.#leave(id, present);
    present.hello.forget();
    present.conversation.end();
  }

  #leave(id: string, { leaveSignal }: OpenPrompt): void {
    this.#open.delete(id);
    leaveSignal();
    this.#listeners.tell();
  }

  /** The key is open and whoever waits is served; its window stays for what Windows asks. */
  #setUpHello({ id, key }: PassphraseRequest, prompt: OpenPrompt, wanted: WantedHello): void {
    const { hello } = this.#options;
    if (hello === undefined || this.#open.get(id) !== prompt) {
      wanted.passphrase.wipe();
      return;
    }
    const { conversation } = prompt;
    this.#leave(id, prompt);
    this.#settingUp.add(conversation);
    void setUpHello(hello, conversation, keyView(key), wanted).finally(() => {
      this.#settingUp.delete(conversation);
      conversation.end();
    });
  }

  #passphraseView(
    request: PassphraseRequest,
    { conversation, hello }: OpenPrompt,
  ): Omit<PassphrasePromptView, OfConversation> {
    const problem = hello.problem ?? request.problem;
    const helloView = hello.view(request);
    const alsoAllows = alsoAllowsSentence(request.alsoAllows?.(), request.requesters());
    return {
      kind: 'passphrase',
      id: request.id,
      key: keyView(request.key),
      timeLimitMs: request.timeLimitMs,
      remainingMs: request.remainingMs(),
      attempt: request.attempt,
      ...(request.pinOf !== undefined && { pinOf: shownComment(request.pinOf) }),
      ...(request.isForOneUse && { isForOneUse: true }),
      ...(problem !== undefined && { problem }),
      ...(helloView && { hello: helloView }),
      ...(alsoAllows !== undefined && { alsoAllows }),
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
    ...(request.mayRemember &&
      requesters[0] && { rememberCovers: rememberSentence(requesters[0], request.usualRemember) }),
    ...(request.usualRemember && { usualRemember: request.usualRemember }),
  };
}
