// Which libraries for tokens may be loaded.
import { join } from 'node:path';
import { createKeptListFile, type KeptListFile } from './kept-list-file.ts';
import { personDir, personHome } from './person-dir.ts';

/** `log` takes one line, a sentence for the person. */
export const createTokenLibrariesFile = (path: string, log: (line: string) => void): KeptListFile =>
  createKeptListFile(path, { field: 'libraries', what: 'The libraries for tokens' }, log);

/** The one that all agents of this person share. */
export function openTokenLibrariesFile(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): KeptListFile {
  const path = join(personDir(process.platform, env, personHome()), 'token-libraries.json');
  return createTokenLibrariesFile(path, log);
}
