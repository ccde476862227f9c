// Files that a crash or a power cut leaves either as they were or as they are to be, never in between.
import type { BigIntStats } from 'node:fs';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** On Windows a virus scanner may hold the old file open for a moment. */
const busyCodes = new Set(['EPERM', 'EACCES', 'EBUSY']);
const busyRetries = 5;
const busyDelayMs = 40;

async function renameWhenFree(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error: unknown) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (process.platform !== 'win32' || attempt >= busyRetries || !busyCodes.has(code)) throw error;
      await wait(busyDelayMs * 2 ** attempt);
    }
  }
}

/** Makes the rename of a file to `path` last; Windows has no such thing for directories. */
export async function syncDirectoryOf(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Replaces `path` by `contents`, readable by the user alone. Two writers of the same path must wait for each
 * other: both would use the same temporary file. Resolves with the file as we left it: what others do to it once it is in
 * its place is not in there. Rejects with the system's error; the old file is whole then.
 */
export async function writeFileAtomically(path: string, contents: string | Uint8Array): Promise<BigIntStats> {
  let left: BigIntStats;
  // A name that is ours alone: key files are saved where the person wants, and `id_ed25519.new` may be there.
  const temporaryPath = `${path}.sallyport-new`;
  // A leftover may be a link or have other rights: only a file made by us is written to.
  await rm(temporaryPath, { force: true });
  try {
    const file = await open(temporaryPath, 'wx', 0o600);
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    // Of the closed file: Windows may write the time of a change when it is closed.
    left = await stat(temporaryPath, { bigint: true });
    await renameWhenFree(temporaryPath, path);
  } catch (error: unknown) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
  await syncDirectoryOf(path);
  return left;
}

/**
 * The same for a file that the person may have put elsewhere, with a link to it here, as those do who keep their settings
 * in a repository: the file is replaced, not the link. SECURITY: only for a path whose place was judged, links included.
 */
export async function writeThroughLink(path: string, contents: string): Promise<BigIntStats> {
  // What is not there yet, also behind a link, is made in the place of the link.
  return await writeFileAtomically(await realpath(path).catch(() => path), contents);
}
