// What a conversation needs of the window it is held in; prompt-window.ts makes it of a BrowserWindow.
import type { Events } from '../../../ipc/contract/events.ts';

export interface PromptWindow {
  /** The sender id of the window's requests. */
  readonly webContentsId: number;
  /** Whether what the person types goes to the window. */
  readonly isFocused: boolean;
  onFocusChanged(listener: () => void): void;
  /** Calls back once when the window can no longer answer: closed, crashed or never loaded. */
  onGone(listener: () => void): void;
  tell<N extends keyof Events>(name: N, payload: Events[N]): void;
  /** Brings the window before the person again. */
  raise(): void;
  /** Ends the window and its renderer process. Safe to call twice. */
  destroy(): void;
}

export type OpenPromptWindow = (title: string) => PromptWindow;
