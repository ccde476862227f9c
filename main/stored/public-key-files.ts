// The keys in files that `keys.toml` names: looked at beside what is going on, as a list of keys waits for no file.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { systemErrorInWords } from '../../text/system-error.ts';
import { parsePublicKeyLine } from '../keys/files/public-key-line.ts';
import { READ_WITHOUT_WAITING } from '../keys/files/read-without-waiting.ts';
import { sha256Fingerprint } from '../keys/kinds/shared/fingerprint.ts';
import type { KeyInFile } from './keys-toml.ts';
import { personHome } from './person-dir.ts';

/** What a path leads to on this computer, or why it is not looked at: the rest of a sentence about it. */
export type LookAtPath = (
  named: string,
) => Promise<{ readonly path: string } | { readonly problem: string; readonly isAbsent?: boolean }>;

const maxBytes = 64 * 1024;
const maxFiles = 200;
const againAfterMs = 1000;

const inHome = (path: string) => (/^~[\\/]/.test(path) ? join(personHome(), path.slice(2)) : path);

async function readStart(path: string): Promise<string> {
  await using file = await open(path, READ_WITHOUT_WAITING);
  const stats = await file.stat();
  if (!stats.isFile() || stats.size > maxBytes) throw new RangeError('no file of a public key');
  return (await file.readFile()).toString('utf8');
}

/** Never rejects. SECURITY: whoever can write it could take a key's level away. */
export async function keyInFile(named: string, lookAt: LookAtPath): Promise<KeyInFile> {
  try {
    const found = await lookAt(inHome(named));
    if ('problem' in found) return found;
    const reason = whoElseMayWrite(found.path);
    if (reason !== undefined) return { problem: `is not used, as others could have written it. ${reason}` };
    const { publicKey } = parsePublicKeyLine(await readStart(found.path));
    return { key: sha256Fingerprint(publicKey.base.blob) };
  } catch (error: unknown) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { problem: 'is not there', isAbsent: true };
    return {
      problem:
        code === undefined || error instanceof RangeError
          ? 'is no file with one public key'
          : `can't be read: ${systemErrorInWords(code)}`,
    };
  }
}

/** What is known of files, each looked at when it is first asked for, and again from time to time. */
export class PublicKeyFiles {
  readonly #lookAt: LookAtPath;
  readonly #elapsedMs: () => number;
  readonly #known = new Map<string, KeyInFile>();
  #looking: Promise<void> | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Another number: something is known that was not. */
  version = 0;

  constructor(lookAt: LookAtPath, elapsedMs: () => number) {
    this.#lookAt = lookAt;
    this.#elapsedMs = elapsedMs;
  }

  /** What is known of it now. */
  get(path: string): KeyInFile {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    if (this.#known.size >= maxFiles) return { problem: `is one of more than ${maxFiles} files` };
    this.#known.set(path, 'not known yet');
    this.#lookedMs = Number.NEGATIVE_INFINITY;
    return 'not known yet';
  }

  /** Others are looked at no more. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#known.keys()) if (!paths.has(path)) this.#known.delete(path);
  }

  /** Begins to look at them again where it is time; resolves when that is done. */
  refresh(): Promise<void> {
    if (this.#known.size === 0 || this.#elapsedMs() - this.#lookedMs < againAfterMs)
      return this.#looking ?? Promise.resolve();
    this.#lookedMs = this.#elapsedMs();
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    for (const [path, before] of [...this.#known]) {
      const now = await keyInFile(path, this.#lookAt);
      // SECURITY: who removes the file takes back nothing that was asked for its key; the next start may not know it.
      if (typeof before !== 'string' && 'key' in before && typeof now !== 'string' && 'isAbsent' in now)
        continue;
      if (JSON.stringify(before) === JSON.stringify(now) || !this.#known.has(path)) continue;
      this.#known.set(path, now);
      this.version++;
    }
  }
}
