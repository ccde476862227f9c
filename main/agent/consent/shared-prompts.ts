// One prompt for requests that are the same; each of them is shown before the answer counts for it.

import { Listeners } from '../../basics/listeners.ts';
import { unlessAborted } from '../../basics/waiting.ts';
import type { Requester } from '../facts/requester.ts';
import { NotAllowedError } from '../protocol/errors.ts';

/** Requests that wait for the same answer. */
export interface SharedQuestion {
  /** Who waits now, oldest first; never empty. */
  requesters(): readonly Requester[];
  onRequestersChanged(listener: () => void): () => void;
  /** From now on nobody joins; the next request of the kind opens a prompt of its own. */
  stopJoining(): void;
}

/** Puts the question to the person; rejects with the signal's reason when everybody has left. */
export type PutQuestion = (question: SharedQuestion, signal: AbortSignal) => Promise<string>;

/** Also of those that have left again, as each that comes keeps the person waiting. */
const maxJoins = 16;

interface OpenPrompt {
  /** Why the use is allowed, as a sentence. */
  readonly reason: Promise<string>;
  readonly everybodyLeft: AbortController;
  readonly changed: Listeners;
  readonly waiting: Set<{ readonly requester: Requester }>;
  joins: number;
}

export class SharedPrompts {
  readonly #open = new Map<string, OpenPrompt>();

  /**
   * Resolves with what `put` resolves with, which is called unless the same question is open already. Equal `id`s are
   * for requests that one answer may decide. Rejects with the signal's reason, with what `put` rejects with, or with
   * NotAllowedError when too many have joined.
   */
  async ask(id: string, requester: Requester, signal: AbortSignal, put: PutQuestion): Promise<string> {
    signal.throwIfAborted();
    const prompt = this.#open.get(id) ?? this.#openPrompt(id, requester, put);
    if (prompt.joins >= maxJoins)
      throw new NotAllowedError('suppressed', 'too many requests wait for the same answer');
    return this.#join(prompt, requester, signal);
  }

  #openPrompt(id: string, opener: Requester, put: PutQuestion): OpenPrompt {
    const everybodyLeft = new AbortController();
    const changed = new Listeners();
    const close = () => {
      if (this.#open.get(id) === prompt) this.#open.delete(id);
    };
    let last: readonly Requester[] = [opener];
    const question: SharedQuestion = {
      requesters: () => {
        if (prompt.waiting.size > 0) last = [...prompt.waiting].map(({ requester }) => requester);
        return last;
      },
      onRequestersChanged: (listener) => changed.add(listener),
      stopJoining: close,
    };
    // Put in a later turn, so that `prompt` is there whatever `put` does first.
    const reason = Promise.resolve().then(() => put(question, everybodyLeft.signal));
    const prompt: OpenPrompt = { reason, everybodyLeft, changed, waiting: new Set(), joins: 0 };
    this.#open.set(id, prompt);
    everybodyLeft.signal.addEventListener('abort', close);
    reason.then(close, close);
    return prompt;
  }

  #join(prompt: OpenPrompt, requester: Requester, signal: AbortSignal): Promise<string> {
    return unlessAborted(signal, (resolve, reject) => {
      const waiter = { requester };
      prompt.waiting.add(waiter);
      prompt.joins++;
      prompt.changed.tell();
      prompt.reason.then(resolve, reject);
      return () => {
        prompt.waiting.delete(waiter);
        if (prompt.waiting.size === 0) prompt.everybodyLeft.abort(signal.reason);
        else prompt.changed.tell();
      };
    });
  }
}
