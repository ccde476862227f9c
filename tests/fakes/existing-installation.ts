// A person who has Sallyport already and is asked about nothing: a new installation would ask about what is new.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `configDirectory` holds the person's folder: `.config`, or AppData's `Roaming`, where the folder begins with a capital. */
export function makeExistingInstallation(configDirectory: string, folder = 'sallyport'): void {
  const directory = join(configDirectory, folder);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const policy = { version: 1, defaultLevel: 'never', levels: {}, rules: [] };
  writeFileSync(join(directory, 'rules.json'), JSON.stringify(policy), { mode: 0o600 });
}
