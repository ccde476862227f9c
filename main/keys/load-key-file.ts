// Key files on disk with their companions: the one place in main/keys that touches the file system.
import type { KeyFile } from './key-file.ts';
import type { PublicKey } from './public-key.ts';

export interface LoadedKeyFile {
  readonly path: string;
  /** With the public half of `<path>.pub` where the format itself hides it. */
  readonly file: KeyFile;
  /** From the file, else from its `.pub`, else the file's name. */
  readonly comment: string;
  /** The certificate in `<path>-cert.pub`, when there is one and it belongs to the key. */
  readonly certificate?: PublicKey;
  /** Companion files that were found but can't be used: one sentence each for the person. */
  readonly warnings: readonly string[];
}

/** Reads a private key file and its companions. Throws KeyFileError, or the system's error. */
export async function loadKeyFile(path: string): Promise<LoadedKeyFile> {
  throw new Error(`being written ${path}`);
}
