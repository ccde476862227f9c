// Asks before a key that Windows keeps is deleted: it is gone for good.
import { foreignName } from '../../../text/foreign-text.ts';
import type { WindowsKey } from '../../agent/ports/windows-keys.ts';
import { askInDialog } from './ask-in-dialog.ts';
import type { KeyWindow } from './key-window.ts';

/** Whether the person allows it, in a dialog that no page can answer. */
export function mayDeleteKey(
  window: Pick<KeyWindow, 'browserWindow'>,
  { comment, fingerprint }: WindowsKey,
): Promise<boolean> {
  return askInDialog(window, {
    message: 'Delete this key for good?',
    detail: `${foreignName(comment)}\n${fingerprint}\n\nNobody can bring it back. Servers that know only this key will not let you in.`,
    no: 'Keep it',
    yes: 'Delete it',
  });
}
