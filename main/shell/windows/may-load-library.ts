// Asks before a library is loaded whose path the person did not choose in the system's dialog.
import { foreignName } from '../../../text/foreign-text.ts';
import { askInDialog } from './ask-in-dialog.ts';
import type { KeyWindow } from './key-window.ts';

/** What a library is for. */
export type LibraryUse = 'token' | 'security key';

/** Whether the person allows it, in a dialog that no page can answer. */
export function mayLoadLibrary(window: KeyWindow, path: string, ofWhat: LibraryUse): Promise<boolean> {
  return askInDialog(window, {
    message: `Load this library for ${ofWhat}s?`,
    detail: `${foreignName(path)}\n\nIts code can do all that you can, and is given the PINs of ${ofWhat}s. Load only what came from the maker of your ${ofWhat}${ofWhat === 'token' ? '' : ', or from your system'}.`,
    no: 'Don’t load it',
    yes: 'Load it',
  });
}
