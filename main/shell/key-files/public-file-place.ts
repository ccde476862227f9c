// The public key's file beside a private one: whether something else is there that would be lost.
import { lstat, readFile } from 'node:fs/promises';
import { parsePublicKeyLine } from '../../keys/files/public-key-line.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';

/** The longest that we write has a long comment and a key of 16,384 bits. */
const maxBytes = 64 * 1024;

/** Whether writing this key to `path` replaces what is not already its public half; a directory is never replaced. */
export async function wouldReplaceAnother(path: string, { blob }: PublicKey): Promise<boolean> {
  try {
    const stats = await lstat(path);
    if (stats.isDirectory()) return false;
    if (!stats.isFile() || stats.size > maxBytes) return true;
    const { publicKey } = parsePublicKeyLine(await readFile(path));
    return !Buffer.from(publicKey.blob).equals(blob);
  } catch (error: unknown) {
    // What can't be looked at or understood is not ours.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
