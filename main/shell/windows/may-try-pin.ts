// Asks before another PIN is tried on a security key, after one that opened nothing.
import { askInDialog } from './ask-in-dialog.ts';
import type { KeyWindow } from './key-window.ts';

/** Whether the person allows it, in a dialog that no page can answer. */
export function mayTryPin(window: Pick<KeyWindow, 'browserWindow'>): Promise<boolean> {
  return askInDialog(window, {
    message: 'Try the PIN on the security key?',
    detail:
      'The last one opened nothing. Security keys count wrong PINs: after eight in a row the security key is locked, and its keys are lost.\n\nHave it tried only if you typed it just now.',
    no: 'Don’t try it',
    yes: 'Try it',
  });
}
