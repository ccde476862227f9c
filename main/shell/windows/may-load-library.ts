// Asks before a library is loaded whose path the person did not choose in the system's dialog.
import { dialog, type MessageBoxOptions } from 'electron';
import { foreignName } from '../../../text/foreign-text.ts';
import type { KeyWindow } from './key-window.ts';

/** What a library is for. */
export type LibraryUse = 'token' | 'security key';

/** Whether the person allows it, in a dialog that no page can answer. */
export async function mayLoadLibrary(
  { browserWindow }: KeyWindow,
  path: string,
  ofWhat: LibraryUse,
): Promise<boolean> {
  const question: MessageBoxOptions = {
    type: 'warning',
    title: 'Sallyport',
    message: `Load this library for ${ofWhat}s?`,
    detail: `${foreignName(path)}\n\nIts code can do all that you can, and is given the PINs of ${ofWhat}s. Load only what came from the maker of your ${ofWhat}${ofWhat === 'token' ? '' : ', or from your system'}.`,
    buttons: ['Don’t load it', 'Load it'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
  const { response } = browserWindow
    ? await dialog.showMessageBox(browserWindow, question)
    : await dialog.showMessageBox(question);
  return response === 1;
}
