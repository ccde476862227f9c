// What a test may ask of the stand-in's desktop, and what it gets.
import type { Call } from './calls.ts';
import type { MenuItemView } from './menu.ts';
import type { Representation } from './native-image.ts';

export interface WindowView {
  readonly title: string;
  readonly isVisible: boolean;
  /** Gets what the person types, whatever Electron says. */
  readonly isFocused: boolean;
  readonly x: number | undefined;
  readonly y: number | undefined;
  readonly alwaysOnTop: boolean;
}

interface TrayView {
  readonly tooltip: string;
  readonly menu: readonly MenuItemView[];
  readonly images: readonly Representation[];
}

type Nothing = Record<string, never>;
type OneWindow = { readonly title: string };

export interface DesktopRequests {
  windows: { input: Nothing; output: readonly WindowView[] };
  tray: { input: Nothing; output: TrayView };
  clickTray: { input: Nothing; output: null };
  clickMenu: { input: { readonly id: string }; output: null };
  clickNotification: { input: Nothing; output: null };
  /** A promise in the main process rejects, and nobody takes it. */
  rejectUnheard: { input: Nothing; output: null };
  /** Something in the main process throws where nobody catches. */
  throwUncaught: { input: Nothing; output: null };
  closeWindow: { input: OneWindow; output: null };
  crashWindow: { input: OneWindow; output: null };
  focusWindow: { input: OneWindow; output: null };
  minimizeWindow: { input: OneWindow; output: null };
  blurWindow: { input: OneWindow; output: null };
  refuseFocus: { input: { readonly isRefused: boolean }; output: null };
  answerOpenDialog: { input: { readonly filePaths: readonly string[] }; output: null };
  answerSaveDialog: { input: { readonly filePath: string }; output: null };
  answerMessageBox: { input: { readonly response: number }; output: null };
  clipboard: { input: Nothing; output: string };
  power: { input: { readonly event: 'lock-screen' | 'suspend' }; output: null };
  /** Stops the main process's monotonic clock, and lets it go on. */
  holdClock: { input: { readonly isHeld: boolean }; output: null };
  setIdleSeconds: { input: { readonly seconds: number }; output: null };
  /** The taskbar alone, of which Electron says nothing; or the apps, too. */
  setDarkTaskbar: {
    input: { readonly isDark: boolean; readonly withApps: boolean };
    output: null;
  };
  restartExplorer: { input: Nothing; output: null };
  secondInstance: {
    input: { readonly argv: readonly string[]; readonly workingDirectory: string };
    output: null;
  };
  calls: { input: Nothing; output: readonly Call[] };
  quit: { input: Nothing; output: null };
}

export interface DesktopRequest {
  readonly id: number;
  readonly name: keyof DesktopRequests;
  readonly input: unknown;
}
