// A question in a dialog of the system's own, which no page can answer.
import { dialog, type MessageBoxOptions } from 'electron';
import type { KeyWindow } from './key-window.ts';

export interface DialogQuestion {
  readonly message: string;
  readonly detail: string;
  readonly no: string;
  readonly yes: string;
}

/** Whether the person says yes; Enter and Escape say no. */
export async function askInDialog(
  { browserWindow }: Pick<KeyWindow, 'browserWindow'>,
  { message, detail, no, yes }: DialogQuestion,
): Promise<boolean> {
  const options: MessageBoxOptions = {
    ...{ type: 'warning', title: 'Sallyport', message, detail },
    ...{ buttons: [no, yes], defaultId: 0, cancelId: 0, noLink: true },
  };
  const { response } = browserWindow
    ? await dialog.showMessageBox(browserWindow, options)
    : await dialog.showMessageBox(options);
  return response === 1;
}
