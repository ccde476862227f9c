// Messages to the person leave nothing of a portable program behind, and one class of the installed one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toasts } from '../../../../main/shell/tray/show-toast.ts';
import { setToastIdentity, toastActivatorClsid } from '../../../../main/shell/tray/toast-identity.ts';
import { TrayIcon } from '../../../../main/shell/tray/tray.ts';
import { calls } from '../../../fakes/electron/calls.ts';
import { becomeReady } from '../../../fakes/electron/lifecycle.ts';
import { Tray } from '../../../fakes/electron/tray.ts';
import { windows } from '../../../fakes/electron/windows-desktop.ts';

vi.mock('electron', async () => {
  const { Notification } = await import('../../../fakes/electron/notification.ts');
  const { Tray: StandInTray } = await import('../../../fakes/electron/tray.ts');
  const { Menu } = await import('../../../fakes/electron/menu.ts');
  const { nativeImage } = await import('../../../fakes/electron/native-image.ts');
  const desktop = await import('../../../fakes/electron/desktop.ts');
  const windowsDesktop = await import('../../../fakes/electron/windows-desktop.ts');
  const app: Partial<App> = {
    setAppUserModelId() {},
    setToastActivatorCLSID(id) {
      windowsDesktop.windows.toastClass = id;
    },
  };
  return {
    app,
    BaseWindow: windowsDesktop.StandInBaseWindow,
    Menu,
    nativeImage,
    nativeTheme: desktop.nativeTheme,
    Notification,
    screen: Object.assign(desktop.screen, { getPrimaryDisplay: () => ({ scaleFactor: 1 }) }),
    Tray: StandInTray,
  };
});

const resources = mkdtempSync(join(tmpdir(), 'sallyport-resources-'));

beforeEach(() => {
  becomeReady();
  vi.stubGlobal('process', { ...process, platform: 'win32', resourcesPath: resources });
  windows.registeredClasses.clear();
  windows.shortcutClass = undefined;
  windows.toastClass = undefined;
  calls.length = 0;
});
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(resources, { recursive: true, force: true });
});

const actions = { show() {}, raisePrompt() {}, lock() {}, unlock() {}, reencryptAll() {}, quit() {} };
const look = {
  promptCount: 0,
  waitCount: 0,
  lock: { isPaused: false, isLockedByClient: false },
  isDoorDegraded: false,
  keyCount: 0,
  encryptedCount: 0,
};
function showTwo(body: string): { readonly clicked: string[] } {
  setToastIdentity();
  const icon = new TrayIcon(actions, () => look, { isTaskbarDark: () => true, taskbarCreated: 1 });
  const show = toasts(icon);
  const clicked: string[] = [];
  show('First', body, () => clicked.push('first'));
  show('Second', body, () => clicked.push('second'));
  return { clicked };
}
const shown = (name: string) => calls.filter((call) => call.name === name);

it('are balloons of the portable program, which writes no shortcut and no class', () => {
  const { clicked } = showTwo('putty.exe: Log in as “alice”');
  expect(shown('balloon').map(({ arguments: [options] }) => options)).toMatchObject([
    { title: 'First', content: 'putty.exe: Log in as “alice”' },
    { title: 'Second' },
  ]);
  Tray.current?.emit('balloon-click');
  expect(clicked).toEqual(['second']);
  expect(shown('notification')).toEqual([]);
  expect([windows.shortcutClass, windows.registeredClasses.size]).toEqual([undefined, 0]);
});

it.each(['x'.repeat(300), '🔑'.repeat(200)])('are cut to what a balloon has room for: %s', (body) => {
  showTwo(body);
  const [{ content = '' } = {}] = shown('balloon').map(
    ({ arguments: [options] }) => options as { content?: string },
  );
  expect(content).toMatch(/^[x🔑]+…$/u);
  // szInfo of NOTIFYICONDATAW has 256 characters of UTF-16, a zero at the end.
  expect(content.length).toBeLessThan(256);
  expect(content.length).toBeGreaterThan(250);
});

it('are notifications of the installed program, whose one class the uninstaller removes', () => {
  mkdirSync(join(resources, 'cli'), { recursive: true });
  showTwo('body');
  expect(shown('notification')).toHaveLength(2);
  expect(shown('balloon')).toEqual([]);
  expect([...windows.registeredClasses]).toEqual([toastActivatorClsid]);
  expect(windows.shortcutClass).toBe(toastActivatorClsid);
  const uninstaller = readFileSync('build/installer.nsh', 'utf8').split(/^!macro customUnInstall$/m)[1];
  expect(uninstaller).toContain(`DeleteRegKey HKCU "Software\\Classes\\CLSID\\${toastActivatorClsid}"`);
});
