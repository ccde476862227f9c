// The system's own file dialogs, over the key window while it is open.
import { dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import type { KeyWindow } from './key-window.ts';

/** The paths that the person chose; empty when none. */
export async function chooseFiles(
  { browserWindow }: KeyWindow,
  options: OpenDialogOptions,
): Promise<readonly string[]> {
  const { canceled, filePaths } = browserWindow
    ? await dialog.showOpenDialog(browserWindow, options)
    : await dialog.showOpenDialog(options);
  return canceled ? [] : filePaths;
}

/** The path that the person chose to write to; undefined when none. */
export async function choosePlace(
  { browserWindow }: KeyWindow,
  options: SaveDialogOptions,
): Promise<string | undefined> {
  const { canceled, filePath } = browserWindow
    ? await dialog.showSaveDialog(browserWindow, options)
    : await dialog.showSaveDialog(options);
  return canceled || filePath === '' ? undefined : filePath;
}
