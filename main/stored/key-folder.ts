// The keys of the last session on disk: encrypted files as the person gave them, and an index. Nothing in clear.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { assertTrustedPlace, UntrustedPlaceError } from '../../ipc/posix/files/trusted-place.ts';
import { insideQuotes } from '../../text/foreign-text.ts';
import { systemErrorInWords } from '../../text/system-error.ts';
import { limits } from '../agent/limits/limits.ts';
import { OneAtATime } from '../basics/one-at-a-time.ts';
import { commentText } from '../keys/encoding/comment-text.ts';
import { JsonFileError, parseJsonFile } from './parse-json-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** One identity to come back at the next start, with one file; several files of it stand one after another. */
export interface StoredKey {
  /** The listed public key or certificate. */
  readonly publicBlob: Uint8Array;
  /** As clients get it. */
  readonly comment: Uint8Array;
  /** `constraint`: a client asked for the confirmation; `personal`: the person did. */
  readonly confirm: 'no' | 'personal' | 'constraint';
  /** The encrypted key file, whole. */
  readonly file: Uint8Array;
}

const indexName = 'index.json';
const emptyIndex = '{"version":1,"keys":[]}';
const fileNamePattern = /^[0-9a-f]{64}\.key$/;
const base64 = v.pipe(v.string(), v.maxLength(512 * 1024), v.regex(/^[A-Za-z0-9+/]+={0,2}$/));
const entrySchema = v.strictObject({
  publicBlob: base64,
  comment: v.union([v.pipe(v.string(), v.maxLength(16 * 1024)), v.strictObject({ base64 })]),
  confirm: v.picklist(['no', 'personal', 'constraint']),
  file: v.pipe(v.string(), v.regex(fileNamePattern)),
});
type IndexEntry = v.InferOutput<typeof entrySchema>;
const indexSchema = v.strictObject({ version: v.literal(1), keys: v.array(entrySchema) });

/** A key on disk that the agent does not hold. */
interface Unloaded {
  readonly entry: IndexEntry;
  /** The agent has got the same key in another way since. */
  isListed: boolean;
}

const nameOf = (file: Uint8Array) => `${createHash('sha256').update(file).digest('hex')}.key`;

/** Text where a person could read it. A long comment is none: as JSON it would take the event loop many times longer. */
function writtenComment(comment: Uint8Array): IndexEntry['comment'] {
  const bytes = Buffer.from(comment);
  return isUtf8(bytes) && bytes.length <= limits.shortCommentBytes
    ? bytes.toString('utf8')
    : { base64: bytes.toString('base64') };
}

const commentOf = ({ comment }: IndexEntry): Uint8Array =>
  Uint8Array.from(typeof comment === 'string' ? Buffer.from(comment) : Buffer.from(comment.base64, 'base64'));

const entryOf = ({ publicBlob, comment, confirm, file }: StoredKey): IndexEntry => ({
  publicBlob: Buffer.from(publicBlob).toString('base64'),
  comment: writtenComment(comment),
  confirm,
  file: nameOf(file),
});

/** The index, or a sentence about what is the matter with it. */
function readIndex(text: string): v.InferOutput<typeof indexSchema> | string {
  try {
    const index = v.safeParse(indexSchema, parseJsonFile(text));
    if (index.success) return index.output;
    return 'The list of stored keys is damaged or was written by a newer version of Sallyport.';
  } catch (error: unknown) {
    if (!(error instanceof JsonFileError)) throw error;
    return `The list of stored keys, ${indexName}, is damaged at ${error.message}.`;
  }
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
   * is kept aside with all files, and where that fails, the folder stays as it is and saves reject. Never rejects.
   */
  async restore(now: Date): Promise<RestoredKeys> {
    let text = '';
    try {
      // SECURITY: others could take a key's confirmation away, or the key.
      assertTrustedPlace(join(this.#directory, indexName));
      text = await this.#readIndex();
    } catch (error: unknown) {
      this.#unread = error;
      const { code, message } = error as NodeJS.ErrnoException;
      const [why, remedy] =
        error instanceof UntrustedPlaceError
          ? ['are not used, as others could have put theirs there', message]
          : [`can't be read (${systemErrorInWords(code)})`, 'Check who may read them.'];
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
    for (const entry of index.keys) {
      const { publicBlob, confirm } = entry;
      const file = await this.#readKey(entry);
      if (typeof file === 'string') problems.push(file);
      else
        keys.push({
          publicBlob: Uint8Array.from(Buffer.from(publicBlob, 'base64')),
          comment: commentOf(entry),
          confirm,
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

  /** Makes the folder hold exactly `keys`, and what could not be loaded. Saves take turns; rejects with the system's error. */
  save(keys: readonly StoredKey[]): Promise<void> {
    return this.#saves.run(() => this.#save(keys));
  }

  /** Removes all keys from the folder, as the person wants none there. Rejects with the system's error. */
  clear(): Promise<void> {
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

  async #save(keys: readonly StoredKey[]): Promise<void> {
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
    const index = { version: 1, keys: [...entries, ...this.#unloaded.map(({ entry }) => entry)] };
    // In this order a crash leaves files that nobody names, and never a name without its file.
    await writeFileAtomically(join(this.#directory, indexName), `${JSON.stringify(index, null, 2)}\n`);
    const wanted = new Set(index.keys.map(({ file }) => file));
    for (const name of present) if (!wanted.has(name)) await rm(join(this.#directory, name), { force: true });
  }

  async #keepAside(what: string, now: Date): Promise<string> {
    // The whole folder: the next save would remove files that the index no longer names.
    const keptPath = `${this.#directory}.kept-${now.toISOString().replace(/[:.]/g, '-')}`;
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
