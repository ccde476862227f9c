// By which libraries security keys are reached.
import { join } from 'node:path';
import { createKeptListFile, type KeptListFile } from './kept-list-file.ts';
import { personDir, personHome } from './person-dir.ts';

/** The one that all agents of this person share. `log` takes one line, a sentence for the person. */
export function openMiddlewareFile(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): KeptListFile {
  const path = join(personDir(process.platform, env, personHome()), 'security-key-libraries.json');
  return createKeptListFile(path, { field: 'libraries', what: 'The libraries for security keys' }, log);
}
