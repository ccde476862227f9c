// How a test, the parent process, plays the desktop and the person beside the windows.
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { calls } from './calls.ts';
import type { DesktopRequest, DesktopRequests, WindowView } from './control-protocol.ts';
import { nativeTheme, person, powerMonitor } from './desktop.ts';
import { clickMenuItem, viewMenu } from './menu.ts';
import { clickNotification } from './notification.ts';
import { Tray } from './tray.ts';
import { broadcast, settingChange, taskbarCreated, windows } from './windows-desktop.ts';

type Handlers = { readonly [N in keyof DesktopRequests]: (input: DesktopRequests[N]['input']) => unknown };

function windowOf(role: string): BrowserWindow {
  const found = BrowserWindow.getAllWindows().find((window) => window.options.title === role);
  if (found === undefined) throw new Error(`no window “${role}”`);
  return found;
}

const viewWindow = (window: BrowserWindow): WindowView => ({
  title: window.options.title ?? '',
  isVisible: window.isVisible,
  isFocused: window.hasKeyboard,
  x: window.options.x,
  y: window.options.y,
  alwaysOnTop: window.options.alwaysOnTop ?? false,
});

const tray = (): Tray => {
  if (Tray.current === undefined) throw new Error('no tray icon');
  return Tray.current;
};

const runningClock = performance.now.bind(performance);

const handlers: Handlers = {
  windows: () => BrowserWindow.getAllWindows().map(viewWindow),
  tray: () => ({
    tooltip: tray().tooltip,
    menu: viewMenu(tray().menu),
    images: tray().representations,
  }),
  clickTray: () => tray().emit('click', {}),
  clickMenu: ({ id }) => clickMenuItem(tray().menu, id),
  clickNotification,
  rejectUnheard: () => void Promise.reject(new TypeError('a secret')),
  throwUncaught: () =>
    void setImmediate(() => {
      throw new RangeError('a secret');
    }),
  closeWindow: ({ title }) => windowOf(title).close(),
  crashWindow: ({ title }) => windowOf(title).crash(),
  focusWindow: ({ title }) => windowOf(title).receiveFocus(),
  minimizeWindow: ({ title }) => windowOf(title).minimize(),
  blurWindow: ({ title }) => windowOf(title).loseFocus(),
  refuseFocus: ({ isRefused }) => {
    windows.refusesFocus = isRefused;
  },
  answerOpenDialog: ({ filePaths }) => {
    person.openDialogs.push({ canceled: filePaths.length === 0, filePaths: [...filePaths] });
  },
  answerSaveDialog: ({ filePath }) => {
    person.saveDialogs.push({ canceled: filePath === '', filePath });
  },
  answerMessageBox: ({ response }) => {
    person.messageBoxes.push({ response, checkboxChecked: false });
  },
  clipboard: () => person.clipboardText,
  power: ({ event }) => powerMonitor.emit(event),
  holdClock: ({ isHeld }) => {
    const heldAt = performance.now();
    performance.now = isHeld ? () => heldAt : runningClock;
  },
  setIdleSeconds: ({ seconds }) => {
    person.idleSeconds = seconds;
  },
  setDarkTaskbar({ isDark, withApps }) {
    broadcast(settingChange);
    if (withApps) nativeTheme.update(isDark);
    // Told before it is so.
    setTimeout(() => (windows.isTaskbarDark = isDark), 100);
  },
  restartExplorer() {
    // In any order: here the icon is the last to hear of it.
    broadcast(taskbarCreated);
    setImmediate(() => tray().reset());
  },
  secondInstance: ({ argv, workingDirectory }) =>
    app.emit('second-instance', {}, [...argv], workingDirectory, {}),
  calls: () => calls,
  quit: () => app.quit(),
};

process.on('message', (request: DesktopRequest) => {
  void (async () => {
    try {
      const act = handlers[request.name] as (input: unknown) => unknown;
      const value = await act(request.input);
      // An event emitter's answer says nothing, and a window can't be sent.
      process.send?.({
        id: request.id,
        ok: true,
        value: typeof value === 'boolean' ? null : (value ?? null),
      });
    } catch (error: unknown) {
      process.send?.({ id: request.id, ok: false, message: String(error) });
    }
  })();
});

// A test that has ended leaves nothing running behind.
process.on('disconnect', () => app.exit(1));
