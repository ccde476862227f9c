// Hears on Windows what only top-level windows are told: a window that is never shown.
import { BaseWindow, nativeTheme } from 'electron';

/** Some setting of the system has changed, the taskbar's theme for one. */
const WM_SETTINGCHANGE = 0x001a;

/** Changes are told of before they can be seen: the Explorer is still starting, the registry still has the old theme. */
const looksMs = [500, 2500];

export interface TaskbarListener {
  /** The taskbar was made anew, as after the Explorer has ended. */
  created(): void;
  /** Its colours may be others now. */
  coloursChanged(): void;
}

/** Calls a listener some time after what it tells of, twice. */
function afterwards(listener: () => void) {
  let timers: NodeJS.Timeout[] = [];
  const stop = () => {
    for (const timer of timers) clearTimeout(timer);
  };
  const start = () => {
    stop();
    timers = looksMs.map((ms) => setTimeout(listener, ms).unref());
  };
  return { start, stop };
}

/** Starts listening; `taskbarCreated` is the number of that message. Returns the way to stop. */
export function watchTaskbar(taskbarCreated: number | undefined, listener: TaskbarListener): () => void {
  const colours = afterwards(() => listener.coloursChanged());
  const creation = afterwards(() => listener.created());
  const updated = () => {
    listener.coloursChanged();
    colours.start();
  };
  nativeTheme.on('updated', updated);
  // Without a page it costs no renderer process.
  const window = taskbarCreated === undefined ? undefined : new BaseWindow({ show: false });
  // Electron adds its icon again by the same message, maybe later than this (NotifyIconHost::WndProc in its
  // shell/browser/ui/win/notify_icon_host.cc).
  if (taskbarCreated !== undefined) window?.hookWindowMessage(taskbarCreated, () => creation.start());
  // `updated` says nothing when the taskbar changes alone.
  window?.hookWindowMessage(WM_SETTINGCHANGE, () => colours.start());
  return () => {
    nativeTheme.off('updated', updated);
    colours.stop();
    creation.stop();
    window?.destroy();
  };
}
