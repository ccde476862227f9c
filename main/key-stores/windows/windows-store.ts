// Windows as a place of keys: those of its keys that the person offers, signed with where Windows keeps them.

import { NTE_BAD_KEYSET, NTE_NO_KEY, StorageError } from '../../../ipc/win32/key-storage/storage-error.ts';
import type { SigningHash } from '../../../ipc/win32/key-storage/storage-key.ts';
import {
  type KeyStore,
  type StoredIdentity,
  StoreError,
  type StoreUse,
} from '../../agent/ports/key-store.ts';
import { Listeners } from '../../basics/listeners.ts';
import { equalBytes, WireWriter } from '../../keys/encoding/wire.ts';
import { type CurveKeyType, curves } from '../../keys/kinds/ecdsa/curves.ts';
import { mpintsOfP1363 } from '../../keys/kinds/ecdsa/ecdsa-public-key.ts';
import { signatureHash } from '../../keys/kinds/shared/key-types.ts';
import type { KeyCallPort } from './calls/key-call-threads.ts';
import { storageErrorInWords } from './calls/storage-error-in-words.ts';
import type { FoundKey, WindowsKeyReader } from './windows-key-reader.ts';

export const windowsStoreId = 'windows:';

export interface WindowsStoreParts {
  readonly calls: KeyCallPort;
  readonly reader: WindowsKeyReader;
  readonly isOffered: (key: FoundKey) => boolean;
  /** Whether any key of a certificate may be offered: else nobody looks at them. */
  readonly looksAtCertificates: () => boolean;
  /** The window that Windows' dialogs belong to. */
  readonly dialogWindow: () => bigint | undefined;
}

type WindowsKeyType = 'rsa' | CurveKeyType;

/** Where it is asked: a card that hangs must not hold up what is in the TPM. */
const placeOf = (key: FoundKey) => ('name' in key.place ? key.place.home : `certificates in ${key.provider}`);

export class WindowsStore implements KeyStore {
  readonly id = windowsStoreId;
  readonly kind = 'windows';
  readonly address = 'Windows';
  readonly title = 'Windows';
  readonly #parts: WindowsStoreParts;
  readonly #listeners = new Listeners();

  constructor(parts: WindowsStoreParts) {
    this.#parts = parts;
  }

  /** Asks nobody: one place that hangs or fails keeps the keys that it had. */
  async list(_signal: AbortSignal): Promise<readonly StoredIdentity[]> {
    const { reader, looksAtCertificates } = this.#parts;
    await reader.read({ isFresh: false, certificates: looksAtCertificates() });
    return this.#offered().map(({ publicKey, comment, isAskedFor }) => ({
      blob: publicKey.blob,
      comment: Buffer.from(comment),
      need: isAskedFor ? 'system-dialog' : 'nothing',
    }));
  }

  async sign({ blob, data, algorithm, waitsFor }: StoreUse, signal: AbortSignal): Promise<Uint8Array> {
    const { calls, reader, dialogWindow } = this.#parts;
    // SECURITY: what the person does not offer any more is used no more, whoever remembers it.
    const key = this.#offered().find(({ publicKey }) => equalBytes(publicKey.blob, blob));
    if (key === undefined)
      throw new StoreError('Windows does not offer this key any more.', 'See “Windows’ own keys”.');
    const kind = key.publicKey.type as WindowsKeyType;
    const hash = signatureHash(kind, algorithm) as SigningHash;
    const owner = {
      window: key.isAskedFor ? dialogWindow() : undefined,
      context: `SSH key “${key.comment}”`,
    };
    if (key.isAskedFor) waitsFor('system-dialog');
    try {
      const takes = { place: key.place, kind, hash, data, owner };
      const raw = await calls.call(placeOf(key), 'sign', takes, signal);
      return new WireWriter().text(algorithm).string(sshSignature(kind, raw)).finish();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StorageError && [NTE_BAD_KEYSET, NTE_NO_KEY].includes(error.status)) {
        reader.forget(key.place);
        this.noteChange();
      }
      throw storageErrorInWords(error);
    }
  }

  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Others may be offered now. */
  noteChange(): void {
    this.#listeners.tell();
  }

  /** Nothing stays open between uses. */
  close(): void {}

  #offered(): readonly FoundKey[] {
    const { reader, isOffered } = this.#parts;
    return reader.keys.filter(isOffered);
  }
}

/** As RFC 8332 and RFC 5656 have it. Throws StoreError for what can't be one. */
function sshSignature(kind: WindowsKeyType, raw: Uint8Array): Uint8Array {
  if (kind === 'rsa') return raw;
  if (raw.length === 2 * curves[kind].fieldBytes) return mpintsOfP1363(raw);
  throw new StoreError(
    'What Windows calls a signature has a wrong length.',
    'The software of the card or chip may be at fault: bring it up to date.',
  );
}
