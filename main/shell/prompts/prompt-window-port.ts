// What a conversation needs of the window it is held in; prompt-window.ts makes it of a BrowserWindow.
import type { Events } from '../../../ipc/contract/events.ts';

/** What both kinds of windows have. */
interface AnyPromptWindow {
  /** The sender id of the window's requests. */
  readonly webContentsId: number;
  /**
   * Calls back once when the window is there no longer, and not by `destroy`: the person has closed it, or it has crashed,
   * or never loaded.
   */
  onGone(listener: (isByPerson: boolean) => void): void;
  tell<N extends keyof Events>(name: N, payload: Events[N]): void;
  /** Brings the window before the person again. */
  raise(): void;
  /** Ends the window and its renderer process. Safe to call twice. */
  destroy(): void;
}

/** One that asks. */
export interface PromptWindow extends AnyPromptWindow {
  /** For dialogs of the system's that belong to it: on Windows its HWND. */
  readonly handle: bigint;
  /** Whether what the person types goes to the window. */
  readonly isFocused: boolean;
  onFocusChanged(listener: () => void): void;
  /** While a dialog of the system's is open it must not lie behind the window. */
  makeWay(isDialogOpen: boolean): void;
}

/** One that only tells, hidden at first. */
export interface TellingWindow extends AnyPromptWindow {
  /** For what belongs to it on the desktop: on Windows its HWND. */
  readonly handle: bigint;
  /** Shows it as soon as its page is ready, and leaves the keyboard where it is. */
  appear(): void;
  /** Until it is to appear again. */
  hide(): void;
}

export type OpenPromptWindow = (title: string) => PromptWindow;
export type OpenWaitWindow = () => TellingWindow;
