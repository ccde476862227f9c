// `npm start`: the tray app where Electron is installed, else the agent without windows.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exitProcess, processIo } from './cli/process-io.ts';
import { runCli } from './cli/run.ts';

const appPath = fileURLToPath(new URL('./app.js', import.meta.url));
const electronName = process.platform === 'win32' ? 'electron.exe' : 'electron';
// Never found by require('electron'): that starts a download when the binary is missing.
const electronPath = fileURLToPath(
  new URL(`../../node_modules/electron/dist/${electronName}`, import.meta.url),
);

/** Why the tray app can't be started; undefined when it can. */
function obstacle(): string | undefined {
  if (!existsSync(appPath)) return 'the tray app is not part of this build';
  if (!existsSync(electronPath)) return 'the Electron program is not installed (run: npx install-electron)';
  return undefined;
}

function startTrayApp(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const app = spawn(electronPath, [appPath, ...args], { stdio: 'inherit' });
    app.once('error', (error) => {
      processIo.complain(`The tray app can't be started: ${error.message}.`);
      resolve(1);
    });
    app.once('exit', (code) => resolve(code ?? 1));
  });
}

const args = process.argv.slice(2);
const reason = obstacle();
if (reason === undefined) await exitProcess(await startTrayApp(args));
processIo.complain(`The agent runs without a tray, since ${reason}.`);
await exitProcess(await runCli(['agent', ...args], processIo));
