// Keys in the key storage providers of Windows (CNG). Each call may take as long as a chip, a card or the person does.
import type { Handle } from '../libraries/native-library.ts';
import { ncrypt } from '../libraries/ncrypt.ts';
import { type CngPublicKey, readPublicBlob } from './public-blob.ts';
import { check, NTE_PERM, StorageError, WRONG_ANSWER } from './storage-error.ts';

const NCRYPT_PAD_PKCS1_FLAG = 0x2;
export const NCRYPT_MACHINE_KEY_FLAG = 0x20;
export const NCRYPT_SILENT_FLAG = 0x40;
const NCRYPT_PERSIST_FLAG = 0x8000_0000;
const NCRYPT_ALLOW_SIGNING_FLAG = 0x2;
const NCRYPT_WINDOW_HANDLE_PROPERTY = 'HWND Handle';
const NCRYPT_USE_CONTEXT_PROPERTY = 'Use Context';
const NCRYPT_UI_POLICY_PROPERTY = 'UI Policy';
const NCRYPT_LENGTH_PROPERTY = 'Length';
const NCRYPT_EXPORT_POLICY_PROPERTY = 'Export Policy';
const NCRYPT_KEY_USAGE_PROPERTY = 'Key Usage';
const NCRYPT_ALGORITHM_GROUP_PROPERTY = 'Algorithm Group';
const NCRYPT_IMPL_TYPE_PROPERTY = 'Impl Type';
const NCRYPT_IMPL_HARDWARE_FLAG = 0x1;
const NCRYPT_IMPL_SOFTWARE_FLAG = 0x2;
// Of Windows Hello, as in the newest SDK: the person is asked at each use, whatever a PIN was typed for before.
const NCRYPT_NGC_CACHE_TYPE_PROPERTY = 'NgcCacheType';
const NCRYPT_NGC_CACHE_TYPE_PROPERTY_DEPRECATED = 'NgcCacheTypeProperty';
const NCRYPT_PIN_CACHE_IS_GESTURE_REQUIRED_PROPERTY = 'PinCacheIsGestureRequired';

/** Room for RSA of 16,384 bits, which is the largest that anybody signs with. */
const maxSignatureBytes = 2048;
const maxPublicBlobBytes = 8192;

/** What Windows' dialog, if there is one, has to do with the person. */
export interface DialogOwner {
  /** The HWND that it belongs to; left out: none. */
  readonly window?: bigint | undefined;
  /** One line that it shows, where it shows any. */
  readonly context?: string | undefined;
}

export type SigningHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

const cngHash: Record<SigningHash, string> = {
  sha1: 'SHA1',
  sha256: 'SHA256',
  sha384: 'SHA384',
  sha512: 'SHA512',
};

function dword(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** With its NUL. */
function wide(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(`${text}\0`, 'utf16le'));
}

function set(object: Handle, property: string, value: Uint8Array, flags: number): number {
  // SAFETY: reads value.length bytes.
  return ncrypt().NCryptSetProperty(object, property, value, value.length, flags);
}

/** Whose dialogs those of a provider or a key are. One that has none may refuse that, which is no matter. */
export function setDialogOwner(object: Handle, { window, context }: DialogOwner): void {
  if (window !== undefined) {
    const pointer = new BigUint64Array([window]);
    set(object, NCRYPT_WINDOW_HANDLE_PROPERTY, new Uint8Array(pointer.buffer), 0);
  }
  if (context !== undefined) set(object, NCRYPT_USE_CONTEXT_PROPERTY, wide(context), 0);
}

/** A key that is open. Closed by `using`. */
export class StorageKey {
  readonly #handle: Handle;
  #isOurs: boolean;

  /** `isOurs`: it is closed here. */
  constructor(handle: Handle, { isOurs = true } = {}) {
    this.#handle = handle;
    this.#isOurs = isOurs;
  }

  [Symbol.dispose](): void {
    // SAFETY: closed once, and not after NCryptDeleteKey, which closes it, too.
    if (this.#isOurs) ncrypt().NCryptFreeObject(this.#handle);
    this.#isOurs = false;
  }

  setDialogOwner(owner: DialogOwner): void {
    setDialogOwner(this.#handle, owner);
  }

  /** SECURITY: a key of Windows Hello asks at this use, too, however short ago the person showed who they are. */
  requireGesture(): void {
    check('NCryptSetProperty', set(this.#handle, NCRYPT_PIN_CACHE_IS_GESTURE_REQUIRED_PROPERTY, dword(1), 0));
  }

  /** A key of Windows Hello whose provider says that it asks for the person at each use, and remembers none. */
  get asksAtEachUse(): boolean {
    return [NCRYPT_NGC_CACHE_TYPE_PROPERTY, NCRYPT_NGC_CACHE_TYPE_PROPERTY_DEPRECATED].some(
      (property) => this.#number(property) === 1,
    );
  }

  /** Whether its provider says that it is in software; some say nothing of it. */
  get isInSoftware(): boolean {
    const type = this.#number(NCRYPT_IMPL_TYPE_PROPERTY) ?? NCRYPT_IMPL_HARDWARE_FLAG;
    return (type & NCRYPT_IMPL_SOFTWARE_FLAG) !== 0 && (type & NCRYPT_IMPL_HARDWARE_FLAG) === 0;
  }

  /** Undefined where the provider does not tell. */
  #number(property: string): number | undefined {
    const value = new Uint8Array(4);
    const written = [0];
    // SAFETY: writes at most value.length bytes.
    const status = ncrypt().NCryptGetProperty(
      this.#handle,
      property,
      value,
      value.length,
      written,
      NCRYPT_SILENT_FLAG,
    );
    return status === 0 && written[0] === 4 ? new DataView(value.buffer).getUint32(0, true) : undefined;
  }

  /** Whether its own policy has Windows ask the person at a use. */
  get isAskedFor(): boolean {
    const policy = new Uint8Array(4096);
    const written = [0];
    // SAFETY: writes at most policy.length bytes: dwVersion, dwFlags, and addresses that are not followed.
    const status = ncrypt().NCryptGetProperty(
      this.#handle,
      NCRYPT_UI_POLICY_PROPERTY,
      policy,
      policy.length,
      written,
      NCRYPT_SILENT_FLAG,
    );
    if (status !== 0 || (written[0] ?? 0) < 8) return false;
    return new DataView(policy.buffer).getUint32(4, true) !== 0;
  }

  /** `RSA`, `ECDSA` or another group of CNG's; undefined where the provider does not tell. */
  get #group(): string | undefined {
    const group = new Uint8Array(128);
    const written = [0];
    // SAFETY: writes at most group.length bytes.
    const status = ncrypt().NCryptGetProperty(
      this.#handle,
      NCRYPT_ALGORITHM_GROUP_PROPERTY,
      group,
      group.length,
      written,
      NCRYPT_SILENT_FLAG,
    );
    if (status !== 0) return undefined;
    const text = Buffer.from(group.subarray(0, Math.min(written[0] ?? 0, group.length))).toString('utf16le');
    return text.split('\0', 1)[0];
  }

  /** Undefined for one of a kind that SSH has nothing for. Throws StorageError. */
  publicKey(): CngPublicKey | undefined {
    const group = this.#group;
    const blobTypes =
      group === undefined
        ? ['ECCPUBLICBLOB', 'RSAPUBLICBLOB']
        : [group === 'RSA' ? 'RSAPUBLICBLOB' : 'ECCPUBLICBLOB'];
    let status = 0;
    for (const blobType of blobTypes) {
      const blob = new Uint8Array(maxPublicBlobBytes);
      const written = [0];
      // SAFETY: writes at most blob.length bytes.
      status = ncrypt().NCryptExportKey(
        this.#handle,
        null,
        blobType,
        null,
        blob,
        blob.length,
        written,
        NCRYPT_SILENT_FLAG,
      );
      if (status === 0) return readPublicBlob(blob.subarray(0, written[0] ?? 0));
    }
    throw new StorageError('NCryptExportKey', status);
  }

  /**
   * RSA: PKCS#1 v1.5. ECDSA: r‖s. `hash` is the name of what made `digest`. `isSilent`: not where somebody must be asked.
   * Throws StorageError.
   */
  sign(
    kind: CngPublicKey['kind'],
    hash: SigningHash,
    digest: Uint8Array,
    { isSilent = false } = {},
  ): Uint8Array {
    const signature = new Uint8Array(maxSignatureBytes);
    const written = [0];
    const padding = kind === 'rsa' ? { pszAlgId: cngHash[hash] } : null;
    const flags = (kind === 'rsa' ? NCRYPT_PAD_PKCS1_FLAG : 0) | (isSilent ? NCRYPT_SILENT_FLAG : 0);
    const sign = () =>
      // SAFETY: writes at most signature.length bytes.
      ncrypt().NCryptSignHash(
        this.#handle,
        padding,
        digest,
        digest.length,
        signature,
        signature.length,
        written,
        flags,
      );
    try {
      check('NCryptSignHash', sign());
      const length = written[0] ?? 0;
      if (length === 0 || length > signature.length) throw new StorageError('NCryptSignHash', WRONG_ANSWER);
      return signature.slice(0, length);
    } finally {
      // A passphrase may be sealed by it.
      signature.fill(0);
    }
  }

  /** Deletes it for good. Nothing may be done with it after that. */
  delete(): void {
    check('NCryptDeleteKey', ncrypt().NCryptDeleteKey(this.#handle, 0));
    this.#isOurs = false;
  }

  /** For `StorageProvider.create`, before it is finalized. */
  limitTo({ bits, isHello }: { readonly bits: number | undefined; readonly isHello: boolean }): void {
    const must = (property: string, value: number, flags: number) =>
      check('NCryptSetProperty', set(this.#handle, property, dword(value), flags));
    if (bits !== undefined) must(NCRYPT_LENGTH_PROPERTY, bits, 0);
    if (!isHello) {
      must(NCRYPT_EXPORT_POLICY_PROPERTY, 0, NCRYPT_PERSIST_FLAG);
      must(NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, NCRYPT_PERSIST_FLAG);
      return;
    }
    must(NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, 0);
    // Windows 10 before 1709 has the former name only.
    if (set(this.#handle, NCRYPT_NGC_CACHE_TYPE_PROPERTY, dword(1), 0) !== 0)
      must(NCRYPT_NGC_CACHE_TYPE_PROPERTY_DEPRECATED, 1, 0);
  }

  finalize(): void {
    check('NCryptFinalizeKey', ncrypt().NCryptFinalizeKey(this.#handle, 0));
  }

  /** SECURITY: throws StorageError where the provider would give the private half away. */
  assertStaysThere(): void {
    const policy = new Uint8Array(4);
    const written = [0];
    // SAFETY: writes at most four bytes.
    const status = ncrypt().NCryptGetProperty(
      this.#handle,
      NCRYPT_EXPORT_POLICY_PROPERTY,
      policy,
      policy.length,
      written,
      0,
    );
    check('NCryptGetProperty', status);
    if (new DataView(policy.buffer).getUint32(0, true) !== 0)
      throw new StorageError('NCryptSetProperty', NTE_PERM);
  }
}
