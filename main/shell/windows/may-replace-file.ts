// Asks before a public key is written over a file that is not of the same key: the dialog of saving asks about the private one's.
import { foreignName } from '../../../text/foreign-text.ts';
import { askInDialog } from './ask-in-dialog.ts';
import type { KeyWindow } from './key-window.ts';

/** Whether the person allows it. */
export function mayReplaceFile(window: Pick<KeyWindow, 'browserWindow'>, path: string): Promise<boolean> {
  return askInDialog(window, {
    message: 'Replace the file beside it, too?',
    detail: `${foreignName(path)}\n\nThe public key is written there, beside the private one. What is there now is not of this key, and would be lost.`,
    no: 'Keep it',
    yes: 'Replace it',
  });
}
