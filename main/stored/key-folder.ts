// The keys of the last session on disk: encrypted files as the person gave them, and an index. Nothing in clear.
import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertTrustedPlace } from '../../ipc/posix/files/trusted-place.ts';
import { insideQuotes } from '../../text/foreign-text.ts';
import { systemErrorInWords } from '../../text/system-error.ts';
import { OneAtATime } from '../basics/one-at-a-time.ts';
import { commentText } from '../keys/encoding/comment-text.ts';
import { explainReadError } from './explain-file-error.ts';
import {
  commentOf,
  emptyIndex,
  entryOf,
  fileNamePattern,
  hashOf,
  type IndexEntry,
  indexName,
  type KeyIndex,
  nameOf,
  readIndex,
  type StoredKey,
  writeIndex,
} from './key-index.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));

/** A key on disk that the agent does not hold. */
interface Unloaded {
  readonly entry: IndexEntry;
  /** The agent has got the same key in another way since. */
  isListed: boolean;
}

export interface RestoredKeys {
  readonly keys: readonly StoredKey[];
  /** What could not be read, in sentences for the person. */
  readonly problems: readonly string[];
}

/** The folder `directory`; made at the first save, readable by the user alone. */
export class KeyFolder {
  readonly #directory: string;
  readonly #saves = new OneAtATime();
  /** Why the folder holds keys that nobody knows: then no save may replace them. */
  #unread: unknown;
  /** They stay in the folder, for the next start to try again. */
  #unloaded: Unloaded[] = [];
  /** Files that are not what their name says; only the very key that is to be there replaces one. */
  readonly #damaged = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * The keys of the last save, in their order. What can't be read stays for the next start; an index that can't be used
   * is kept aside with all files, an entry that can't with its own; where that fails, the folder stays and saves reject. Never rejects.
   */
  async restore(now: Date): Promise<RestoredKeys> {
    let text = '';
    try {
      // SECURITY: others could take a key's confirmation away, or the key.
      assertTrustedPlace(join(this.#directory, indexName));
      text = await this.#readIndex();
    } catch (error: unknown) {
      this.#unread = error;
      const { why, remedy } = explainReadError(error);
      return {
        keys: [],
        problems: [
          `The stored keys at ${this.#directory} ${why}. They are left as they are, and no key is stored for the next start. ${remedy} Then start Sallyport again.`,
        ],
      };
    }
    const index = readIndex(text);
    if (typeof index === 'string') return { keys: [], problems: [await this.#keepAside(index, now)] };
    const keys: StoredKey[] = [];
    const problems: string[] = [];
    if (index.unreadCount > 0) problems.push(await this.#keepUnreadAside(index, now));
    for (const entry of index.entries) {
      const { publicBlob, confirm, destinations } = entry;
      const file = await this.#readKey(entry);
      if (typeof file === 'string') problems.push(file);
      else
        keys.push({
          publicBlob: bytesOf(publicBlob),
          comment: commentOf(entry),
          confirm,
          ...(destinations !== undefined && { destinations: bytesOf(destinations) }),
          file,
        });
    }
    return { keys, problems };
  }

  /** Rejects with the system's error. */
  async #readIndex(): Promise<string> {
    try {
      return await readFile(join(this.#directory, indexName), 'utf8');
    } catch (error: unknown) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // Without its index a folder with keys is damaged: the first save would remove them all.
      const names = await readdir(this.#directory).catch(() => []);
      return names.some((name) => fileNamePattern.test(name)) ? '' : emptyIndex;
    }
  }

  /** The file of a key, or in sentences why it is not there. */
  async #readKey(entry: IndexEntry): Promise<Uint8Array | string> {
    const path = join(this.#directory, entry.file);
    const key = `The stored key “${insideQuotes(commentText(commentOf(entry)), 80)}”`;
    try {
      const file = await readFile(path);
      // The name is the hash: a file that was damaged or exchanged is not taken for the key.
      if (nameOf(file) === entry.file) return file;
    } catch (error: unknown) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return `${key} is missing: there is no ${path}. Add its file again.`;
      this.#keepUnloaded(entry);
      return `${key} can't be read (${systemErrorInWords(code)}). The next start tries again: check who may read ${path}.`;
    }
    this.#damaged.add(entry.file);
    this.#keepUnloaded(entry);
    return `${key} is damaged. Add its file again, or remove ${path} if you don't need it.`;
  }

  /**
   * Makes the folder hold exactly `keys`, and what could not be loaded. Saves take turns. Resolves with the files that are
   * there now, by their hex SHA-256; rejects with the system's error.
   */
  save(keys: readonly StoredKey[]): Promise<ReadonlySet<string>> {
    return this.#saves.run(() => this.#save(keys));
  }

  /** How many keys of `keys` have a file in the folder, read back as the next start will. Never rejects. */
  async countStored(keys: readonly StoredKey[]): Promise<number> {
    const there = new Set<string>();
    for (const { file, publicBlob } of keys) {
      const read = await readFile(join(this.#directory, nameOf(file))).catch(() => undefined);
      if (read && nameOf(read) === nameOf(file)) there.add(Buffer.from(publicBlob).toString('base64'));
    }
    return there.size;
  }

  /** Removes all keys from the folder, as the person wants none there. Rejects with the system's error. */
  clear(): Promise<ReadonlySet<string>> {
    this.#unloaded = [];
    return this.save([]);
  }

  /** Leaves a key in the folder that the agent did not take, until it is added again and then removed. */
  keepUnloaded(key: StoredKey): void {
    this.#keepUnloaded(entryOf(key));
  }

  #keepUnloaded(entry: IndexEntry): void {
    this.#unloaded.push({ entry, isListed: false });
  }

  /** Forgets of the unloaded keys those that are stored again, or that were added in another way and removed then. */
  #settleUnloaded(entries: readonly IndexEntry[]): void {
    this.#unloaded = this.#unloaded.filter((unloaded) => {
      const same = entries.filter(({ publicBlob }) => publicBlob === unloaded.entry.publicBlob);
      const wasListed = unloaded.isListed;
      unloaded.isListed = same.length > 0;
      return unloaded.isListed ? same.every(({ file }) => file !== unloaded.entry.file) : !wasListed;
    });
  }

  async #save(keys: readonly StoredKey[]): Promise<ReadonlySet<string>> {
    if (this.#unread !== undefined) throw this.#unread;
    assertTrustedPlace(this.#directory);
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const present = new Set((await readdir(this.#directory)).filter((name) => fileNamePattern.test(name)));
    const entries = keys.map(entryOf);
    const written = new Set<string>();
    for (const { file } of keys) {
      const name = nameOf(file);
      if ((!present.has(name) || this.#damaged.has(name)) && !written.has(name))
        await writeFileAtomically(join(this.#directory, name), file);
      this.#damaged.delete(name);
      written.add(name);
    }
    this.#settleUnloaded(entries);
    const stored = [...entries, ...this.#unloaded.map(({ entry }) => entry)];
    // In this order a crash leaves files that nobody names, and never a name without its file.
    await writeFileAtomically(join(this.#directory, indexName), writeIndex(stored));
    const wanted = new Set(stored.map(({ file }) => file));
    for (const name of present) if (!wanted.has(name)) await rm(join(this.#directory, name), { force: true });
    return new Set([...wanted].map(hashOf));
  }

  #keptPath(now: Date): string {
    return `${this.#directory}.kept-${now.toISOString().replace(/[:.]/g, '-')}`;
  }

  /** Keeps a copy of the index aside, and the files that no readable entry names; the others stay. */
  async #keepUnreadAside({ entries, unreadCount }: KeyIndex, now: Date): Promise<string> {
    const what = `${unreadCount} of the stored keys can't be read from the list of them, which is damaged or was written by a newer version of Sallyport.`;
    const keptPath = this.#keptPath(now);
    const indexPath = join(this.#directory, indexName);
    const wanted = new Set(entries.map(({ file }) => file));
    try {
      await mkdir(keptPath, { mode: 0o700 });
      await copyFile(indexPath, join(keptPath, indexName));
      for (const name of await readdir(this.#directory))
        if (fileNamePattern.test(name) && !wanted.has(name))
          await rename(join(this.#directory, name), join(keptPath, name));
      // Last: whatever fails before, the next start finds the same list, and keeps aside what is left.
      await writeFileAtomically(indexPath, writeIndex(entries));
    } catch (error: unknown) {
      this.#unread = error;
      const { code } = error as NodeJS.ErrnoException;
      return `${what} What there is of them could not be moved out of the way to ${keptPath} (${systemErrorInWords(code)}), so no key is stored for the next start. Make room there, or check who may write there, then start Sallyport again.`;
    }
    return `${what} What there is of them was kept as ${keptPath}; add those keys again.`;
  }

  async #keepAside(what: string, now: Date): Promise<string> {
    // The whole folder: the next save would remove files that the index no longer names.
    const keptPath = this.#keptPath(now);
    try {
      await rename(this.#directory, keptPath);
    } catch (error: unknown) {
      this.#unread = error;
      const { code } = error as NodeJS.ErrnoException;
      return `${what} The folder ${this.#directory} could not be moved out of the way (${systemErrorInWords(code)}), so no key is stored for the next start. Move it yourself, then start Sallyport again.`;
    }
    return `${what} It was kept with the key files as ${keptPath}; add the keys again.`;
  }
}
