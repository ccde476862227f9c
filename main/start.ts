// `npm start`: the tray app where Electron is installed, else the agent without windows.
import './process/take-debug-signal.ts';

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { environmentLines } from './cli/agent/agent-environment.ts';
import { findSallyport } from './cli/agent/find-sallyport.ts';
import { whatNext } from './cli/agent/what-next.ts';
import { exitProcess, processIo } from './cli/process-io.ts';
import { defaultSocketPath } from './client/find/agent-address.ts';
import { loadProgram } from './process/load-program.ts';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
// The folder, not the file: Electron takes name and version of the app from its package.json.
const projectDir = pathOf('../..');
const appPath = pathOf('./app.js');
const electronName = process.platform === 'win32' ? 'electron.exe' : 'electron';
// Never found by require('electron'): that throws, or downloads without a word, when the program is missing.
const electronPath = pathOf(`../../node_modules/electron/dist/${electronName}`);
const electronInstallerPath = pathOf('../../node_modules/electron/install.js');

const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

/** Electron's package comes without its program, which is fetched when it is first needed: here. */
async function fetchElectron(): Promise<void> {
  if (existsSync(electronPath) || !existsSync(electronInstallerPath)) return;
  processIo.complain('Fetching Electron for the tray, this once.');
  const installer = spawn(process.execPath, [electronInstallerPath], { stdio: 'ignore' });
  await new Promise((resolve) => installer.once('error', resolve).once('exit', resolve));
}

/** Why the tray app can't be started; undefined when it can. */
async function obstacle(): Promise<string | undefined> {
  if (!existsSync(appPath)) return 'the tray app is not part of this build';
  if (!hasDisplay) return 'there is no display';
  await fetchElectron();
  if (!existsSync(electronPath))
    return 'the Electron program could not be fetched (try: npx install-electron)';
  return undefined;
}

function startTrayApp(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const app = spawn(electronPath, [projectDir, ...args], { stdio: 'inherit' });
    app.once('error', (error) => {
      processIo.complain(`The tray app can't be started: ${error.message}.`);
      resolve(1);
    });
    app.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * A second `npm start` is no mistake: its terminal is to find the agent, too. False where no Sallyport listens at the usual
 * place, or the person has said something that is for a new one.
 */
async function tellOfRunning(args: readonly string[]): Promise<boolean> {
  const socketPath = defaultSocketPath(process.env);
  if (process.platform === 'win32' || args.length > 0 || socketPath === undefined) return false;
  const running = await findSallyport(socketPath).catch(() => undefined);
  if (running === undefined) return false;
  const address = { socketPath, pid: running.pid };
  await processIo.printAsIs(environmentLines(address));
  await processIo.printAsIs(whatNext({ address, env: process.env, wasRunning: true }));
  return true;
}

const args = process.argv.slice(2);
const reason = await obstacle();
if (reason === undefined) await exitProcess(await startTrayApp(args));
processIo.complain(`The agent runs without a tray, since ${reason}.`);
if (await tellOfRunning(args)) await exitProcess(0);
process.argv.splice(2, args.length, 'agent', ...args);
loadProgram(pathOf('./command.cjs'));
