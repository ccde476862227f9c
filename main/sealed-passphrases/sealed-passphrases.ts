// The passphrases that a key of the chip opens, beside the key files that they are for.
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertTrustedPlace } from '../../ipc/posix/files/trusted-place.ts';
import { Listeners } from '../basics/listeners.ts';
import { OneAtATime } from '../basics/one-at-a-time.ts';
import type { SecretBytes } from '../keys/encoding/secret-bytes.ts';
import { equalBytes } from '../keys/encoding/wire.ts';
import { explainWriteError } from '../stored/explain-file-error.ts';
import { writeFileAtomically } from '../stored/write-file-atomically.ts';
import { type Chip, type ChipDialog, ChipError } from './chip.ts';
import {
  bytesToSign,
  isFitPublicKey,
  isTheSignature,
  newChallenge,
  type SealedFor,
  type SealingTerms,
  seal,
  unseal,
} from './seal-passphrase.ts';
import { changedSeal, chipProblem, SealProblem, setUpAnew } from './seal-problem.ts';
import {
  maxSealFileBytes,
  readSeal,
  type StoredSeal,
  sealFileName,
  sealFilePattern,
  writeSeal,
} from './sealed-file.ts';

export interface SealedPassphrasesOptions {
  /** Where the kept key files lie. */
  readonly directory: string;
  readonly chip: Chip;
  readonly now: () => Date;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

export const fileHash = (file: Uint8Array) => createHash('sha256').update(file).digest('hex');

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : 'unknown error');

export class SealedPassphrases {
  readonly #options: SealedPassphrasesOptions;
  /** By the hash of the key file. */
  #seals: ReadonlyMap<string, StoredSeal> = new Map();
  readonly #changed = new Listeners();
  readonly #writes = new OneAtATime();

  constructor(options: SealedPassphrasesOptions) {
    this.#options = options;
  }

  /** Reads what is stored. Resolves with what can't be used, in sentences for the person; never rejects. */
  async load(): Promise<readonly string[]> {
    const { directory } = this.#options;
    const problems: string[] = [];
    const seals = new Map<string, StoredSeal>();
    try {
      assertTrustedPlace(directory);
      for (const name of await readdir(directory)) {
        if (!sealFilePattern.test(name)) continue;
        const path = join(directory, name);
        const found = await this.#read(path).catch(() => undefined);
        if (found && sealFileName(found.file) === name) seals.set(found.file, found);
        else
          problems.push(
            `${path}, by which Windows Hello unlocks a stored key, is damaged. Type the passphrase of the key when you are asked, and choose Windows Hello there again; or remove the file.`,
          );
      }
    } catch (error: unknown) {
      // Before the first key was kept there is no folder; what else is the matter with it is said of the keys.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#options.log(`passphrases behind Windows Hello are not used: ${reasonOf(error)}`);
    }
    this.#replace(seals);
    return problems;
  }

  async #read(path: string): Promise<StoredSeal | undefined> {
    const stats = await stat(path);
    // A fifo in the file's place would be read for ever.
    if (!stats.isFile() || stats.size > maxSealFileBytes) return undefined;
    return readSeal(await readFile(path, 'utf8'));
  }

  /** Why none can be set up here, as a sentence; undefined when it can. */
  whyNot(): Promise<string | undefined> {
    return this.#options.chip.whyNot();
  }

  /** The newest one for a key; undefined when there is none. */
  find(fingerprint: string): StoredSeal | undefined {
    const own = [...this.#seals.values()].filter((stored) => stored.fingerprint === fingerprint);
    return own.toSorted((a, b) => a.madeAt.localeCompare(b.madeAt)).at(-1);
  }

  /** Calls back when `find` may say something else; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /**
   * The passphrase of a key, after the person has shown the system that they are there; the caller wipes it. SECURITY: to
   * be called only for an answer that the person gives at a prompt. Rejects with SealProblem, which leaves what is stored.
   */
  async open(fingerprint: string, dialog: ChipDialog, signal: AbortSignal): Promise<SecretBytes> {
    const stored = this.find(fingerprint);
    if (stored === undefined) throw setUpAnew();
    const signature = await this.#sign(stored, dialog, signal, 'open');
    try {
      // Another key than the one that it was sealed by: the person has reset Windows Hello.
      if (!isTheSignature(stored, signature)) throw setUpAnew();
      const passphrase = unseal(stored, signature, stored);
      if (passphrase === undefined) throw changedSeal();
      return passphrase;
    } finally {
      signature.fill(0);
    }
  }

  /**
   * Seals a passphrase that has opened `file`, in the place of what was there for it; does not wipe it. Rejects with
   * SealProblem, and changes nothing then.
   */
  async setUp(
    { fingerprint, file }: SealedFor,
    passphrase: SecretBytes,
    dialog: ChipDialog,
    signal: AbortSignal,
  ): Promise<void> {
    const { chip } = this.#options;
    const why = await chip.whyNot();
    if (why !== undefined) throw new SealProblem('failed', why);
    const chipKey = randomBytes(8).toString('hex');
    try {
      const stored = await this.#seal({ fingerprint, file, chipKey }, passphrase, dialog, signal);
      const before = this.#seals.get(file);
      await this.#writes.run(() => this.#store(stored, signal));
      if (before) await this.#removeChipKey(before.chipKey);
    } catch (error: unknown) {
      await this.#removeChipKey(chipKey);
      throw chipProblem(error, 'set-up');
    }
  }

  async #seal(
    sealedFor: SealedFor & { readonly chipKey: string },
    passphrase: SecretBytes,
    dialog: ChipDialog,
    signal: AbortSignal,
  ): Promise<StoredSeal> {
    const publicKey = await this.#options.chip.create(sealedFor.chipKey, dialog, signal);
    if (!isFitPublicKey(publicKey))
      throw new ChipError('failed', 'The key that it made is of an unexpected size.');
    const terms: SealingTerms = { ...sealedFor, publicKey, challenge: newChallenge() };
    const signature = await this.#sign(terms, dialog, signal, 'set-up');
    try {
      // SECURITY: of a signature that does not come again no key may be made: the passphrase would be lost in it, and
      // with one that nothing is known of it might be no secret.
      if (!isTheSignature(terms, signature))
        throw new ChipError('failed', 'Its signatures are not the same each time.');
      const sealed = seal(terms, signature, passphrase);
      using again = unseal(terms, signature, sealed);
      if (again === undefined || !equalBytes(again.bytes, passphrase.bytes))
        throw new ChipError('failed', 'What was sealed did not open again.');
      return { ...terms, ...sealed, madeAt: this.#options.now().toISOString() };
    } finally {
      signature.fill(0);
    }
  }

  async #sign(
    terms: SealingTerms,
    dialog: ChipDialog,
    signal: AbortSignal,
    step: 'open' | 'set-up',
  ): Promise<Uint8Array> {
    try {
      return await this.#options.chip.sign(terms.chipKey, bytesToSign(terms), dialog, signal);
    } catch (error: unknown) {
      throw chipProblem(error, step);
    }
  }

  async #store(stored: StoredSeal, signal: AbortSignal): Promise<void> {
    const { directory } = this.#options;
    if (signal.aborted) throw new ChipError('cancelled', 'It was cancelled.');
    try {
      assertTrustedPlace(directory);
      await writeFileAtomically(join(directory, sealFileName(stored.file)), writeSeal(stored));
    } catch (error: unknown) {
      throw new SealProblem(
        'failed',
        `Windows Hello can’t be used for this key yet, as nothing can be stored for it. ${explainWriteError(error)}`,
      );
    }
    this.#replace(new Map(this.#seals).set(stored.file, stored));
  }

  /** Forgets what opens a key, with the chip's keys for it. Rejects with the system's error. */
  async forget(fingerprint: string): Promise<void> {
    await this.#forget((stored) => stored.fingerprint === fingerprint);
  }

  /** Forgets what is for key files that are not kept any more; those that are: hex SHA-256. Rejects as `forget`. */
  async keepOnly(files: ReadonlySet<string>): Promise<void> {
    await this.#forget((stored) => !files.has(stored.file));
  }

  async #forget(isUnwanted: (stored: StoredSeal) => boolean): Promise<void> {
    await this.#writes.run(async () => {
      for (const stored of this.#seals.values()) {
        if (!isUnwanted(stored)) continue;
        await rm(join(this.#options.directory, sealFileName(stored.file)), { force: true });
        const left = new Map(this.#seals);
        left.delete(stored.file);
        this.#replace(left);
        // With it goes what copies of the file elsewhere could be opened with.
        await this.#removeChipKey(stored.chipKey);
      }
    });
  }

  /** SECURITY: not where another names it, too: a file that anybody has put there must not take the key of a good one. */
  async #removeChipKey(name: string): Promise<void> {
    if ([...this.#seals.values()].some(({ chipKey }) => chipKey === name)) return;
    try {
      await this.#options.chip.remove(name);
    } catch (error: unknown) {
      // A key that stays behind opens nothing.
      this.#options.log(`a key of Windows Hello could not be removed: ${reasonOf(error)}`);
    }
  }

  #replace(seals: ReadonlyMap<string, StoredSeal>): void {
    this.#seals = seals;
    this.#changed.tell();
  }
}
