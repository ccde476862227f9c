// The tray application's entry: what must hold before anything else, then the shell. Read from top to bottom.
import './process/take-debug-signal.ts';

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, session } from 'electron';
import { nameAndPlace } from './process/error-name-and-place.ts';
import { hardenProcess } from './process/harden-process.ts';
import { installLastResort } from './process/last-resort.ts';
import { type Log, logFileName, openLog } from './process/log.ts';
import { thisVersion } from './programs/this-version.ts';
import { assertSafeSwitches, hardenApp, UnsafeStartError } from './shell/hardening/harden-app.ts';
import { hardenSession } from './shell/hardening/harden-session.ts';
import { asksToQuit, keyFilesOf, startedAtLogin } from './shell/lifecycle/command-line.ts';
import { acknowledgeStart, newStartNote, type StartNote, wasHeard } from './shell/lifecycle/second-start.ts';
import { Notices } from './shell/notices/notices.ts';
import { tellOldVersion } from './shell/notices/tell-old-version.ts';
import { type Shell, startShell } from './shell/start-shell.ts';
import { setToastIdentity } from './shell/tray/toast-identity.ts';
import { registerPageScheme, servePages } from './shell/windows/app-protocol.ts';
import { readPageFiles } from './shell/windows/page-files.ts';
import { explainWriteError } from './stored/explain-file-error.ts';
import { openSettings } from './stored/settings/settings.ts';

/** `electron .` has the folder as its first argument; the packaged program has none of its own. */
const ownArguments = process.defaultApp ? 2 : 1;
const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where the program keeps what lasts, and its log there. */
interface Place {
  readonly dataDirectory: string;
  readonly log: Log;
}

function openPlace(): Place {
  // Named here, since Electron names a program that was started by its file “Electron”, data folder and all.
  app.setName('Sallyport');
  if (!app.commandLine.hasSwitch('user-data-dir'))
    app.setPath('userData', join(app.getPath('appData'), 'Sallyport'));
  try {
    const dataDirectory = app.getPath('userData');
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    return { dataDirectory, log: openLog(join(dataDirectory, logFileName)) };
  } catch (error: unknown) {
    throw new Error(`Sallyport has no folder for its settings and keys. ${explainWriteError(error)}`);
  }
}

async function start({ dataDirectory, log }: Place): Promise<Shell> {
  const logLine = (line: string) => log.line(line);
  // Where the system refuses, we are as safe as any other program.
  await hardenProcess({ dllsAlsoFrom: 'application' }).catch((error: unknown) =>
    logLine(`process hardening: ${nameAndPlace(error)}`),
  );
  await app.whenReady();
  // In memory, since its name does not begin with `persist:`: a page leaves nothing on disk.
  const pages = session.fromPartition('pages');
  hardenSession(session.defaultSession, logLine);
  hardenSession(pages, logLine);
  servePages(pages, readPageFiles(pathOf('../renderer')));

  const notices = new Notices();
  const settingsPath = join(dataDirectory, 'settings.json');
  const settings = await openSettings(settingsPath, new Date());
  if (settings.problem) notices.add('warning', settings.problem);
  const host = { preloadPath: pathOf('../preload/preload.cjs'), session: pages, roles: new Map() };
  const shell = await startShell({ dataDirectory, settings, notices, log, host });

  const keyFiles = keyFilesOf(process.argv, ownArguments, process.cwd());
  await shell.addKeyFiles(keyFiles);
  // The tray icon is easily overlooked: who starts by hand, with nothing there yet, is shown what to do first.
  const isWorthShowing = shell.keyCount === 0 || keyFiles.length > 0 || notices.views.length > 0;
  if (!startedAtLogin(process.argv) && isWorthShowing)
    shell.window.show(shell.keyCount === 0 ? shell.firstDestination() : undefined);
  // After that: age alone opens no window at each start.
  tellOldVersion(notices, thisVersion, Date.now());
  return shell;
}

/** Tells the person why there is no Sallyport, and ends; `place` is missing where nothing can be kept. */
function end(error: unknown, place: Place | undefined): void {
  const message = error instanceof Error ? error.message : 'unknown error';
  place?.log.line(`not started: ${message}`);
  const where = place ? ` The log is in ${place.dataDirectory}.` : '';
  dialog.showErrorBox(
    'Sallyport could not start',
    error instanceof UnsafeStartError ? message : `${message}\n\nNo program can use your keys now.${where}`,
  );
  endAfterLog(1, place);
}

function endAfterLog(exitCode: number, place: Place | undefined): void {
  void (place?.log.flush() ?? Promise.resolve()).then(() => app.exit(exitCode));
}

/** Ends a start without the single-instance lock: in silence when another one has taken it over. */
async function endWithoutLock(place: Place, note: StartNote, isQuitting: boolean): Promise<void> {
  if (await wasHeard(place.dataDirectory, note)) {
    place.log.line('a second start: handed to the program that runs');
    endAfterLog(0, place);
    return;
  }
  // The installer sees that it runs still, and ends it.
  if (isQuitting) {
    endAfterLog(1, place);
    return;
  }
  end(
    new Error(
      'Another Sallyport seems to run, but does not answer: it hangs, or was started as administrator, or the lock ' +
        `that tells of it can't be made in ${place.dataDirectory}. End the one that runs, and start Sallyport again.`,
    ),
    place,
  );
}

function main(place: Place): void {
  const { dataDirectory, log } = place;
  const logLine = (line: string) => log.line(line);
  assertSafeSwitches();
  // Before anything else that another instance could be doing at the same time.
  const note = newStartNote();
  const isQuitting = asksToQuit(process.argv);
  if (!app.requestSingleInstanceLock({ ...note })) {
    void endWithoutLock(place, note, isQuitting);
    return;
  }
  if (isQuitting) {
    endAfterLog(0, place);
    return;
  }
  hardenApp(logLine);
  setToastIdentity();
  registerPageScheme();
  const { electron = 'none' } = process.versions;
  logLine(`started: version ${app.getVersion()}, Electron ${electron}, ${process.platform} ${process.arch}`);
  const shell = start(place);
  const endForGood = (error: unknown) => end(error, place);
  shell.catch(endForGood);
  app.on('second-instance', (_event, argv, workingDirectory, secondNote) => {
    void acknowledgeStart(dataDirectory, secondNote);
    void shell.then(
      async ({ window, addKeyFiles, quitAtOnce }) => {
        if (asksToQuit(argv)) {
          quitAtOnce();
          return;
        }
        await addKeyFiles(keyFilesOf(argv, ownArguments, workingDirectory));
        window.show({ section: 'keys' });
      },
      () => {},
    );
  });
  installLastResort(logLine, {
    inWords: 'the agent is locked',
    take: () =>
      void shell.then(
        ({ lock }) => lock('Locked because of an error inside Sallyport; the log tells more.'),
        endForGood,
      ),
  });
}

let place: Place | undefined;
try {
  place = openPlace();
  main(place);
} catch (error: unknown) {
  end(error, place);
}
