// The text of the settings file: a version and the settings. Parsing trusts nothing.
import * as v from 'valibot';
import { type Settings, settingsChangeSchema } from '../../../ipc/contract/settings.ts';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { JsonFileError, parseJsonFile } from '../parse-json-file.ts';
import { defaultSettings } from './default-settings.ts';

const currentVersion = 1;

const versionSchema = v.looseObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1)) });
// Settings that an older program did not know are missing from its file and take their defaults.
const documentSchema = v.strictObject({
  version: v.literal(currentVersion),
  settings: settingsChangeSchema,
});

/** Why a settings file can't be used; `message` is a sentence for the person. */
export class SettingsFileError extends Error {
  override readonly name = 'SettingsFileError';
}

function parseJson(text: string): unknown {
  try {
    return parseJsonFile(text);
  } catch (error) {
    if (!(error instanceof JsonFileError)) throw error;
    throw new SettingsFileError(`The settings file is damaged at ${error.message}.`);
  }
}

/** Throws SettingsFileError for a file that is damaged, or was written by a newer program. */
export function parseSettings(text: string): Settings {
  const json = parseJson(text);
  const versioned = v.safeParse(versionSchema, json);
  if (versioned.success && versioned.output.version > currentVersion)
    throw new SettingsFileError('The settings file was written by a newer version of Sallyport.');
  const document = v.safeParse(documentSchema, json);
  if (!document.success) {
    const where = document.issues[0].path?.map((item) => String(item.key)).join('.') ?? 'its outline';
    throw new SettingsFileError(
      `The settings file is damaged: “${insideQuotes(where, 80)}” is not as it must be.`,
    );
  }
  return withChange(defaultSettings, document.output.settings);
}

/** `settings` with what `change` names replaced. */
export function withChange(settings: Settings, change: v.InferOutput<typeof settingsChangeSchema>): Settings {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(named) };
}

/** The text of a settings file that `parseSettings` reads back. */
export function formatSettings(settings: Settings): string {
  return `${JSON.stringify({ version: currentVersion, settings }, null, 2)}\n`;
}
