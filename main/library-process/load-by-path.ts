// A foreign library, loaded where the person said that it is.
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';

type Koffi = typeof import('koffi');

/**
 * SECURITY: of a name alone the system, and koffi after it, would look in places that others may write to, the working
 * directory among them. Throws Error for such a name, and for what can't be loaded.
 */
export function loadByPath(path: string) {
  if (!isAbsolute(path)) throw new Error('not the whole path of a library');
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  return koffi.load(path);
}
