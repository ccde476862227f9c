// Which other agents' keys are offered, too.
import { join } from 'node:path';
import { createKeptListFile, type KeptListFile } from './kept-list-file.ts';
import { personDir, personHome } from './person-dir.ts';

export type UpstreamsFile = KeptListFile;

/** `log` takes one line, a sentence for the person. */
export const createUpstreamsFile = (path: string, log: (line: string) => void): UpstreamsFile =>
  createKeptListFile(path, { field: 'upstreams', what: 'The other agents' }, log);

/** The one that all agents of this person share. */
export function openUpstreamsFile(
  log: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): UpstreamsFile {
  return createUpstreamsFile(join(personDir(process.platform, env, personHome()), 'other-agents.json'), log);
}
