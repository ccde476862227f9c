// The window of a prompt, once its key is unlocked: Windows asks there for what the person has ticked.
import { randomUUID } from 'node:crypto';
import type { PromptKeyView } from '../../../ipc/contract/prompt.ts';
import { SealProblem } from '../../sealed-passphrases/seal-problem.ts';
import type { WantedHello } from './hello-of-prompt.ts';
import type { HelloUnlock } from './hello-unlock.ts';
import type { PromptConversation } from './prompt-conversation.ts';

const unexpected =
  'Windows Hello can’t be used for this key: something unexpected went wrong. It goes on being unlocked by its passphrase alone.';

/**
 * Sets Windows Hello up for a key, and wipes its passphrase. Resolves when that is done, or the person has read why not;
 * never rejects. The window, which the caller ends, takes nothing but its being closed, which gives it up.
 */
export async function setUpHello(
  unlock: HelloUnlock,
  conversation: PromptConversation,
  key: PromptKeyView,
  wanted: WantedHello,
): Promise<void> {
  const ending = new AbortController();
  const id = randomUUID();
  let problem: string | undefined;
  const closed = conversation
    .ask({
      no: undefined,
      view: () => ({ kind: 'hello-set-up', id, key, ...(problem !== undefined && { problem }) }),
    })
    .then(() => ending.abort());
  const { window } = conversation;
  window.makeWay(true);
  try {
    const { file, passphrase } = wanted;
    // Wiped before a person reads what went wrong.
    using _ = passphrase;
    await unlock.setUp(key.fingerprint, file, passphrase, window.handle, ending.signal);
  } catch (error: unknown) {
    if (ending.signal.aborted) return;
    problem = error instanceof SealProblem ? error.message : unexpected;
    window.makeWay(false);
    conversation.refresh();
    await closed;
  }
}
