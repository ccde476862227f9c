// Which Electron there is: the real one where its binary has been downloaded, else the stand-in.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const executable = resolve(
  'node_modules/electron/dist',
  process.platform === 'win32' ? 'electron.exe' : 'electron',
);

/** Found out without importing `electron`, which would try to download it. */
export const electronBinary: string | undefined = existsSync(executable) ? executable : undefined;

/** The stand-in as little as Electron is in a test's hands: shows without Electron's binary what a run with it has. */
export const isPretended = electronBinary === undefined && process.env['E2E_AS'] === 'electron';

export const driverName = electronBinary === undefined && !isPretended ? 'stand-in' : 'electron';

/** Why a test needs the stand-in's desktop. */
export const onlyStandIn = "Electron gives no way to press the real desktop's buttons";
