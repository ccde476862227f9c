// One key storage provider of Windows, by its name.
import { type Handle, koffi } from '../libraries/native-library.ts';
import { ncrypt } from '../libraries/ncrypt.ts';
import { check, NTE_NO_MORE_ITEMS, StorageError, WRONG_ANSWER } from './storage-error.ts';
import { type DialogOwner, NCRYPT_SILENT_FLAG, StorageKey, setDialogOwner } from './storage-key.ts';

export const storageProviders = {
  software: 'Microsoft Software Key Storage Provider',
  tpm: 'Microsoft Platform Crypto Provider',
  'smart-card': 'Microsoft Smart Card Key Storage Provider',
  hello: 'Microsoft Passport Key Storage Provider',
} as const;

/** More names than anybody has keys: a provider that goes on and on is left. */
const maxKeys = 4096;

function opened(call: string, handle: Handle | null | undefined): Handle {
  if (!handle) throw new StorageError(call, WRONG_ANSWER);
  return handle;
}

export interface NewKey {
  /** As CNG names it: `RSA`, `ECDSA_P256` … */
  readonly algorithm: string;
  readonly name: string;
  /** Of RSA. */
  readonly bits?: number | undefined;
  readonly owner: DialogOwner;
}

/** Closed by `using`. Its methods throw StorageError. */
export class StorageProvider {
  readonly #handle: Handle;
  readonly #isHello: boolean;

  constructor(name: string) {
    const handle: [Handle | null] = [null];
    check('NCryptOpenStorageProvider', ncrypt().NCryptOpenStorageProvider(handle, name, 0));
    this.#handle = opened('NCryptOpenStorageProvider', handle[0]);
    this.#isHello = name === storageProviders.hello;
  }

  [Symbol.dispose](): void {
    // SAFETY: closed once, by the `using` of who opened it.
    ncrypt().NCryptFreeObject(this.#handle);
  }

  setDialogOwner(owner: DialogOwner): void {
    setDialogOwner(this.#handle, owner);
  }

  supports(algorithm: string): boolean {
    return ncrypt().NCryptIsAlgSupported(this.#handle, algorithm, NCRYPT_SILENT_FLAG) === 0;
  }

  /** The names of the person's keys, without asking anybody. */
  keyNames(): string[] {
    const names: string[] = [];
    const state: [Handle | null] = [null];
    try {
      while (names.length < maxKeys) {
        const found: [Handle | null] = [null];
        const status = ncrypt().NCryptEnumKeys(this.#handle, null, found, state, NCRYPT_SILENT_FLAG);
        if (status === NTE_NO_MORE_ITEMS) break;
        check('NCryptEnumKeys', status);
        const entry = opened('NCryptEnumKeys', found[0]);
        // SAFETY: an NCryptKeyName, whose first member is the name; it is the provider's until it is freed below.
        names.push(koffi().decode(entry, 'str16') as string);
        ncrypt().NCryptFreeBuffer(entry);
      }
    } finally {
      if (state[0]) ncrypt().NCryptFreeBuffer(state[0]);
    }
    return names;
  }

  open(name: string, { legacyKeySpec = 0, flags = 0 } = {}): StorageKey {
    const key: [Handle | null] = [null];
    check('NCryptOpenKey', ncrypt().NCryptOpenKey(this.#handle, key, name, legacyKeySpec, flags));
    return new StorageKey(opened('NCryptOpenKey', key[0]));
  }

  /** One that signs, and that the provider gives to nobody. Windows may ask the person. */
  create({ algorithm, name, bits, owner }: NewKey): StorageKey {
    const handle: [Handle | null] = [null];
    check(
      'NCryptCreatePersistedKey',
      ncrypt().NCryptCreatePersistedKey(this.#handle, handle, algorithm, name, 0, 0),
    );
    const key = new StorageKey(opened('NCryptCreatePersistedKey', handle[0]));
    try {
      key.limitTo({ bits, isHello: this.#isHello });
      key.setDialogOwner(owner);
      key.finalize();
    } catch (error) {
      key[Symbol.dispose]();
      throw error;
    }
    try {
      if (!this.#isHello) key.assertStaysThere();
      return key;
    } catch (error) {
      key.delete();
      throw error;
    }
  }
}
