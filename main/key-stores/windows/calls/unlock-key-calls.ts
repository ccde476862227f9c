// Keys of Windows Hello that open passphrases, and sign nothing else. SECURITY: they have a scope of their own, from
// which no key is listed or signed with for SSH: a signature with one is what a passphrase is sealed by.
import { createHash } from 'node:crypto';
import {
  NTE_BAD_KEYSET,
  NTE_NO_KEY,
  NTE_NOT_SUPPORTED,
  NTE_PERM,
  StorageError,
} from '../../../../ipc/win32/key-storage/storage-error.ts';
import type { DialogOwner, StorageKey } from '../../../../ipc/win32/key-storage/storage-key.ts';
import { StorageProvider, storageProviders } from '../../../../ipc/win32/key-storage/storage-provider.ts';
import { currentUserSid } from '../../../../ipc/win32/security/current-user.ts';

export interface UnlockKeyCalls {
  /** What there is of Windows Hello and the chip that its keys are to live in. Asks nobody. */
  helloState: { takes: Record<never, never>; gives: 'ready' | 'no-chip' | 'no-hello' };
  /** `name` is 16 hex digits. Windows asks the person. */
  createUnlockKey: {
    takes: { readonly name: string; readonly owner: DialogOwner };
    gives: { readonly modulus: Uint8Array; readonly exponent: Uint8Array };
  };
  /** PKCS#1 v1.5 with SHA-256 over `data`. Windows asks the person. */
  signToUnlock: {
    takes: { readonly name: string; readonly data: Uint8Array; readonly owner: DialogOwner };
    gives: Uint8Array;
  };
  /** False where there was none. */
  deleteUnlockKey: { takes: { readonly name: string }; gives: boolean };
}

type Takes<Name extends keyof UnlockKeyCalls> = UnlockKeyCalls[Name]['takes'];
type Gives<Name extends keyof UnlockKeyCalls> = UnlockKeyCalls[Name]['gives'];

const isThere = (work: () => boolean): boolean => {
  try {
    return work();
  } catch (error) {
    if (error instanceof StorageError) return false;
    throw error;
  }
};

function helloState(): Gives<'helloState'> {
  const hasChip = isThere(() => {
    using provider = new StorageProvider(storageProviders.tpm);
    return provider.supports('RSA');
  });
  if (!hasChip) return 'no-chip';
  const hasHello = isThere(() => {
    using provider = new StorageProvider(storageProviders.hello);
    // Who has set Windows Hello up has a key of its own there, by which they log on.
    return provider.keyNames().length > 0;
  });
  return hasHello ? 'ready' : 'no-hello';
}

/** Whether a key is one of these, by its name in full, which Windows takes in either case. */
export const isUnlockKey = (fullName: string): boolean => /\/\/sallyport\/unlock\//i.test(fullName);

function fullName(name: string): string {
  if (!/^[0-9a-f]{16}$/.test(name)) throw new StorageError('NCryptOpenKey', NTE_PERM);
  return `${currentUserSid()}//sallyport/unlock/${name}`;
}

function openHello(owner: DialogOwner): StorageProvider {
  const provider = new StorageProvider(storageProviders.hello);
  provider.setDialogOwner(owner);
  return provider;
}

/** SECURITY: throws StorageError for a key in software, and for one that signs without asking. */
function assertGuards(provider: StorageProvider, name: string, key: StorageKey): void {
  if (key.isInSoftware) throw new StorageError('NCryptGetProperty', NTE_NOT_SUPPORTED);
  if (!key.asksAtEachUse) throw new StorageError('NCryptGetProperty', NTE_PERM);
  const signsSilently = isThere(() => {
    using again = provider.open(name);
    again.sign('rsa', 'sha256', new Uint8Array(32), { isSilent: true });
    return true;
  });
  if (signsSilently) throw new StorageError('NCryptSignHash', NTE_PERM);
}

function createUnlockKey({ name, owner }: Takes<'createUnlockKey'>): Gives<'createUnlockKey'> {
  using provider = openHello(owner);
  const full = fullName(name);
  using key = provider.create({ algorithm: 'RSA', name: full, bits: 2048, owner });
  try {
    assertGuards(provider, full, key);
    const publicKey = key.publicKey();
    if (publicKey?.kind !== 'rsa') throw new StorageError('NCryptExportKey', NTE_NOT_SUPPORTED);
    return { modulus: publicKey.n, exponent: publicKey.e };
  } catch (error) {
    key.delete();
    throw error;
  }
}

function signToUnlock({ name, data, owner }: Takes<'signToUnlock'>): Uint8Array {
  using provider = openHello(owner);
  using key = provider.open(fullName(name));
  key.setDialogOwner(owner);
  key.requireGesture();
  return key.sign('rsa', 'sha256', createHash('sha256').update(data).digest());
}

function deleteUnlockKey({ name }: Takes<'deleteUnlockKey'>): boolean {
  using provider = new StorageProvider(storageProviders.hello);
  try {
    using key = provider.open(fullName(name));
    key.delete();
    return true;
  } catch (error) {
    const isGone =
      error instanceof StorageError && (error.status === NTE_BAD_KEYSET || error.status === NTE_NO_KEY);
    if (isGone) return false;
    throw error;
  }
}

/** May take minutes. Throws StorageError. */
export const makeUnlockKeyCall: { [Name in keyof UnlockKeyCalls]: (takes: Takes<Name>) => Gives<Name> } = {
  helloState,
  createUnlockKey,
  signToUnlock,
  deleteUnlockKey,
};
