// The rest of the desktop: clipboard, dialogs, theme, power, screen.
import { EventEmitter } from 'node:events';
import type {
  Clipboard,
  Dialog,
  Display,
  MessageBoxReturnValue,
  NativeTheme,
  OpenDialogReturnValue,
  PowerMonitor,
  SaveDialogReturnValue,
  Screen,
} from 'electron';
import { note } from './calls.ts';
import { assertReady } from './lifecycle.ts';
import { windows } from './windows-desktop.ts';

/** What a test has put where the person would have. */
export const person = {
  clipboardText: '',
  openDialogs: [] as OpenDialogReturnValue[],
  saveDialogs: [] as SaveDialogReturnValue[],
  messageBoxes: [] as MessageBoxReturnValue[],
  idleSeconds: 0,
};

export const clipboard: Pick<Clipboard, 'writeText' | 'readText'> = {
  async writeText(text) {
    person.clipboardText = text;
  },
  readText: async () => person.clipboardText,
};

/** A dialog that the test did not expect is cancelled, as by a person who is surprised too. */
export const dialog = {
  async showOpenDialog(...args: readonly unknown[]) {
    note('dialog.showOpenDialog', args.at(-1));
    return person.openDialogs.shift() ?? { canceled: true, filePaths: [] };
  },
  async showSaveDialog(...args: readonly unknown[]) {
    note('dialog.showSaveDialog', args.at(-1));
    return person.saveDialogs.shift() ?? { canceled: true, filePath: '' };
  },
  async showMessageBox(...args: readonly unknown[]) {
    note('dialog.showMessageBox', args.at(-1));
    return person.messageBoxes.shift() ?? { response: 0, checkboxChecked: false };
  },
  showErrorBox(title: string, content: string) {
    note('dialog.showErrorBox', title, content);
    // As on Linux before the app is ready (docs/api/dialog.md), and for tests whose program ends by it.
    process.stderr.write(`${title}\n${content}\n`);
  },
} satisfies Pick<Dialog, 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showErrorBox'>;

const isDark = process.env['STAND_IN_DARK'] === '1';

type UsedOfTheme = Pick<
  NativeTheme,
  'inForcedColorsMode' | 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI'
>;

class StandInTheme extends EventEmitter implements UsedOfTheme {
  readonly inForcedColorsMode = false;
  shouldUseDarkColors = isDark;
  /** As Electron's (shell/browser/api/electron_api_native_theme.cc): the apps' theme until the first update. */
  shouldUseDarkColorsForSystemIntegratedUI = isDark;

  /** The taskbar's as the registry has it when the update is told: still the old one. */
  update(isDarkNow: boolean): void {
    this.shouldUseDarkColors = isDarkNow;
    this.shouldUseDarkColorsForSystemIntegratedUI = windows.isTaskbarDark;
    this.emit('updated');
  }
}
export const nativeTheme = new StandInTheme();

class StandInPower extends EventEmitter implements Pick<PowerMonitor, 'getSystemIdleTime'> {
  getSystemIdleTime(): number {
    return person.idleSeconds;
  }
}
export const powerMonitor = new StandInPower();

/** Two monitors side by side; the mouse pointer is on the second. */
const displays = [
  { id: 1, workArea: { x: 0, y: 0, width: 1280, height: 760 } },
  { id: 2, workArea: { x: 1280, y: 0, width: 1920, height: 1040 } },
];

class StandInScreen
  extends EventEmitter
  implements Pick<Screen, 'getCursorScreenPoint' | 'getDisplayNearestPoint'>
{
  getCursorScreenPoint() {
    assertReady('screen');
    return { x: 2000, y: 300 };
  }
  getDisplayNearestPoint({ x }: Electron.Point): Display {
    return (x < 1280 ? displays[0] : displays[1]) as Display;
  }
}
export const screen = new StandInScreen();
