// What the desktop says where Electron can't tell, or tells wrong on Windows.
import { type BrowserWindow, nativeTheme } from 'electron';

export interface DesktopFacts {
  /** Whether what the person types goes to `window` now. */
  hasKeyboard(window: BrowserWindow): boolean;
  /** The keyboard may come and go without the window's events `focus` and `blur`. */
  readonly mustPollKeyboard: boolean;
  /** Whether the taskbar, which has a theme of its own on Windows, is dark. */
  isTaskbarDark(): boolean;
  /** The message that every top-level window gets when the taskbar was made anew; undefined where there is none. */
  readonly taskbarCreated: number | undefined;
}

/** `SystemUsesLightTheme` is the taskbar's and the Start menu's theme; without it, as in the first ones, both are dark. */
const themeKey = 'Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize';

/** HWNDs have 32 bits that count, in 64-bit programs, too. */
const sameWindow = (one: bigint, other: bigint) => BigInt.asUintN(32, one) === BigInt.asUintN(32, other);

/** On Windows as Windows says, elsewhere as Electron does. */
export async function desktopFacts(): Promise<DesktopFacts> {
  if (process.platform !== 'win32')
    return {
      hasKeyboard: (window) => window.isFocused(),
      mustPollKeyboard: false,
      isTaskbarDark: () => nativeTheme.shouldUseDarkColorsForSystemIntegratedUI,
      taskbarCreated: undefined,
    };
  const [{ foregroundWindow }, { acceptFromLowerIntegrity, registeredMessage }, { userRegistryNumber }] =
    await Promise.all([
      import('../../../ipc/win32/desktop/foreground-window.ts'),
      import('../../../ipc/win32/desktop/registered-message.ts'),
      import('../../../ipc/win32/registry/registry-value.ts'),
    ]);
  const taskbarCreated = registeredMessage('TaskbarCreated');
  // Else the Explorer would not reach windows of an agent that was started as administrator: neither ours nor the one
  // by which Electron puts its icon on the new taskbar (NotifyIconHost in its shell/browser/ui/win/notify_icon_host.cc),
  // which lets through nothing itself and is known to nobody else. The message says nothing but that.
  acceptFromLowerIntegrity(taskbarCreated);
  return {
    // Electron's isFocused() is true, and its event `focus` sent, for a window that has asked for the foreground and
    // was refused it: it asks whether the window is the active one of its own thread (NativeWindowViews::IsFocused
    // in its shell/browser/native_window_views.cc). When a click brings the foreground later, no event says so.
    hasKeyboard(window) {
      const foreground = foregroundWindow();
      return foreground !== null && sameWindow(foreground, window.getNativeWindowHandle().readBigUInt64LE());
    },
    mustPollKeyboard: true,
    // Electron's own is the apps' theme until the first event `updated`, and what the registry said then after it,
    // which may be from before the change (NativeTheme::OnNativeThemeUpdatedOnUI in its
    // shell/browser/api/electron_api_native_theme.cc).
    isTaskbarDark() {
      if (nativeTheme.inForcedColorsMode) return nativeTheme.shouldUseDarkColors;
      try {
        return userRegistryNumber(themeKey, 'SystemUsesLightTheme') !== 1;
      } catch {
        // No reason to be without an icon.
        return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI;
      }
    },
    taskbarCreated,
  };
}
