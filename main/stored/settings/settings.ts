// The settings while the program runs: read once, checked, and written whole at every change.
import { readFile, rename, stat } from 'node:fs/promises';
import type { Settings, SettingsChange } from '../../../ipc/contract/settings.ts';
import { assertTrustedPlace } from '../../../ipc/posix/files/trusted-place.ts';
import { Listeners } from '../../basics/listeners.ts';
import { OneAtATime } from '../../basics/one-at-a-time.ts';
import { explainReadError } from '../explain-file-error.ts';
import { writeThroughLink } from '../write-file-atomically.ts';
import { defaultSettings } from './default-settings.ts';
import { formatSettings, parseSettings, SettingsFileError, withChange } from './settings-document.ts';

const maxFileBytes = 256 * 1024;

export interface SettingsStore {
  readonly current: Settings;
  /** What was the matter with the file at start, and what was done, in sentences for the person. */
  readonly problem?: string;
  /**
   * Resolves when the change is safe on disk; rejects with the system's error, or with SettingsFileError when
   * a file stands there that was not read; nothing has changed then.
   */
  change(change: SettingsChange): Promise<Settings>;
  /** Calls back after every change; returns the way to stop that. */
  onChanged(listener: (settings: Settings) => void): () => void;
}

async function read(path: string): Promise<Settings | undefined> {
  let text: string;
  assertTrustedPlace(path);
  try {
    if ((await stat(path)).size > maxFileBytes)
      throw new SettingsFileError('The settings file is damaged: it is far too large.');
    text = await readFile(path, 'utf8');
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseSettings(text);
}

/** Moves an unusable file out of the way, so that the person (or a newer program) still has it; undefined: it can't be moved. */
async function keepAside(path: string, now: Date): Promise<string | undefined> {
  const keptPath = `${path}.kept-${now.toISOString().replace(/[:.]/g, '-')}`;
  const isMoved = await rename(path, keptPath).then(
    () => true,
    () => false,
  );
  return isMoved ? keptPath : undefined;
}

interface OpenedSettings {
  readonly settings: Settings;
  readonly problem?: string;
  /** True: a file stands there that was not read, and writing would lose it. */
  readonly isProtected?: boolean;
}

async function readOrDefault(path: string, now: Date): Promise<OpenedSettings> {
  try {
    return { settings: (await read(path)) ?? defaultSettings };
  } catch (error: unknown) {
    if (!(error instanceof SettingsFileError)) {
      const { why, remedy } = explainReadError(error);
      return {
        settings: defaultSettings,
        problem: `The settings at ${path} ${why}, so the defaults apply and no change is kept. ${remedy} Then start Sallyport again.`,
        isProtected: true,
      };
    }
    const keptPath = await keepAside(path, now);
    if (keptPath === undefined)
      return {
        settings: defaultSettings,
        problem: `${error.message} It could not be moved away from ${path}, so the defaults apply and no change is kept.`,
        isProtected: true,
      };
    return {
      settings: defaultSettings,
      problem: `${error.message} It was kept as ${keptPath}, and the defaults apply.`,
    };
  }
}

/** Reads the settings at `path`; a file that can't be used is kept aside and the defaults apply. */
export async function openSettings(path: string, now: Date): Promise<SettingsStore> {
  const { settings, problem, isProtected = false } = await readOrDefault(path, now);
  const listeners = new Listeners<[Settings]>();
  let current = settings;
  const writes = new OneAtATime();

  const write = async (change: SettingsChange): Promise<Settings> => {
    if (isProtected) throw new SettingsFileError(problem);
    const changed = withChange(current, change);
    await writeThroughLink(path, formatSettings(changed));
    current = changed;
    listeners.tell(changed);
    return changed;
  };
  return {
    get current() {
      return current;
    },
    ...(problem !== undefined && { problem }),
    change: (change) => writes.run(() => write(change)),
    onChanged: (listener) => listeners.add(listener),
  };
}
