// Debian's Chromium, which tests show pages in; Playwright's own is a download.
import { existsSync } from 'node:fs';

const shell = '/usr/bin/chromium-headless-shell';

/**
 * CHROMIUM_PATH, else the headless shell, which starts in a quarter of the browser's CPU time as it has no windows of a
 * browser to draw around our pages, else the browser.
 */
export const chromiumPath: string =
  process.env['CHROMIUM_PATH'] ?? (existsSync(shell) ? shell : '/usr/bin/chromium');
