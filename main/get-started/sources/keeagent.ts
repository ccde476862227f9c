// KeeAgent, which keeps keys in KeePass' database: whether it is there. Its keys and their names are in the database, encrypted.
import { win32 } from 'node:path';
import { readSettingsText } from '../files/read-settings-file.ts';
import type { Profile, SourceReport } from './source.ts';

const note =
  'KeeAgent is set up in KeePass. Which keys it has is inside the encrypted database, which Sallyport can’t read: ' +
  'while KeePass runs, use its agent below, or save the key files from KeePass and add them.';

/** KeePass keeps settings of plugins as items whose keys begin with the plugin’s name. */
export async function lookForKeeagent({ platform, env }: Profile): Promise<SourceReport> {
  const { APPDATA } = env;
  if (platform !== 'win32' || !APPDATA) return { files: [], notes: [] };
  const text = await readSettingsText(win32.join(APPDATA, 'KeePass', 'KeePass.config.xml'));
  return { files: [], notes: text?.includes('<Key>KeeAgent.') ? [note] : [] };
}
