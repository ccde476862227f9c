// The window of a prompt, as conversations know it.
import type { Events } from '../../ipc/contract/events.ts';
import type { PromptWindow } from '../../main/shell/prompts/prompt-window-port.ts';

export class FakePromptWindow implements PromptWindow {
  readonly webContentsId: number;
  readonly handle = 0x1_0042n;
  /** Whether it lies above a dialog of the system's. */
  isOnTop = true;
  isFocused = true;
  isDestroyed = false;
  readonly told: { name: string; payload: unknown }[] = [];
  #focusListeners: (() => void)[] = [];
  #goneListeners: ((isByPerson: boolean) => void)[] = [];

  constructor(webContentsId: number) {
    this.webContentsId = webContentsId;
  }

  onFocusChanged(listener: () => void) {
    this.#focusListeners.push(listener);
  }
  onGone(listener: (isByPerson: boolean) => void) {
    this.#goneListeners.push(listener);
  }
  tell<N extends keyof Events>(name: N, payload: Events[N]) {
    this.told.push({ name, payload });
  }
  raise() {}
  makeWay(isDialogOpen: boolean) {
    this.isOnTop = !isDialogOpen;
  }
  destroy() {
    this.isDestroyed = true;
  }
  setFocus(isFocused: boolean) {
    this.isFocused = isFocused;
    for (const listener of this.#focusListeners) listener();
  }
  vanish() {
    for (const listener of this.#goneListeners) listener(true);
  }
}
