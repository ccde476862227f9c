// Adding key files at the window: what can be added at once is, what needs a passphrase waits for it.
import { createHash, randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { AddedFile, AddOutcome, UnlockOutcome } from '../../ipc/contract/views.ts';
import type { AgentClient } from '../client/agent-client.ts';
import { AgentRefusedError } from '../client/agent-errors.ts';
import { handOverClear, handOverEncrypted, type KeyToHandOver } from '../client/hand-over-key.ts';
import { sha256Fingerprint } from '../keys/fingerprint.ts';
import { type EncryptedKeyFile, parseKeyFile } from '../keys/key-file.ts';
import { KeyFileError } from '../keys/key-file-error.ts';
import { type LoadedKeyFile, loadKeyFile } from '../keys/load-key-file.ts';
import type { PublicKey } from '../keys/public-key.ts';
import { type DecryptionMeans, decryptFile } from '../passphrases/decrypt-file.ts';
import { cut } from './cut.ts';

export interface KeyAdderOptions extends DecryptionMeans {
  readonly client: AgentClient;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

/** A file that waits for its passphrase; holds nothing secret. */
interface PendingFile {
  readonly file: EncryptedKeyFile;
  readonly comment: string;
  readonly certificate: PublicKey | undefined;
  readonly keepEncrypted: boolean;
}

/** Files that were dropped and forgotten must not pile up. */
const maxPending = 64;
const maxName = 100;
const maxComment = 400;

export const keyId = (publicKey: PublicKey) => createHash('sha256').update(publicKey.blob).digest('hex');

/** What went wrong with a key, as sentences for the person; anything unexpected is thrown on. */
function explain(error: unknown): string {
  if (error instanceof KeyFileError || error instanceof AgentRefusedError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'There is no such file any more. Choose it again.';
  if (code === 'EISDIR') return 'This is a folder. Choose the private key file in it.';
  if (code === 'EACCES' || code === 'EPERM') return 'You may not read this file. Check its permissions.';
  if (code !== undefined) return `The file can't be read (${code}).`;
  throw error;
}

export class KeyAdder {
  readonly #options: KeyAdderOptions;
  readonly #pending = new Map<string, PendingFile>();

  constructor(options: KeyAdderOptions) {
    this.#options = options;
  }

  /** Adds the file at `path` with its companions. Never throws for what is the matter with the file. */
  addPath(path: string, keepEncrypted: boolean): Promise<AddedFile> {
    return this.#add(basename(path), keepEncrypted, () => loadKeyFile(path));
  }

  /** Adds a file whose bytes came from a page; they are not wiped. */
  addBytes(name: string, bytes: Uint8Array, keepEncrypted: boolean): Promise<AddedFile> {
    return this.#add(name, keepEncrypted, () => {
      const file = parseKeyFile(bytes);
      return { path: name, file, comment: file.comment || name, warnings: [] };
    });
  }

  /** Tries a passphrase on a file that waits for it. Neither keeps nor wipes `passphrase`. */
  async unlockAndAdd(pendingId: string, passphrase: Uint8Array): Promise<UnlockOutcome> {
    const pending = this.#pending.get(pendingId);
    if (pending === undefined)
      return { kind: 'failed', message: 'This file is not waiting any more. Add it again.' };
    try {
      const outcome = await this.#unlock(pending, passphrase);
      this.#pending.delete(pendingId);
      return outcome;
    } catch (error: unknown) {
      if (error instanceof KeyFileError && error.code === 'wrong-passphrase')
        return { kind: 'wrong-passphrase', message: error.message };
      return { kind: 'failed', message: explain(error) };
    }
  }

  forget(pendingId: string): void {
    this.#pending.delete(pendingId);
  }

  async #add(
    name: string,
    keepEncrypted: boolean,
    load: () => LoadedKeyFile | Promise<LoadedKeyFile>,
  ): Promise<AddedFile> {
    let warnings: readonly string[] = [];
    try {
      const loaded = await load();
      warnings = loaded.warnings;
      const { outcome, warning } = await this.#addLoaded(loaded, keepEncrypted);
      return { name: cut(name, maxName), outcome, warnings: warning ? [...warnings, warning] : warnings };
    } catch (error: unknown) {
      const message = explain(error);
      this.#options.log('a key file was not added');
      return { name: cut(name, maxName), outcome: { kind: 'failed', message }, warnings };
    }
  }

  async #addLoaded(
    { file, comment, certificate }: LoadedKeyFile,
    keepEncrypted: boolean,
  ): Promise<{ outcome: AddOutcome; warning?: string }> {
    const { client, offload } = this.#options;
    if (file.kind === 'clear') {
      const fields = await file.fields(offload);
      try {
        await handOverClear(
          client,
          { publicKey: file.publicKey, certificate, comment, constraints: {} },
          fields,
        );
      } finally {
        fields.wipe();
      }
      const outcome = { kind: 'added', id: keyId(file.publicKey), keptEncrypted: false } as const;
      const warning = keepEncrypted
        ? 'The file has no passphrase, so the key is held in clear and does not come back at the next start.'
        : undefined;
      return { outcome, ...(warning && { warning }) };
    }
    if (keepEncrypted && file.publicKey) {
      const key: KeyToHandOver = { publicKey: file.publicKey, certificate, comment, constraints: {} };
      await handOverEncrypted(client, key, file);
      return { outcome: { kind: 'added', id: keyId(file.publicKey), keptEncrypted: true } };
    }
    return { outcome: this.#wait({ file, comment, certificate, keepEncrypted }) };
  }

  #wait(pending: PendingFile): AddOutcome {
    const pendingId = randomUUID();
    this.#pending.set(pendingId, pending);
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > maxPending && oldest !== undefined) this.#pending.delete(oldest);
    const { file, comment, keepEncrypted } = pending;
    return {
      kind: 'needs-passphrase',
      pendingId,
      comment: cut(comment, maxComment),
      ...(file.publicKey && { fingerprint: sha256Fingerprint(file.publicKey.base.blob) }),
      why: keepEncrypted
        ? 'This kind of file hides its public key, so its passphrase is needed once. The key is kept encrypted.'
        : 'The file is encrypted.',
      ...(file.cost.needsConfirmation && { cost: file.cost.description }),
    };
  }

  async #unlock(pending: PendingFile, passphrase: Uint8Array): Promise<UnlockOutcome> {
    const { file, certificate, keepEncrypted } = pending;
    const { client } = this.#options;
    const { fields, publicKey, comment } = await decryptFile(file, passphrase, this.#options);
    try {
      const key = {
        publicKey,
        certificate,
        comment: comment || pending.comment,
        constraints: {},
      };
      // Also beside the key in clear: only then can it be re-encrypted, and come back at the next start.
      await handOverEncrypted(client, key, file);
      if (!keepEncrypted) await handOverClear(client, key, fields);
      return { kind: 'added', id: keyId(publicKey), keptEncrypted: keepEncrypted };
    } finally {
      fields.wipe();
    }
  }
}
