// Start at login: the entry names a file that stays, in a way that Windows understands, and is not forced on anyone.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoginItemSettingsOptions, Settings } from 'electron';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setStartAtLogin, startsAtLogin } from '../../../../main/shell/lifecycle/autostart.ts';

const electron = vi.hoisted(() => ({ isPackaged: true }));

/** The entry in the registry, and whether the person has disabled it in the Task Manager. */
const registry = vi.hoisted(() => ({ run: undefined as string | undefined, isDisabled: false }));

vi.mock('electron', () => {
  // As Electron makes it on Windows (FormatCommandLineString in shell/browser/browser_win.cc): quotes around the path
  // are taken off, and each part is quoted that Windows would cut.
  const quoted = (part: string) => (/[ \\"]/.test(part) ? `"${part}"` : part);
  const commandLine = ({ path = process.execPath, args = [] }: LoginItemSettingsOptions) =>
    [path.replace(/^"(.*)"$/, '$1'), ...args].map(quoted).join(' ');
  return {
    app: {
      get isPackaged() {
        return electron.isPackaged;
      },
      getLoginItemSettings: (item: LoginItemSettingsOptions) => ({
        openAtLogin: registry.run === commandLine(item),
        executableWillLaunchAtLogin: registry.run !== undefined && !registry.isDisabled,
      }),
      setLoginItemSettings(settings: Settings) {
        registry.run = settings.openAtLogin ? commandLine(settings) : undefined;
        registry.isDisabled = false;
      },
    },
  };
});

const program = 'C:\\Users\\First Last\\AppData\\Local\\Programs\\Sallyport\\Sallyport.exe';
const resources = mkdtempSync(join(tmpdir(), 'sallyport-resources-'));

beforeEach(() => {
  registry.run = undefined;
  registry.isDisabled = false;
  electron.isPackaged = true;
  vi.stubGlobal('process', {
    ...process,
    platform: 'win32',
    execPath: program,
    resourcesPath: resources,
    env: {},
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(resources, { recursive: true, force: true });
});

it('names the program so that a space in the path does not cut it', () => {
  setStartAtLogin(true);
  expect(registry.run).toBe(`"${program}" --at-login`);
});

it('names the file of a portable program, not where it is unpacked this time', () => {
  process.env['PORTABLE_EXECUTABLE_FILE'] = 'E:\\Sallyport.exe';
  setStartAtLogin(true);
  expect(registry.run).toBe('"E:\\Sallyport.exe" --at-login');
});

it('does not name the portable program that started the installed one', () => {
  mkdirSync(join(resources, 'cli'), { recursive: true });
  process.env['PORTABLE_EXECUTABLE_FILE'] = 'E:\\terminal.exe';
  setStartAtLogin(true);
  expect(registry.run).toBe(`"${program}" --at-login`);
});

it('leaves an entry alone that was disabled in the Task Manager', () => {
  setStartAtLogin(true);
  registry.isDisabled = true;
  setStartAtLogin(true);
  expect(registry.isDisabled).toBe(true);
});

it('replaces the entry of a program that has moved, and removes any', () => {
  registry.run = 'C:\\elsewhere\\Sallyport.exe --at-login';
  setStartAtLogin(true);
  expect(registry.run).toContain(program);
  registry.run = 'C:\\elsewhere\\Sallyport.exe --at-login';
  setStartAtLogin(false);
  expect(registry.run).toBeUndefined();
});

it('reads back what Windows does, of an entry disabled in the Task Manager and another program’s, too', () => {
  expect(startsAtLogin()).toBe(false);
  setStartAtLogin(true);
  expect(startsAtLogin()).toBe(true);
  registry.isDisabled = true;
  expect(startsAtLogin()).toBe(false);
  registry.isDisabled = false;
  registry.run = 'C:\\elsewhere\\Sallyport.exe --at-login';
  expect(startsAtLogin()).toBe(false);
});

it('knows nothing where Windows is not asked, or the program was not installed', () => {
  setStartAtLogin(true);
  electron.isPackaged = false;
  expect(startsAtLogin()).toBeUndefined();
  electron.isPackaged = true;
  vi.stubGlobal('process', { ...process, platform: 'linux' });
  expect(startsAtLogin()).toBeUndefined();
});
