// The tray application's entry: what must hold before anything else, then the shell. Read from top to bottom.
import './take-debug-signal.ts';

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, session } from 'electron';
import { logFileName, openLog } from './log.ts';
import { nameAndPlace } from './name-and-place.ts';
import { openSettings } from './settings.ts';
import { registerPageScheme, servePages } from './shell/app-protocol.ts';
import { keyFilesOf, startedAtLogin } from './shell/command-line.ts';
import { assertSafeSwitches, hardenApp, UnsafeStartError } from './shell/harden-app.ts';
import { hardenProcess } from './shell/harden-process.ts';
import { hardenSession } from './shell/harden-session.ts';
import { Notices } from './shell/notices.ts';
import { readPageFiles } from './shell/page-files.ts';
import { type Shell, startShell } from './shell/start-shell.ts';

/** `electron .` has the folder as its first argument; the packaged program has none of its own. */
const ownArguments = process.defaultApp ? 2 : 1;
const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
// Named here, since Electron names a program that was started by its file “Electron”, data folder and all.
app.setName('Sallyport');
if (!app.commandLine.hasSwitch('user-data-dir'))
  app.setPath('userData', join(app.getPath('appData'), 'Sallyport'));
const dataDirectory = app.getPath('userData');
mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
const log = openLog(join(dataDirectory, logFileName));
const logLine = (line: string) => log.line(line);

async function start(): Promise<Shell> {
  await hardenProcess(logLine);
  await app.whenReady();
  app.setAppUserModelId('io.sallyport.app');
  // In memory, since its name does not begin with `persist:`: a page leaves nothing on disk.
  const pages = session.fromPartition('pages');
  hardenSession(session.defaultSession, logLine);
  hardenSession(pages, logLine);
  servePages(pages, readPageFiles(pathOf('../renderer')));

  const notices = new Notices();
  const settings = await openSettings(join(dataDirectory, 'settings.json'), new Date());
  if (settings.problem) notices.add('warning', settings.problem);
  const host = { preloadPath: pathOf('../preload/preload.cjs'), session: pages, roles: new Map() };
  const shell = await startShell({ dataDirectory, settings, notices, log, host });

  const keyFiles = keyFilesOf(process.argv, ownArguments, process.cwd());
  await shell.addKeyFiles(keyFiles);
  // The tray icon is easily overlooked: who starts by hand, with nothing there yet, is shown what to do first.
  const isWorthShowing = shell.keyCount === 0 || keyFiles.length > 0 || notices.views.length > 0;
  if (!startedAtLogin(process.argv) && isWorthShowing) shell.window.show();
  return shell;
}

function end(error: unknown): void {
  const message = error instanceof Error ? error.message : 'unknown error';
  logLine(`not started: ${message}`);
  dialog.showErrorBox(
    'Sallyport could not start',
    error instanceof UnsafeStartError
      ? message
      : `${message}\n\nNo program can use your keys now. The log is in ${dataDirectory}.`,
  );
  void log.flush().then(() => app.exit(1));
}

function main(): void {
  assertSafeSwitches();
  // Before anything else that another instance could be doing at the same time.
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  hardenApp(logLine);
  registerPageScheme();
  const { electron = 'none' } = process.versions;
  logLine(`started: version ${app.getVersion()}, Electron ${electron}, ${process.platform} ${process.arch}`);
  const shell = start();
  shell.catch(end);
  app.on('second-instance', (_event, argv, workingDirectory) => {
    void shell.then(
      async ({ window, addKeyFiles }) => {
        await addKeyFiles(keyFilesOf(argv, ownArguments, workingDirectory));
        window.show({ view: 'keys' });
      },
      () => {},
    );
  });
  // As in the headless agent (last-resort.ts), where such a rejection ends one task; Electron only prints it.
  process.on('unhandledRejection', (reason) => logLine(`unexpected rejection: ${nameAndPlace(reason)}`));
  process.on('uncaughtException', (error) => {
    // Nobody knows what state this leaves: the agent is locked until the person says otherwise.
    logLine(`unexpected: ${nameAndPlace(error)}`);
    void shell.then(
      ({ lock }) => lock('Locked because of an error inside Sallyport; the log tells more.'),
      end,
    );
  });
}

try {
  main();
} catch (error: unknown) {
  end(error);
}
