// What a prompt window asks: its question, and to take the person's answer.
import type { ConfirmAnswer, KeepUnlocked, PassphraseAnswer } from '../../agent/ports/approver.ts';
import { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import type { PromptConversation } from '../prompts/prompt-conversation.ts';
import type { RequestHandlers } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

/** The conversation that is held in a window; a window can answer no other. */
export type ConversationIn = (webContentsId: number) => PromptConversation | undefined;

type PromptHandlers = Pick<RequestHandlers, Extract<keyof RequestHandlers, `prompt.${string}`>>;

const keepChoices: Readonly<Record<'once' | '15-minutes' | 'until-locked', KeepUnlocked>> = {
  once: { kind: 'once' },
  '15-minutes': { kind: 'for', seconds: 15 * 60 },
  'until-locked': { kind: 'until-locked' },
};

const allowances: Readonly<Record<'no' | '5-minutes' | '1-hour' | 'until-locked', ConfirmAnswer>> = {
  no: 'allow',
  '5-minutes': { kind: 'allow', remember: 'five-minutes' },
  '1-hour': { kind: 'allow', remember: 'one-hour' },
  'until-locked': { kind: 'allow', remember: 'until-locked' },
};

export function promptHandlers(conversationIn: ConversationIn): PromptHandlers {
  return {
    'prompt.get': (_input, { webContentsId }) => {
      const view = conversationIn(webContentsId)?.look();
      if (view === undefined) throw new RequestFailure('This question has been answered already.');
      return view;
    },
    'prompt.answerPassphrase': ({ id, attempt, revision, passphrase, keep }, { webContentsId }) =>
      conversationIn(webContentsId)?.take(
        (view) => view.kind === 'passphrase' && view.id === id && view.attempt === attempt,
        // A copy: the request's own bytes are wiped when it is answered, and the agent wipes these.
        (): PassphraseAnswer => ({
          kind: 'passphrase',
          passphrase: SecretBytes.copyOf(passphrase),
          keep: keepChoices[keep],
        }),
        // A key that stays unlocked is there for whoever comes next, too.
        keep === 'once' ? revision : undefined,
      ) ?? 'already-answered',
    'prompt.answerConfirm': ({ id, revision, answer, remember }, { webContentsId }) =>
      conversationIn(webContentsId)?.take(
        (view) => view.kind === 'confirm' && view.id === id,
        (): ConfirmAnswer => (answer === 'allow' ? allowances[remember] : 'deny'),
        revision,
      ) ?? 'already-answered',
    'prompt.cancel': ({ id }, { webContentsId }) =>
      conversationIn(webContentsId)?.decline((view) => view.id === id) ?? 'already-answered',
  };
}
