// Where the Wine lane keeps what it fetches and makes: all under .cache/wine, which git ignores.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDir = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
export const cacheDir = join(projectDir, '.cache', 'wine');

/** The name that a Windows program has for a Unix path (Wine maps the whole tree to drive Z:). */
export function windowsPath(unixPath: string): string {
  return `Z:${unixPath.replaceAll('/', '\\')}`;
}
