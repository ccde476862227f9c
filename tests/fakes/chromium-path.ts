// Debian's Chromium, which tests show pages in; Playwright's own is a download.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shell = '/usr/bin/chromium-headless-shell';

/**
 * CHROMIUM_PATH, else the headless shell, which starts in a quarter of the browser's CPU time as it has no windows of a
 * browser to draw around our pages, else the browser.
 */
export const chromiumPath: string =
  process.env['CHROMIUM_PATH'] ?? (existsSync(shell) ? shell : '/usr/bin/chromium');

/** Has Chromium draw with the widths of Windows' fonts: tests/fixtures/fonts/README.md. */
export const chromiumEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  FONTCONFIG_FILE: fileURLToPath(new URL('../fixtures/fonts/fonts.conf', import.meta.url)),
};
