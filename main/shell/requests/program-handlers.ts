// What the key window asks about the program itself: state, settings, lock, notices, quit.
import { join } from 'node:path';
import { app } from 'electron';
import type { KeysState, programRequests } from '../../../ipc/contract/program.ts';
import type { Settings, SettingsChange } from '../../../ipc/contract/settings.ts';
import type { Agent } from '../../agent/create-agent.ts';
import type { Doors } from '../../doors/doors.ts';
import { logFileName } from '../../process/log.ts';
import { thisVersion } from '../../programs/this-version.ts';
import { explainWriteError } from '../../stored/explain-file-error.ts';
import type { SettingsStore } from '../../stored/settings/settings.ts';
import { SettingsFileError } from '../../stored/settings/settings-document.ts';
import type { Notices } from '../notices/notices.ts';
import type { KeyWindow } from '../windows/key-window.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

export interface ProgramHandlerOptions {
  readonly slices: () => Pick<KeysState, 'keys' | 'stores' | 'prompts' | 'policy'>;
  readonly settings: SettingsStore;
  readonly doors: Doors;
  readonly agent: Pick<Agent, 'lock' | 'pause' | 'resume'>;
  readonly notices: Notices;
  readonly window: KeyWindow;
  readonly quit: () => void;
}

const supportedPlatform = (platform: NodeJS.Platform): KeysState['platform'] =>
  platform === 'win32' || platform === 'darwin' ? platform : 'linux';

/** Throws RequestFailure with what to do about a change that is not kept. */
export async function saveSettings(settings: SettingsStore, change: SettingsChange): Promise<Settings> {
  try {
    return await settings.change(change);
  } catch (error: unknown) {
    // The file that is there was not read, which says what to do.
    if (error instanceof SettingsFileError) throw new RequestFailure(error.message);
    throw new RequestFailure(
      `The settings could not be saved, so nothing has changed. ${explainWriteError(error)} Then try again.`,
    );
  }
}

export function programHandlers(options: ProgramHandlerOptions): HandlersOf<typeof programRequests> {
  const { slices, settings, doors, agent, notices, window, quit } = options;
  return {
    'state.get'() {
      // Asking for the state is the page's first word: from now on it hears events.
      window.pageIsReady();
      return {
        version: thisVersion,
        logPath: join(app.getPath('userData'), logFileName),
        platform: supportedPlatform(process.platform),
        // Windows' regional format. `Intl` in a page goes by the language of Chromium's own words.
        locale: app.getSystemLocale(),
        ...slices(),
        doors: doors.views,
        settings: settings.current,
        lock: agent.lock,
        notices: notices.views,
      };
    },
    'settings.set': (change) => saveSettings(settings, change),
    'agent.lock'() {
      agent.pause();
      return null;
    },
    'agent.unlock'() {
      agent.resume();
      return null;
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
