// Where the file is that runs in the process with a foreign library.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Its source, or its bundle beside all else of ours, in the archive of the tray application, too. */
export function libraryHostPath(): string {
  const relative = import.meta.url.endsWith('.ts') ? '../library-host.ts' : './library-host.js';
  const path = fileURLToPath(new URL(relative, import.meta.url));
  if (!existsSync(path)) throw new Error('library-host is missing from this installation');
  return path;
}
