// ~/.ssh: every file there that may be a key, whatever its name.
import { posix, win32 } from 'node:path';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { namesInFolder } from '../files/folder-names.ts';
import { localPath } from '../files/local-path.ts';
import type { Profile, SourceReport } from './source.ts';

const maxEntries = 1000;

/** What OpenSSH and PuTTY keep there beside keys. */
const otherFile = /^(known_hosts.*|authorized_keys.*|config(\..*)?|environment|rc|agent|.*\.pub)$/i;

/** Those that ssh tries by itself come first. */
const byName = (a: string, b: string) =>
  Number(b.startsWith('id_')) - Number(a.startsWith('id_')) || (a < b ? -1 : 1);

export async function keysInSshFolder({ platform, home }: Profile): Promise<SourceReport> {
  const { join } = platform === 'win32' ? win32 : posix;
  const dir = join(home, '.ssh');
  const nothing = { files: [], notes: [] };
  try {
    const found = await localPath(dir);
    if ('problem' in found)
      return found.isAbsent ? nothing : { files: [], notes: [`Your folder .ssh ${found.problem}.`] };
    const { names, hasMore } = await namesInFolder(
      found.path,
      maxEntries,
      (entry) => !entry.isDirectory() && !otherFile.test(entry.name),
    );
    return {
      files: names.toSorted(byName).map((name) => ({ path: join(dir, name), source: 'ssh-folder' })),
      notes: hasMore ? ['Your folder .ssh holds so many files that only some were looked at.'] : [],
    };
  } catch (error: unknown) {
    const why = systemErrorInWords((error as NodeJS.ErrnoException).code);
    return { files: [], notes: [`Your folder .ssh can't be read: ${why}. Check who may read it.`] };
  }
}
