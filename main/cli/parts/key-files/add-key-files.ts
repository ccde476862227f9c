// Adds key files to an agent: the work of `sallyport add` and of `sallyport agent KEYFILE…`.

import { foreignName } from '../../../../text/foreign-text.ts';
import { toError } from '../../../agent/protocol/errors.ts';
import { unlessAborted } from '../../../basics/waiting.ts';
import type { AgentClient } from '../../../client/agent-client.ts';
import type { AddConstraints } from '../../../client/agent-requests.ts';
import { handOverClear, handOverEncrypted, type KeyToHandOver } from '../../../client/hand-over-key.ts';
import { commentText } from '../../../keys/encoding/comment-text.ts';
import type { DecryptionMeans } from '../../../keys/files/decrypt-file.ts';
import { type LoadedKeyFile, loadKeyFile, loadKeyStream, rawOr } from '../../../keys/files/load-key-file.ts';
import type { DecryptedKey } from '../../../keys/files/shared/key-file.ts';
import { sha256Fingerprint } from '../../../keys/kinds/shared/fingerprint.ts';
import type { PublicKey } from '../../../keys/kinds/shared/public-key.ts';
import { forgetDroppedKeys } from '../../../process/forget-dropped-keys.ts';
import type { Prompter } from '../../../terminal/prompter.ts';
import { CommandError } from '../command.ts';
import { explainError, isBrokenPipe } from '../explain-error.ts';
import { KeyFileDecrypter } from './decrypt-key-file.ts';

export interface AddKeyFilesOptions extends DecryptionMeans {
  readonly client: AgentClient;
  readonly prompter: Prompter;
  /** Keep the files encrypted until they are used. */
  readonly encrypted: boolean;
  readonly constraints: AddConstraints;
  /** Ends questions and key derivations. */
  readonly signal: AbortSignal;
  /** Told what was added. */
  readonly report: (line: string) => void | Promise<void>;
  /** Told of each key that was added: `SHA256:…` of the plain key, and its comment. What it rejects with is that file's error. */
  readonly added?: (fingerprint: string, comment: string) => Promise<void>;
  /** Told what went wrong, or is worth knowing. */
  readonly complain: (line: string) => void;
}

const maxCommentCharacters = 200;

/** Adds all files that can be added; resolves with whether every one was. */
export async function addKeyFiles(paths: readonly string[], options: AddKeyFilesOptions): Promise<boolean> {
  forgetDroppedKeys();
  using decrypter = new KeyFileDecrypter(options.prompter, options, options.signal);
  const adder = new KeyFileAdder(options, decrypter, paths.length);
  let allAdded = true;
  for (const path of paths) {
    if (options.signal.aborted) return false;
    try {
      await adder.add(path);
    } catch (error: unknown) {
      if (isBrokenPipe(error)) throw error;
      if (options.signal.aborted) return false;
      options.complain(explainFor(path, error));
      allAdded = false;
    }
  }
  return allAdded;
}

/** Says which file it was, where the error itself does not. */
function explainFor(path: string, error: unknown): string {
  const { path: named }: NodeJS.ErrnoException = toError(error);
  const namesFile = error instanceof CommandError || named !== undefined;
  return namesFile ? explainError(error) : `${foreignName(path)}: ${explainError(error)}`;
}

class KeyFileAdder {
  readonly #options: AddKeyFilesOptions;
  readonly #decrypter: KeyFileDecrypter;
  #filesLeft: number;

  constructor(options: AddKeyFilesOptions, decrypter: KeyFileDecrypter, fileCount: number) {
    this.#options = options;
    this.#decrypter = decrypter;
    this.#filesLeft = fileCount;
  }

  async add(path: string): Promise<void> {
    this.#filesLeft--;
    // "(stdin)" as ssh-add calls it; a file of that name is ./-
    const load = () =>
      path === '-' ? loadKeyStream(process.stdin, '(stdin)') : loadKeyFile(path, { mayBePipe: true });
    // It may be a pipe that nobody writes to, or lie on a server that is silent: the end of all waits for neither.
    const loaded = await unlessAborted<LoadedKeyFile>(this.#options.signal, (resolve, reject) => {
      load().then(resolve, reject);
    });
    for (const warning of loaded.warnings) this.#options.complain(warning);
    const { file } = loaded;
    if (file.kind === 'clear') {
      if (this.#options.encrypted)
        this.#options.complain(`${foreignName(path)} has no passphrase, so it is added in clear.`);
      const { comment, rawComment, publicKey } = file;
      await this.#addInClear(loaded, {
        comment,
        rawComment,
        publicKey,
        fields: await file.fields(this.#options.offload),
      });
    } else if (this.#options.encrypted) {
      await this.#addEncrypted(loaded, file.publicKey ?? (await this.#publicKeyInside(loaded)));
    } else {
      await this.#addInClear(loaded, await this.#decrypt(loaded));
    }
  }

  async #addInClear(loaded: LoadedKeyFile, key: DecryptedKey): Promise<void> {
    const comment = rawOr(key, loaded.rawComment);
    try {
      await handOverClear(this.#options.client, this.#toHandOver(loaded, key.publicKey, comment), key.fields);
    } finally {
      key.fields.wipe();
    }
  }

  async #addEncrypted(loaded: LoadedKeyFile, publicKey: PublicKey): Promise<void> {
    const { rawComment, file } = loaded;
    if (file.kind !== 'encrypted') throw new Error('a file in clear can not be kept encrypted');
    await handOverEncrypted(this.#options.client, this.#toHandOver(loaded, publicKey, rawComment), file);
  }

  #toHandOver(loaded: LoadedKeyFile, publicKey: PublicKey, comment: Uint8Array): KeyToHandOver {
    // Other agents ask their person first, and no passphrase waits for that which no file is left to be tried on.
    if (this.#filesLeft === 0) this.#decrypter[Symbol.dispose]();
    return {
      publicKey,
      certificate: loaded.certificate,
      comment,
      constraints: this.#options.constraints,
      added: (identity) => this.#report(loaded, identity, commentText(comment)),
    };
  }

  /** The public half of a file that hides it, at the price of one prompt. */
  async #publicKeyInside(loaded: LoadedKeyFile): Promise<PublicKey> {
    const { publicKey, fields } = await this.#decrypt(loaded);
    fields.wipe();
    return publicKey;
  }

  #decrypt({ path, comment, file }: LoadedKeyFile): Promise<DecryptedKey> {
    if (file.kind !== 'encrypted') throw new Error('a file in clear needs no passphrase');
    return this.#decrypter.decrypt({ path, comment, file });
  }

  async #report({ path }: LoadedKeyFile, publicKey: PublicKey, comment: string): Promise<void> {
    const kind = publicKey.certificate ? 'certificate' : 'key';
    const fingerprint = sha256Fingerprint(publicKey.base.blob);
    const shownComment = foreignName(comment, maxCommentCharacters);
    await this.#options.report(
      `Added ${kind} of ${foreignName(path, maxCommentCharacters)}: ${fingerprint} ${shownComment}`,
    );
    await this.#options.added?.(fingerprint, shownComment);
  }
}
