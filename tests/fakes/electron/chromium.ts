// The one Chromium whose pages are the windows; the test reaches it through its debugging port, which Chromium
// chooses and writes down in its folder.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { chromiumEnvironment, chromiumPath } from '../chromium-path.ts';

let context: BrowserContext | undefined;

/** Pages load as `https://<host>.<scheme>.stand-in.invalid/…` what Electron would load as `<scheme>://<host>/…`. */
const standInHost = /^https:\/\/([a-z]+)\.([a-z]+)\.stand-in\.invalid\//;

export const toChromiumUrl = (url: string): string =>
  url.replace(/^([a-z]+):\/\/([a-z]+)\//, 'https://$2.$1.stand-in.invalid/');
export const toAppUrl = (url: string): string => url.replace(standInHost, '$2://$1/');
export const isAppUrl = (url: string): boolean => standInHost.test(url);

export async function startChromium(home: string): Promise<void> {
  // Of an earlier run, with a port that is nobody's now.
  rmSync(join(home, 'chromium/DevToolsActivePort'), { force: true });
  const dark = process.env['STAND_IN_DARK'] === '1';
  context = await chromium.launchPersistentContext(join(home, 'chromium'), {
    executablePath: chromiumPath,
    env: chromiumEnvironment,
    chromiumSandbox: false,
    headless: true,
    // The app's own end closes it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    colorScheme: dark ? 'dark' : 'light',
    forcedColors: process.env['STAND_IN_FORCED_COLORS'] === '1' ? 'active' : 'none',
    locale: 'en-GB',
    timezoneId: 'UTC',
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // A page that gets out asks nobody for an address, and need not wait for an answer.
      '--host-resolver-rules=MAP * ~NOTFOUND',
      '--remote-debugging-port=0',
    ],
  });
}

export function chromiumContext(): BrowserContext {
  if (context === undefined) throw new Error('no window can be opened before app is ready');
  return context;
}

export async function closeChromium(): Promise<void> {
  await context?.close().catch(() => {});
}
