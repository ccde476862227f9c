// A file that is the person's own, replaced whole: it keeps its rights and its owners.
import type { Stats } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { syncDirectoryOf } from './write-file-atomically.ts';

const PERMISSIONS = 0o7777;

async function putInPlace(from: string, to: string, isThere: boolean): Promise<void> {
  if (process.platform !== 'win32' || !isThere) return await rename(from, to);
  // Takes the access list, the attributes and further streams of the old file over.
  const { replaceFile } = await import('../../ipc/win32/security/replace-file.ts');
  replaceFile(to, from);
}

/**
 * Replaces the file at `path`, no link, by `contents`, with the rights in `was`; one that was not there is made for the
 * user alone. `beforeRename` may throw, and the old file stays. Two writers of one path must wait for each other. Rejects
 * with the system's error; the old file is whole then. SECURITY: only for a path whose place was judged.
 */
export async function replaceFileOfPerson(
  path: string,
  contents: Uint8Array,
  was: Stats | undefined,
  beforeRename: () => void,
): Promise<void> {
  const temporaryPath = `${path}.sallyport-new`;
  await rm(temporaryPath, { force: true });
  try {
    const file = await open(temporaryPath, 'wx', 0o600);
    try {
      await file.writeFile(contents);
      if (was !== undefined && process.platform !== 'win32') {
        // Before the mode, whose bits for the group are for this group.
        if ((await file.stat()).gid !== was.gid) await file.chown(-1, was.gid);
        await file.chmod(was.mode & PERMISSIONS);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    beforeRename();
    await putInPlace(temporaryPath, path, was !== undefined);
  } catch (error: unknown) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
  await syncDirectoryOf(path);
}
