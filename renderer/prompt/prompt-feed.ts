// What the main process says about the prompt of this window, as one snapshot that React can watch.
import type { Bridge } from '../../ipc/contract/contract.ts';
import type { PromptView, QuestionPromptView, WaitingPromptView } from '../../ipc/contract/prompt.ts';

export type PromptSnapshot =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'waiting'; readonly view: WaitingPromptView }
  | {
      readonly kind: 'open';
      readonly view: QuestionPromptView;
      /** By `performance.now()`; the answer is a "no" from then on. */
      readonly deadlineMs: number;
      readonly isFocused: boolean;
    };

export interface PromptFeed {
  subscribe(listener: () => void): () => void;
  getSnapshot(): PromptSnapshot;
}

/** Asks for the prompt once and follows its events for the life of the page. */
export function createPromptFeed(bridge: Bridge): PromptFeed {
  let snapshot: PromptSnapshot = { kind: 'loading' };
  const listeners = new Set<() => void>();
  const publish = (next: PromptSnapshot) => {
    snapshot = next;
    for (const listener of listeners) listener();
  };
  const open = (view: PromptView) => {
    if (view.kind === 'waiting') publish({ kind: 'waiting', view });
    else {
      // What is no question waits for Windows alone.
      const deadlineMs = view.kind === 'hello-set-up' ? 0 : performance.now() + view.remainingMs;
      publish({ kind: 'open', view, deadlineMs, isFocused: view.isFocused });
    }
  };

  bridge.on('prompt.changed', open);
  bridge.on('prompt.focusState', ({ isFocused }) => {
    if (snapshot.kind === 'open') publish({ ...snapshot, isFocused });
  });
  void bridge.request('prompt.get', {}).then((outcome) => {
    if (outcome.ok) open(outcome.value);
    else publish({ kind: 'failed', message: outcome.message });
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
  };
}
