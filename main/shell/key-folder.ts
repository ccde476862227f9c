// The keys of the last session on disk: encrypted files as the person gave them, and an index. Nothing in clear.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { bounds } from '../../ipc/contract/bounds.ts';
import { insideQuotes } from '../../text/foreign-text.ts';
import { writeFileAtomically } from '../settings/write-file-atomically.ts';

/** One identity to come back at the next start, with one file; several files of it stand one after another. */
export interface StoredKey {
  /** The listed public key or certificate. */
  readonly publicBlob: Uint8Array;
  readonly comment: string;
  /** `constraint`: a client asked for the confirmation; `personal`: the person did. */
  readonly confirm: 'no' | 'personal' | 'constraint';
  /** The encrypted key file, whole. */
  readonly file: Uint8Array;
}

const indexName = 'index.json';
const fileNamePattern = /^[0-9a-f]{64}\.key$/;
const base64 = v.pipe(v.string(), v.maxLength(256 * 1024), v.regex(/^[A-Za-z0-9+/]+={0,2}$/));
const indexSchema = v.strictObject({
  version: v.literal(1),
  keys: v.pipe(
    v.array(
      v.strictObject({
        publicBlob: base64,
        comment: v.pipe(v.string(), v.maxLength(16 * 1024)),
        confirm: v.picklist(['no', 'personal', 'constraint']),
        file: v.pipe(v.string(), v.regex(fileNamePattern)),
      }),
    ),
    v.maxLength(bounds.keys * bounds.filesPerKey),
  ),
});

const nameOf = (file: Uint8Array) => `${createHash('sha256').update(file).digest('hex')}.key`;

export interface RestoredKeys {
  readonly keys: readonly StoredKey[];
  /** What could not be read, in sentences for the person. */
  readonly problems: readonly string[];
}

/** The folder `directory`; made at the first save, readable by the user alone. */
export class KeyFolder {
  readonly #directory: string;
  #lastSave: Promise<void> = Promise.resolve();
  /** Why the folder holds keys that nobody knows: then no save may replace them. */
  #unread: unknown;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * The keys of the last save, in their order. What can't be used is kept aside; where that fails, the folder stays
   * as it is and saves reject. Never rejects.
   */
  async restore(now: Date): Promise<RestoredKeys> {
    let text: string;
    try {
      text = await readFile(join(this.#directory, indexName), 'utf8');
    } catch (error: unknown) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { keys: [], problems: [] };
      this.#unread = error;
      return {
        keys: [],
        problems: [
          `The stored keys at ${this.#directory} can't be read (${code}). They are left as they are, and no key is stored for the next start. Check who may read them, then start Sallyport again.`,
        ],
      };
    }
    const index = v.safeParse(v.pipe(v.string(), v.parseJson(), indexSchema), text);
    if (!index.success) return { keys: [], problems: [await this.#keepAside(now)] };
    const keys: StoredKey[] = [];
    const problems: string[] = [];
    for (const { publicBlob, comment, confirm, file: name } of index.output.keys) {
      const file = await readFile(join(this.#directory, name)).catch(() => undefined);
      // The name is the hash: a file that was damaged or exchanged is not taken for the key.
      if (file && nameOf(file) === name)
        keys.push({ publicBlob: Uint8Array.from(Buffer.from(publicBlob, 'base64')), comment, confirm, file });
      else {
        // Otherwise the next save would remove it, or take it for the same key that was added again.
        await this.#setAside(name);
        problems.push(
          `The stored key “${insideQuotes(comment, 80)}” is missing or damaged. Add its file again.`,
        );
      }
    }
    return { keys, problems };
  }

  /** Makes the folder hold exactly `keys`. Saves take turns; rejects with the system's error. */
  save(keys: readonly StoredKey[]): Promise<void> {
    const saved = this.#lastSave.then(() => this.#save(keys));
    this.#lastSave = saved.catch(() => {});
    return saved;
  }

  /** Keeps a file that can't be used under another name, where saves leave it alone. */
  setAside({ file }: StoredKey): Promise<void> {
    return this.#setAside(nameOf(file));
  }

  async #setAside(name: string): Promise<void> {
    const path = join(this.#directory, name);
    await rename(path, `${path}.unusable`).catch(() => {});
  }

  async #save(keys: readonly StoredKey[]): Promise<void> {
    if (this.#unread !== undefined) throw this.#unread;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const present = new Set((await readdir(this.#directory)).filter((name) => fileNamePattern.test(name)));
    const wanted = new Set<string>();
    const index = { version: 1, keys: [] as unknown[] };
    for (const { publicBlob, comment, confirm, file } of keys) {
      const name = nameOf(file);
      if (!present.has(name) && !wanted.has(name))
        await writeFileAtomically(join(this.#directory, name), file);
      wanted.add(name);
      index.keys.push({
        publicBlob: Buffer.from(publicBlob).toString('base64'),
        comment,
        confirm,
        file: name,
      });
    }
    // In this order a crash leaves files that nobody names, and never a name without its file.
    await writeFileAtomically(join(this.#directory, indexName), `${JSON.stringify(index, null, 2)}\n`);
    for (const name of present) if (!wanted.has(name)) await rm(join(this.#directory, name), { force: true });
  }

  async #keepAside(now: Date): Promise<string> {
    // The whole folder: the next save would remove files that the index no longer names.
    const keptPath = `${this.#directory}.kept-${now.toISOString().replace(/[:.]/g, '-')}`;
    const what = 'The list of stored keys is damaged or was written by a newer version of Sallyport.';
    try {
      await rename(this.#directory, keptPath);
    } catch (error: unknown) {
      this.#unread = error;
      const { code } = error as NodeJS.ErrnoException;
      return `${what} The folder ${this.#directory} could not be moved out of the way (${code}), so no key is stored for the next start. Move it yourself, then start Sallyport again.`;
    }
    return `${what} It was kept with the key files as ${keptPath}; add the keys again.`;
  }
}
