// Puts the tray application together, once Electron is ready and hardened.
import { join } from 'node:path';
import type { Destination } from '../../ipc/contract/program.ts';
import type { Doors } from '../doors/doors.ts';
import { localPath } from '../get-started/files/local-path.ts';
import { findUpstreams } from '../key-stores/upstream/find-upstreams.ts';
import type { Log } from '../process/log.ts';
import { systemPassphraseEncodings } from '../process/system-passphrase-encodings.ts';
import { openSetUp } from '../set-up/open-set-up.ts';
import { startAgent } from '../start-agent.ts';
import { openConsentFiles } from '../stored/consent-files.ts';
import { openGetStartedFile } from '../stored/get-started-file.ts';
import { KeyFolder } from '../stored/key-folder.ts';
import { openMiddlewareFile } from '../stored/middleware-file.ts';
import { personHosts } from '../stored/person-hosts.ts';
import type { SettingsStore } from '../stored/settings/settings.ts';
import { openTokenLibrariesFile } from '../stored/token-libraries-file.ts';
import { openUpstreamsFile } from '../stored/upstreams-file.ts';
import { openWindowsKeysFile } from '../stored/windows-keys-file.ts';
import type { KeyStep } from './get-started/key-step.ts';
import { openKeyStep } from './get-started/open-key-step.ts';
import { KeyAdder } from './key-files/add-keys.ts';
import { addNamedFiles } from './key-files/add-named-files.ts';
import { OpenKeyFiles } from './key-files/open-key-files.ts';
import { PinTrials } from './key-files/pin-trials.ts';
import { type Keeping, startKeeping } from './key-files/start-keeping.ts';
import { startUtilityLibraryProcess } from './library-process/utility-library-process.ts';
import { followSettings } from './lifecycle/follow-settings.ts';
import { lockOnTriggers } from './lifecycle/lock-triggers.ts';
import { handleQuit } from './lifecycle/quit.ts';
import type { Notices } from './notices/notices.ts';
import { openHello } from './open-hello.ts';
import { platformDoors } from './platform-doors.ts';
import { openPromptWindow, openWaitWindow } from './prompts/prompt-window.ts';
import { WindowApprover } from './prompts/window-approver.ts';
import { publishChanges, type ShellParts, slicesOf, trayFactsOf } from './publish-changes.ts';
import { activityHandlers } from './requests/activity-handlers.ts';
import type { RequestHandlers } from './requests/answer-request.ts';
import { doorHandlers } from './requests/door-handlers.ts';
import { getStartedHandlers } from './requests/get-started-handlers.ts';
import { helloHandlers } from './requests/hello-handlers.ts';
import { serveRequests } from './requests/ipc-server.ts';
import { keyFileHandlers } from './requests/key-file-handlers.ts';
import { keyHandlers } from './requests/key-handlers.ts';
import { keyHostHandlers } from './requests/key-host-handlers.ts';
import { ownCommand } from './requests/own-command.ts';
import { policyHandlers } from './requests/policy-handlers.ts';
import { programHandlers } from './requests/program-handlers.ts';
import { promptHandlers } from './requests/prompt-handlers.ts';
import { securityKeyHandlers } from './requests/security-key-handlers.ts';
import { programSetUpHandlers } from './requests/set-up-handlers.ts';
import { storeHandlers, unusedUpstreams } from './requests/store-handlers.ts';
import { tokenHandlers } from './requests/token-handlers.ts';
import { snippetHandlers } from './requests/use-with-handlers.ts';
import { windowsKeyHandlers } from './requests/windows-key-handlers.ts';
import { notifyUse } from './tray/notify-use.ts';
import { toasts } from './tray/show-toast.ts';
import { TrayIcon } from './tray/tray.ts';
import { chooseFiles } from './windows/choose-files.ts';
import type { DesktopFacts } from './windows/desktop-facts.ts';
import { dialogWindow } from './windows/dialog-window.ts';
import { KeyWindow } from './windows/key-window.ts';
import { mayDeleteKey } from './windows/may-delete-key.ts';
import { type LibraryUse, mayLoadLibrary } from './windows/may-load-library.ts';
import { mayTryPin } from './windows/may-try-pin.ts';
import type { PageHost } from './windows/page-window.ts';

export interface ShellOptions {
  /** Where settings, keys and activity are kept. */
  readonly dataDirectory: string;
  readonly settings: SettingsStore;
  readonly notices: Notices;
  readonly log: Log;
  readonly host: PageHost;
}

export interface Shell {
  readonly window: KeyWindow;
  readonly keyCount: number;
  /** Where the window goes by itself in a new installation, and once only. */
  firstDestination(): Destination | undefined;
  /** Adds key files named on a command line, and tells what came of it. */
  addKeyFiles(paths: readonly string[]): Promise<void>;
  /** Locks the agent; `reason` is a sentence for the person. */
  lock(reason: string): void;
  /** Ends the program in order, and asks nobody. */
  quitAtOnce(): void;
}

/** The agent with the person at its windows, its keys brought back, and all doors of this system. */
async function startWindowAgent(options: ShellOptions, desktop: DesktopFacts) {
  const { settings, notices, host, log } = options;
  const line = (text: string) => log.line(text);
  const complain = (text: string) => {
    line(text);
    notices.add('warning', text);
  };
  const hello = await openHello({
    dataDirectory: options.dataDirectory,
    keys: () => running.agent.keys,
    areKeysKept: () => settings.current.restoreKeys,
    log: line,
  });
  for (const problem of hello?.problems ?? []) complain(problem);
  const approver: WindowApprover = new WindowApprover({
    openWindow: (title) => {
      const { contentProtection } = settings.current;
      return openPromptWindow(title, { host, desktop, contentProtection, log: line });
    },
    openWaitWindow: () => {
      const { contentProtection } = settings.current;
      return openWaitWindow({ host, desktop, contentProtection, log: line });
    },
    settings: () => settings.current,
    waitingBehind: () => running.agent.prompts.waiting,
    nowMs: () => performance.now(),
    log: line,
    ...(hello && { hello: hello.unlock }),
  });
  const encodings = await systemPassphraseEncodings();
  const transports = await platformDoors(process.env, complain);
  const { closedDoors } = settings.current;
  const consentFiles = await openConsentFiles({
    log: complain,
    lookAt: (path) => localPath(path),
    canAsk: true,
    dataDirectory: options.dataDirectory,
  });
  let keeping!: Keeping;
  const running = await startAgent({
    approver,
    log: line,
    passphraseEncodings: encodings,
    confirmTimeLimitMs: () => settings.current.confirmTimeLimitSeconds * 1000,
    passphraseTimeLimitMs: () => settings.current.passphraseTimeLimitSeconds * 1000,
    allowSha1: () => settings.current.allowSha1,
    consentFiles,
    upstreamsFile: openUpstreamsFile(complain),
    windowsKeysFile: openWindowsKeysFile(complain),
    dialogWindow: () => dialogWindow(desktop.hasKeyboard, () => approver.waits.handle()),
    startLibraryProcess: startUtilityLibraryProcess,
    tokenLibrariesFile: openTokenLibrariesFile(complain),
    middlewareFile: openMiddlewareFile(complain),
    relayProgram: ownCommand()?.node,
    transports,
    closedDoors,
    mayHaveNoDoor: true,
    // A client could lock the agent, which takes no key then.
    beforeDoors: async (agent) => {
      keeping = await startKeeping({
        ...{ agent, notices },
        folder: new KeyFolder(join(options.dataDirectory, 'keys')),
        isWanted: () => settings.current.restoreKeys,
        ...(hello && { sealed: hello.sealed }),
      });
    },
  });
  const { doors, offload, authenticators } = running;
  const { addKey } = running.agent;
  const hosts = personHosts(process.env, consentFiles.agentOptions.keysForHosts);
  const means = { addKey, offload, authenticators, passphraseEncodings: encodings, setHosts: hosts.setFor };
  const { isNewInstallation } = consentFiles;
  return { running, approver, doors, keeping, hello, means, hosts, isNewInstallation };
}

/** How the person has a library loaded, in dialogs of the system. */
const librariesOf = (window: KeyWindow, ofWhat: LibraryUse) => ({
  choose: async () => (await chooseFiles(window, { properties: ['openFile'] }))[0],
  mayLoad: (path: string) => mayLoadLibrary(window, path, ofWhat),
});

const setUpThrough = (doors: Pick<Doors, 'addressOf'>) =>
  openSetUp({
    env: process.env,
    addressOf: (door) => doors.addressOf(door),
    doorsPlace: '“Doors”',
    command: ownCommand(),
  });

/** Starts the agent, brings back its keys, and gives it its doors, windows and tray. */
export async function startShell(options: ShellOptions): Promise<Shell> {
  const { settings, notices, host } = options;
  const log = (line: string) => options.log.line(line);
  // A chunk of its own, in whose place the end-to-end tests play Windows.
  const desktop = await (await import('./windows/desktop-facts.ts')).desktopFacts();
  const started = await startWindowAgent(options, desktop);
  const { running, approver, doors, keeping, hello, means, hosts } = started;
  const { agent } = running;
  const { keeper, removed } = keeping;
  const window = new KeyWindow({ host, log, mayTakeFocus: () => approver.prompts.length === 0 });
  const adder = new KeyAdder({ ...means, log, unlocked: (id, key) => keyStep.noteUnlocked(id, key) });
  const files = new OpenKeyFiles();
  const pins = new PinTrials(() => mayTryPin(window));
  const ofStores = { stores: agent.stores, upstreams: running.upstreams, doors, find: findUpstreams };
  const record = openGetStartedFile(join(options.dataDirectory, 'get-started.json'), log);
  const keyStep: KeyStep = openKeyStep(running, adder, () => unusedUpstreams(ofStores), record);
  const parts: ShellParts = { agent, approver, settings, doors, notices, window, hello: hello?.unlock };
  const tray = new TrayIcon(
    {
      show: (destination) => window.show(destination),
      raisePrompt: () => approver.raise() || approver.waits.raise(),
      lock: () => agent.pause(),
      unlock: () => agent.resume(),
      reencryptAll: () => agent.keys.reencryptAll(),
      quit: () => quit(),
    },
    () => trayFactsOf(parts),
    desktop,
  );
  const now = () => settings.current;
  const stops = [
    publishChanges(parts, tray),
    lockOnTriggers(now, (reason) => agent.pause(reason)),
    notifyUse(agent.consent.activity, now, toasts(tray), () => window.show({ section: 'activity' })),
    keyStep.follow(),
    followSettings(settings, { keeper, doors, offers: agent.consent.offers }),
  ];
  const quit = handleQuit({
    promptCount: () => approver.prompts.length,
    log,
    async stop() {
      for (const stop of stops) stop();
      approver.endWithAgent();
      // First what is to last: ending the agent removes its keys, which must not reach the disk.
      await keeping.stop();
      files.closeAll();
      await running.stop();
      await hello?.close();
      tray.destroy();
      await options.log.flush();
    },
  });
  const handlers: RequestHandlers = {
    ...keyHandlers({ keys: agent.keys, adder, removed, window, hosts, isLocked: () => agent.isLocked }),
    ...keyHostHandlers(agent.keys, hosts),
    ...keyFileHandlers({ ...means, keys: agent.keys, files, pins, window }),
    ...activityHandlers(agent.consent, window),
    ...policyHandlers(agent.consent, agent.keys),
    ...doorHandlers(doors),
    ...helloHandlers(agent.keys, hello?.unlock),
    ...storeHandlers(ofStores),
    ...getStartedHandlers({
      ...{ record, keyStep, agent, settings, doors, keeper },
      changed: (view) => window.tell('getStarted.changed', () => view),
    }),
    ...tokenHandlers({ tokens: running.tokens, ...librariesOf(window, 'token') }),
    ...securityKeyHandlers({
      ...{ libraries: running.securityKeyLibraries, agent, pins },
      ...librariesOf(window, 'security key'),
    }),
    ...windowsKeyHandlers(running.windowsKeys, (key) => mayDeleteKey(window, key)),
    ...snippetHandlers(doors),
    ...programSetUpHandlers(setUpThrough(doors)),
    ...programHandlers({ slices: () => slicesOf(parts), settings, doors, agent, notices, window, quit }),
    ...promptHandlers((webContentsId) => approver.conversationIn(webContentsId), approver.waits),
  };
  serveRequests({ roles: host.roles, handlers, log });
  return {
    window,
    get keyCount() {
      return agent.keys.list().length;
    },
    firstDestination() {
      if (!started.isNewInstallation || record.current.wasShown) return undefined;
      void record.change((now) => ({ ...now, wasShown: true }));
      return { section: 'get-started' };
    },
    addKeyFiles: (paths) => addNamedFiles(paths, adder, notices),
    lock: (reason) => agent.pause(reason),
    quitAtOnce: () => quit(true),
  };
}
