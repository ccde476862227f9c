// What Windows says itself, where Electron says otherwise.
import { endianness } from 'node:os';
import type { BrowserWindow } from 'electron';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { desktopFacts } from '../../../../main/shell/windows/desktop-facts.ts';

const windows = vi.hoisted(() => ({
  foreground: null as bigint | null,
  systemUsesLightTheme: undefined as number | undefined,
  registryFails: false,
  acceptedFromBelow: [] as number[],
}));
const theme = vi.hoisted(() => ({
  inForcedColorsMode: false,
  shouldUseDarkColors: false,
  shouldUseDarkColorsForSystemIntegratedUI: false,
}));

vi.mock('electron', () => ({ nativeTheme: theme }));
vi.mock('../../../../ipc/win32/desktop/foreground-window.ts', () => ({
  foregroundWindow: () => windows.foreground,
}));
vi.mock('../../../../ipc/win32/desktop/registered-message.ts', () => ({
  registeredMessage: () => 0xc123,
  acceptFromLowerIntegrity: (message: number) => windows.acceptedFromBelow.push(message),
}));
vi.mock('../../../../ipc/win32/registry/registry-value.ts', () => ({
  userRegistryNumber() {
    if (windows.registryFails) throw new Error('access denied');
    return windows.systemUsesLightTheme;
  },
}));

beforeEach(() => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
});
afterEach(() => {
  vi.unstubAllGlobals();
  theme.inForcedColorsMode = false;
  windows.registryFails = false;
});

/** A window whose Electron says that it has the focus, whatever Windows says. */
function windowWith(handle: bigint): BrowserWindow {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(handle);
  // Only what is asked is there.
  return { isFocused: () => true, getNativeWindowHandle: () => bytes } as unknown as BrowserWindow;
}

it('has the keyboard with the window that Windows has in the foreground, whatever Electron says', async () => {
  expect(endianness()).toBe('LE');
  const { hasKeyboard } = await desktopFacts();
  windows.foreground = 0x1_0042n;
  expect([hasKeyboard(windowWith(0x1_0042n)), hasKeyboard(windowWith(0x2_0042n))]).toEqual([true, false]);
  windows.foreground = null;
  expect([hasKeyboard(windowWith(0x1_0042n)), hasKeyboard(windowWith(0n))]).toEqual([false, false]);
});

it('knows a handle by its 32 bits, however it was widened', async () => {
  const { hasKeyboard } = await desktopFacts();
  windows.foreground = 0xffff_ffff_8001_0042n;
  expect(hasKeyboard(windowWith(0x8001_0042n))).toBe(true);
});

it.each([
  [0, true],
  [1, false],
  [undefined, true],
])('takes SystemUsesLightTheme %s for a taskbar that is dark: %s', async (value, isDark) => {
  windows.systemUsesLightTheme = value;
  theme.shouldUseDarkColorsForSystemIntegratedUI = !isDark;
  expect((await desktopFacts()).isTaskbarDark()).toBe(isDark);
});

it('goes by the colours of a contrast theme, which the registry does not know', async () => {
  windows.systemUsesLightTheme = 0;
  theme.inForcedColorsMode = true;
  expect((await desktopFacts()).isTaskbarDark()).toBe(false);
});

it('goes by Electron where the registry can not be read', async () => {
  windows.registryFails = true;
  theme.shouldUseDarkColorsForSystemIntegratedUI = true;
  expect((await desktopFacts()).isTaskbarDark()).toBe(true);
});

it('lets the Explorer tell of a new taskbar also where the agent was started as administrator', async () => {
  windows.acceptedFromBelow = [];
  const { taskbarCreated } = await desktopFacts();
  expect(windows.acceptedFromBelow).toEqual([taskbarCreated]);
});
