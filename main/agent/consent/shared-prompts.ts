// One prompt for requests that are the same, and a bound on how many prompts a program may have waiting.
import type { ConfirmAnswer } from '../approver.ts';
import { NotAllowedError, toError } from '../errors.ts';
import { Listeners } from './listeners.ts';
import type { RequestIdentity } from './request-identity.ts';

/** Requests that wait for the same answer. */
export interface SharedQuestion {
  requestCount(): number;
  onRequestCountChanged(listener: () => void): () => void;
}

/** Puts the question to the person; rejects with the signal's reason when everybody has left. */
export type PutQuestion = (question: SharedQuestion, signal: AbortSignal) => Promise<ConfirmAnswer>;

const maxRequestsPerPrompt = 16;
const maxPromptsPerProgram = 3;
const maxPrompts = 32;

interface OpenPrompt {
  readonly program: string;
  readonly answer: Promise<ConfirmAnswer>;
  readonly everybodyLeft: AbortController;
  readonly changed: Listeners;
  requests: number;
}

export class SharedPrompts {
  readonly #open = new Map<string, OpenPrompt>();

  /**
   * Resolves with the person's answer to `identity`, asked for with `put` unless the same question is open already.
   * Rejects with the signal's reason, with what `put` rejects with, or with NotAllowedError when too many wait already.
   */
  async ask(identity: RequestIdentity, signal: AbortSignal, put: PutQuestion): Promise<ConfirmAnswer> {
    signal.throwIfAborted();
    let prompt = this.#open.get(identity.id);
    if (prompt === undefined) {
      this.#assertRoomFor(identity);
      prompt = this.#openPrompt(identity, put);
    } else if (prompt.requests >= maxRequestsPerPrompt) {
      throw new NotAllowedError('suppressed', 'too many requests wait for the same answer');
    }
    return this.#join(prompt, signal);
  }

  #assertRoomFor({ program }: RequestIdentity): void {
    const ofProgram = [...this.#open.values()].filter((prompt) => prompt.program === program).length;
    if (ofProgram >= maxPromptsPerProgram || this.#open.size >= maxPrompts)
      throw new NotAllowedError('suppressed', 'too many questions wait for the person');
  }

  #openPrompt({ id, program }: RequestIdentity, put: PutQuestion): OpenPrompt {
    const everybodyLeft = new AbortController();
    const changed = new Listeners();
    const question: SharedQuestion = {
      requestCount: () => Math.max(prompt.requests, 1),
      onRequestCountChanged: (listener) => changed.add(listener),
    };
    // Put in a later turn, so that `prompt` is there whatever `put` does first.
    const answer = Promise.resolve().then(() => put(question, everybodyLeft.signal));
    const prompt: OpenPrompt = { program, answer, everybodyLeft, changed, requests: 0 };
    this.#open.set(id, prompt);
    const close = () => {
      if (this.#open.get(id) === prompt) this.#open.delete(id);
    };
    everybodyLeft.signal.addEventListener('abort', close, { once: true });
    answer.then(close, close);
    return prompt;
  }

  #join(prompt: OpenPrompt, signal: AbortSignal): Promise<ConfirmAnswer> {
    prompt.requests++;
    prompt.changed.tell();
    return new Promise((resolve, reject) => {
      const leave = () => {
        prompt.requests--;
        reject(toError(signal.reason));
        if (prompt.requests === 0) prompt.everybodyLeft.abort(signal.reason);
        else prompt.changed.tell();
      };
      signal.addEventListener('abort', leave, { once: true });
      const done = () => signal.removeEventListener('abort', leave);
      prompt.answer.finally(done).then(resolve, reject);
    });
  }
}
