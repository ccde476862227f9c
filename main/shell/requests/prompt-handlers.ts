// What a prompt window asks: its question, and to take the person's answer.
import type { promptRequests, RememberChoice } from '../../../ipc/contract/prompt.ts';
import type { KeepChoice } from '../../../ipc/contract/settings.ts';
import type { ConfirmAnswer, KeepUnlocked, UnlockAgentAnswer } from '../../agent/ports/approver.ts';
import { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import type { TypedAnswer } from '../prompts/hello-of-prompt.ts';
import type { PromptConversation } from '../prompts/prompt-conversation.ts';
import type { WaitWindow } from '../prompts/wait-window.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

/** The conversation that is held in a window; a window can answer no other. */
export type ConversationIn = (webContentsId: number) => PromptConversation | undefined;

const keepChoices: Readonly<Record<KeepChoice, KeepUnlocked>> = {
  once: { kind: 'once' },
  '15-minutes': { kind: 'for', seconds: 15 * 60 },
  'until-locked': { kind: 'until-locked' },
};

const allowance = (remember: RememberChoice): ConfirmAnswer =>
  remember === 'no' ? 'allow' : { kind: 'allow', remember };

/** `waits` is what has a window that only tells. */
export function promptHandlers(
  conversationIn: ConversationIn,
  waits: Pick<WaitWindow, 'look' | 'cancel' | 'cancelAll'>,
): HandlersOf<typeof promptRequests> {
  return {
    'prompt.get': (_input, { webContentsId }) => {
      const view = conversationIn(webContentsId)?.look() ?? waits.look(webContentsId);
      if (view === undefined) throw new RequestFailure('This question has been answered already.');
      return view;
    },
    'prompt.answerPassphrase': ({ id, attempt, revision, passphrase, keep, setUpHello }, { webContentsId }) =>
      conversationIn(webContentsId)?.take(
        (view) => view.kind === 'passphrase' && view.id === id && view.attempt === attempt,
        // A copy: the request's own bytes are wiped when it is answered, and the agent wipes these.
        (): TypedAnswer => ({
          kind: 'passphrase',
          passphrase: SecretBytes.copyOf(passphrase),
          keep: keepChoices[keep],
          setUpHello: setUpHello ?? false,
        }),
        // A key that stays unlocked is there for whoever comes next, too.
        keep === 'once' ? revision : undefined,
      ) ?? 'already-answered',
    'prompt.useHello': ({ id, attempt, revision, keep }, { webContentsId }) =>
      conversationIn(webContentsId)?.takeElsewhere(
        (view) => view.kind === 'passphrase' && view.id === id && view.attempt === attempt,
        keepChoices[keep],
        keep === 'once' ? revision : undefined,
      ) ?? 'already-answered',
    'prompt.answerConfirm': ({ id, revision, answer, remember }, { webContentsId }) =>
      conversationIn(webContentsId)?.take(
        (view) => view.kind === 'confirm' && view.id === id,
        (): ConfirmAnswer => (answer === 'allow' ? allowance(remember) : 'deny'),
        revision,
      ) ?? 'already-answered',
    'prompt.answerUnlockAgent': ({ id, revision, answer }, { webContentsId }) =>
      conversationIn(webContentsId)?.take(
        (view) => view.kind === 'unlock-agent' && view.id === id,
        (): UnlockAgentAnswer => answer,
        revision,
      ) ?? 'already-answered',
    'prompt.cancel': ({ id }, { webContentsId }) =>
      conversationIn(webContentsId)?.decline((view) => view.id === id) ??
      (waits.cancel(webContentsId, id) ? 'accepted' : 'already-answered'),
    'prompt.cancelWaits': (_input, { webContentsId }) =>
      waits.cancelAll(webContentsId) ? 'accepted' : 'already-answered',
  };
}
