// The names in a folder that others may have filled.
import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';

/** So many entries of a folder are gone through, whatever they are. */
const maxLooked = 20_000;

export interface FolderNames {
  readonly names: readonly string[];
  /** There are more, or there may be. */
  readonly hasMore: boolean;
}

/** At most `max` of those that are wanted, as the system has them. Rejects with the system's error. `open`: for tests. */
export async function namesInFolder(
  dir: string,
  max: number,
  isWanted: (entry: Dirent) => boolean,
  open: (dir: string) => Promise<AsyncIterable<Dirent>> = opendir,
): Promise<FolderNames> {
  const names: string[] = [];
  let looked = 0;
  for await (const entry of await open(dir)) {
    if (++looked > maxLooked) return { names, hasMore: true };
    if (!isWanted(entry)) continue;
    if (names.length >= max) return { names, hasMore: true };
    names.push(entry.name);
  }
  return { names, hasMore: false };
}
