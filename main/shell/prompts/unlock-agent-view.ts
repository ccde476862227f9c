// What the window that asks for the unlock of the agent shows, and which of those who wait have been shown.
import type { UnlockAgentPromptView } from '../../../ipc/contract/prompt.ts';
import type { UnlockAgentRequest } from '../../agent/ports/approver.ts';
import { requesterView } from '../views/requester-view.ts';
import { shownComment } from '../views/shown-text.ts';
import type { PromptConversation } from './prompt-conversation.ts';

/** More of them are counted only: what comes of their requests is judged after the unlock, as that of any other. */
const maxListed = 20;

/** Those that the window shows one by one. */
export const listed = (request: UnlockAgentRequest) => request.waiting().slice(0, maxListed);

/** The view without what the approver and the conversation add. */
export function unlockAgentView(
  request: UnlockAgentRequest,
): Omit<UnlockAgentPromptView, 'isFocused' | 'revision' | 'waitingBehind'> {
  const shown = listed(request);
  return {
    kind: 'unlock-agent',
    id: request.id,
    lockReason: request.lockReason,
    timeLimitMs: request.timeLimitMs,
    remainingMs: request.remainingMs(),
    waiting: shown.map(({ key: { comment, fingerprint, algorithm }, requester }) => ({
      key: { comment: shownComment(comment), fingerprint, algorithm },
      requester: requesterView(requester),
    })),
    more: request.waiting().length - shown.length,
  };
}

/** Shows who comes to wait and who leaves, and has each that is listed seen before an answer; returns the way to stop that. */
export function followWaiting(request: UnlockAgentRequest, conversation: PromptConversation): () => void {
  const shown = new Set(listed(request));
  return request.onWaitingChanged(() => {
    const joined = listed(request).filter((waiting) => !shown.has(waiting));
    for (const waiting of joined) shown.add(waiting);
    if (joined.length > 0) conversation.revise();
    else conversation.refresh();
  });
}
