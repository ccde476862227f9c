// What the key window asks about the program itself: state, settings, doors, lock, "use with…", quit.
import { join } from 'node:path';
import { app, clipboard } from 'electron';
import type { KeysState, programRequests, SnippetKind } from '../../../ipc/contract/program.ts';
import type { Agent } from '../../agent/create-agent.ts';
import { doorTitle } from '../../doors/door-kinds.ts';
import type { Doors } from '../../doors/doors.ts';
import { cliPath } from '../../process/cli-path.ts';
import { logFileName } from '../../process/log.ts';
import { explainWriteError } from '../../stored/explain-write-error.ts';
import type { SettingsStore } from '../../stored/settings/settings.ts';
import { SettingsFileError } from '../../stored/settings/settings-document.ts';
import { findCommand } from '../../use-with/find-command.ts';
import { testDoor } from '../../use-with/self-test.ts';
import { doorsOf, snippetFor } from '../../use-with/snippets.ts';
import type { Notices } from '../notices/notices.ts';
import type { KeyWindow } from '../windows/key-window.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export interface ProgramHandlerOptions {
  readonly slices: () => Pick<KeysState, 'keys' | 'prompts' | 'policy'>;
  readonly settings: SettingsStore;
  readonly doors: Doors;
  readonly agent: Pick<Agent, 'lock' | 'pause' | 'resume'>;
  readonly notices: Notices;
  readonly window: KeyWindow;
  readonly quit: () => void;
}

const supportedPlatform = (platform: NodeJS.Platform): KeysState['platform'] =>
  platform === 'win32' || platform === 'darwin' ? platform : 'linux';

export function programHandlers(options: ProgramHandlerOptions): HandlersOf<typeof programRequests> {
  const { slices, settings, doors, agent, notices, window, quit } = options;
  const snippet = (kind: SnippetKind) =>
    snippetFor(kind, {
      platform: process.platform,
      addressOf: (door) => doors.addressOf(door),
      doorsPlace: '“Doors”',
      command: findCommand({
        isPackaged: app.isPackaged,
        resourcesPath: process.resourcesPath,
        cliPath,
        env: process.env,
      }),
    });
  return {
    'state.get'() {
      // Asking for the state is the page's first word: from now on it hears events.
      setImmediate(() => window.pageIsReady());
      return {
        appVersion: app.getVersion(),
        logPath: join(app.getPath('userData'), logFileName),
        platform: supportedPlatform(process.platform),
        ...slices(),
        doors: doors.views,
        settings: settings.current,
        lock: agent.lock,
        notices: notices.views,
      };
    },
    async 'doors.retry'({ name }) {
      const view = await doors.retry(name);
      if (view === undefined) throw new RequestFailure('There is no such door on this system.');
      return view;
    },
    async 'settings.set'(change) {
      try {
        return await settings.change(change);
      } catch (error: unknown) {
        // The file that is there was not read, which says what to do.
        if (error instanceof SettingsFileError) throw new RequestFailure(error.message);
        throw new RequestFailure(
          `The settings could not be saved, so nothing has changed. ${explainWriteError(error)} Then try again.`,
        );
      }
    },
    'agent.lock'() {
      agent.pause();
      return null;
    },
    'agent.unlock'() {
      agent.resume();
      return null;
    },
    'snippets.get': ({ kind }) => snippet(kind),
    async 'snippets.copy'({ kind, step }) {
      const found = snippet(kind).steps[step];
      if (found === undefined) throw new RequestFailure('There is no such step any more.');
      await clipboard.writeText(found.text);
      return null;
    },
    async 'snippets.test'({ kind }) {
      for (const door of doorsOf(kind, process.platform)) {
        const address = doors.addressOf(door);
        if (address !== undefined) return await testDoor(doorTitle(door), address);
      }
      return {
        isWorking: false,
        message: 'No door for these programs is open. “Doors” says why, and what to do about it.',
      };
    },
    'notices.dismiss'({ id }) {
      notices.dismiss(id);
      return null;
    },
    'app.quit'() {
      quit();
      return null;
    },
  };
}
