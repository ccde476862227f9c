// Adding key files at the window: what can be added at once is, what needs a passphrase waits for it.
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { bounds } from '../../../ipc/contract/bounds.ts';
import type { AddedFile, AddedKey, AddOutcome, UnlockOutcome } from '../../../ipc/contract/keys.ts';
import type { AskLevel } from '../../agent/consent/rules/ask-level.ts';
import type { AddKey, KeyToAdd } from '../../agent/front-door.ts';
import type { DestinationConstraint } from '../../agent/ring/destination-constraints.ts';
import { keyId } from '../../agent/ring/key-id.ts';
import { BoundedMap } from '../../basics/bounded-map.ts';
import { commentText } from '../../keys/encoding/comment-text.ts';
import { type DecryptionMeans, decryptFile } from '../../keys/files/decrypt-file.ts';
import { type LoadedKeyFile, loadKeyFile, rawOr } from '../../keys/files/load-key-file.ts';
import { parseKeyFile } from '../../keys/files/parse-key-file.ts';
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import { KeyFileError } from '../../keys/files/shared/key-file-error.ts';
import { sha256Fingerprint } from '../../keys/kinds/shared/fingerprint.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { PersonHosts } from '../../stored/person-hosts.ts';
import { shownComment, shownFileName } from '../views/shown-text.ts';
import { explainRefusal } from './explain-problems.ts';

export interface KeyAdderOptions extends DecryptionMeans {
  readonly addKey: AddKey;
  /** Sets the hosts that the person wishes; left out: they can wish none. */
  readonly setHosts?: PersonHosts['setFor'];
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
  /** Told of a file that had waited, under which id, and is added now. */
  readonly unlocked?: (pendingId: string, key: AddedKey) => void;
}

/** How a key is to be held, and what is to hold for it. */
export interface AddWishes {
  readonly keepEncrypted: boolean;
  /** Left out: what holds for the key already, or for all keys. */
  readonly askLevel?: AskLevel;
  /** Left out: until it is removed. */
  readonly lifetimeSeconds?: number;
  /** Hosts that are offered the key, and others that are set for them, alone. */
  readonly hosts?: readonly string[];
  /** Where the key may go; left out: everywhere. */
  readonly destinations?: readonly DestinationConstraint[];
}

/** A file that waits for its passphrase; holds nothing secret. */
interface PendingFile {
  readonly file: EncryptedKeyFile;
  readonly rawComment: Uint8Array;
  readonly certificate: PublicKey | undefined;
  readonly wishes: AddWishes;
}

/** No more files are tried with a passphrase that was typed for another one: the person waits meanwhile. */
const otherFilesLimitMs = 5000;

const identitiesOf = (publicKey: PublicKey, certificate: PublicKey | undefined): KeyToAdd['identities'] =>
  certificate ? [publicKey, certificate] : [publicKey];

/** Adds files one by one; those that need a passphrase wait here, encrypted, under an id of their own. */
export class KeyAdder {
  readonly #options: KeyAdderOptions;
  /** Files that were dropped and forgotten must not pile up. */
  readonly #pending = new BoundedMap<string, PendingFile>(bounds.pendingFiles);

  constructor(options: KeyAdderOptions) {
    this.#options = options;
  }

  /** Adds the file at `path` with its companions. Never throws for what is the matter with the file. */
  addPath(path: string, wishes: AddWishes): Promise<AddedFile> {
    return this.#add(basename(path), wishes, () => loadKeyFile(path));
  }

  /** Adds a file whose bytes came from a page; they are not wiped. */
  addBytes(name: string, bytes: Uint8Array, wishes: AddWishes): Promise<AddedFile> {
    return this.#add(name, wishes, () => {
      const file = parseKeyFile(bytes);
      const rawComment = rawOr(file, new TextEncoder().encode(name));
      return { path: name, file, comment: commentText(rawComment), rawComment, warnings: [] };
    });
  }

  /**
   * Tries a passphrase on a file that waits for it; where it fits, also on the files `alsoTry`. Neither keeps nor
   * wipes `passphrase`.
   */
  async unlockAndAdd(
    pendingId: string,
    passphrase: Uint8Array,
    alsoTry: readonly string[] = [],
  ): Promise<UnlockOutcome> {
    const pending = this.#pending.get(pendingId);
    if (pending === undefined)
      return { kind: 'failed', message: 'This file is not waiting any more. Add it again.' };
    try {
      const added = await this.#unlock(pending, passphrase);
      this.#pending.delete(pendingId);
      this.#options.unlocked?.(pendingId, added);
      return { ...added, alsoAdded: await this.#unlockOthers(alsoTry, passphrase) };
    } catch (error: unknown) {
      if (error instanceof KeyFileError && error.code === 'wrong-passphrase')
        return { kind: 'wrong-passphrase', message: error.message };
      return { kind: 'failed', message: explainRefusal(error) };
    }
  }

  /** What does not work out here is asked about as if nothing had been tried. */
  async #unlockOthers(pendingIds: readonly string[], passphrase: Uint8Array) {
    const startMs = performance.now();
    const added: (AddedKey & { pendingId: string })[] = [];
    for (const pendingId of pendingIds) {
      const pending = this.#pending.get(pendingId);
      if (pending === undefined || pending.file.cost.needsConfirmation) continue;
      if (performance.now() - startMs > otherFilesLimitMs) break;
      try {
        const key = await this.#unlock(pending, passphrase);
        added.push({ ...key, pendingId });
        this.#pending.delete(pendingId);
        this.#options.unlocked?.(pendingId, key);
      } catch {
        // Another passphrase, most likely.
      }
    }
    return added;
  }

  forget(pendingId: string): void {
    this.#pending.delete(pendingId);
  }

  async #add(
    name: string,
    wishes: AddWishes,
    load: () => LoadedKeyFile | Promise<LoadedKeyFile>,
  ): Promise<AddedFile> {
    let warnings: readonly string[] = [];
    try {
      const loaded = await load();
      warnings = loaded.warnings;
      const { outcome, warning } = await this.#addLoaded(loaded, wishes);
      return { name: shownFileName(name), outcome, warnings: warning ? [...warnings, warning] : warnings };
    } catch (error: unknown) {
      const message = explainRefusal(error);
      this.#options.log('a key file was not added');
      return { name: shownFileName(name), outcome: { kind: 'failed', message }, warnings };
    }
  }

  async #addLoaded(
    { file, rawComment, certificate }: LoadedKeyFile,
    wishes: AddWishes,
  ): Promise<{ outcome: AddOutcome; warning?: string }> {
    const { offload } = this.#options;
    const { keepEncrypted } = wishes;
    const comment = rawComment;
    if (file.kind === 'clear') {
      const identities = identitiesOf(file.publicKey, certificate);
      const fields = await file.fields(offload);
      try {
        await this.#addKey({ identities, comment, fields, wishes }, wishes);
      } finally {
        fields.wipe();
      }
      const outcome = { kind: 'added', id: keyId(file.publicKey.blob), keptEncrypted: false } as const;
      const warning = keepEncrypted
        ? 'The file has no passphrase, so the key is held in clear and does not come back at the next start.'
        : undefined;
      return { outcome, ...(warning && { warning }) };
    }
    if (keepEncrypted && file.publicKey) {
      const identities = identitiesOf(file.publicKey, certificate);
      await this.#addKey({ identities, comment, file, wishes }, wishes);
      return { outcome: { kind: 'added', id: keyId(file.publicKey.blob), keptEncrypted: true } };
    }
    return { outcome: this.#wait({ file, rawComment, certificate, wishes }) };
  }

  /** Its hosts are set before it is there, so that it is never offered without them; they are not left without it. */
  async #addKey(key: KeyToAdd, { hosts = [] }: AddWishes): Promise<void> {
    const { addKey, setHosts } = this.#options;
    const [{ base }] = key.identities;
    const takeBack =
      hosts.length > 0
        ? await setHosts?.(sha256Fingerprint(base.blob), commentText(key.comment), hosts)
        : undefined;
    try {
      await addKey(key);
    } catch (error) {
      await takeBack?.();
      throw error;
    }
  }

  #wait(pending: PendingFile): AddOutcome {
    const pendingId = randomUUID();
    this.#pending.set(pendingId, pending);
    const { file, rawComment, wishes } = pending;
    return {
      kind: 'needs-passphrase',
      pendingId,
      comment: shownComment(commentText(rawComment)),
      ...(file.publicKey && { fingerprint: sha256Fingerprint(file.publicKey.base.blob) }),
      why: wishes.keepEncrypted
        ? 'This kind of file hides its public key, so its passphrase is needed once. The key is kept encrypted.'
        : 'The file is encrypted.',
      ...(file.cost.needsConfirmation && { cost: file.cost.description }),
    };
  }

  async #unlock(pending: PendingFile, passphrase: Uint8Array): Promise<AddedKey> {
    const { file, certificate, wishes } = pending;
    const { fields, publicKey, rawComment } = await decryptFile(file, passphrase, this.#options);
    try {
      const key = {
        identities: identitiesOf(publicKey, certificate),
        comment: rawOr({ rawComment }, pending.rawComment),
        // Also beside the key in clear: only then can it be re-encrypted, and come back at the next start.
        file,
        ...(!wishes.keepEncrypted && { fields }),
        wishes,
      };
      await this.#addKey(key, wishes);
      return { kind: 'added', id: keyId(publicKey.blob), keptEncrypted: wishes.keepEncrypted };
    } finally {
      fields.wipe();
    }
  }
}
