// Says before the first test which Electron the run has, and what it therefore does not show.
import { electronBinary } from './electron-binary.ts';

const notShown = [
  'real tray, taskbar, toasts and dialogs',
  'real focus and always-on-top',
  'the real app:// origin and its privileges',
  "Chromium's sandbox and process model as Electron sets them up",
  'structured clone',
  'BoringSSL and the memory cage',
  'asar and fuses',
  'the single-instance lock',
];

// biome-ignore lint/style/noDefaultExport: Playwright runs what a setup module exports as default
export default function sayDriver(): void {
  const text =
    electronBinary !== undefined
      ? `e2e driver: Electron at ${electronBinary}. Not shown: tray, dialogs and power events, which no test can press.`
      : `e2e driver: stand-in for Electron (its binary is not there; fetch it with "npx install-electron"). Not shown: ${notShown.join('; ')}.`;
  process.stdout.write(`${text}\n`);
}
