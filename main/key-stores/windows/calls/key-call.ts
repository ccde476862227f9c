// What is asked of Windows' key storage on a thread of its own, and what it answers.

import type { DialogOwner, SigningHash } from '../../../../ipc/win32/key-storage/storage-key.ts';
import type { storageProviders } from '../../../../ipc/win32/key-storage/storage-provider.ts';
import type { UnlockKeyCalls } from './unlock-key-calls.ts';

/** Where Windows keeps keys. */
export type KeyHome = keyof typeof storageProviders;

/** Begins the name of each key that we make: others are neither listed, used nor deleted by their names. */
export const ownKeyPrefix = 'sallyport-';

/** How a key that is made is named for CNG, and how long it is where that leaves it open. */
export const newKeyAlgorithms = {
  'ecdsa-p256': { cng: 'ECDSA_P256' },
  'ecdsa-p384': { cng: 'ECDSA_P384' },
  'ecdsa-p521': { cng: 'ECDSA_P521' },
  'rsa-2048': { cng: 'RSA', bits: 2048 },
  'rsa-3072': { cng: 'RSA', bits: 3072 },
  'rsa-4096': { cng: 'RSA', bits: 4096 },
} as const;
export type NewKeyAlgorithm = keyof typeof newKeyAlgorithms;

/** A key that we have made (its name in full, with the prefix), or that of a certificate. */
export type KeyPlace =
  | { readonly home: KeyHome; readonly name: string }
  /** SHA-1 over the certificate, in hex digits. */
  | { readonly thumbprint: string };

/** A key that we have made. */
export interface OwnKeyFacts {
  /** With the prefix, without what Windows Hello puts before it. */
  readonly name: string;
  /** As SSH has it; left out: it can't be used here. */
  readonly blob?: Uint8Array;
  /** Windows asks the person at a use. */
  readonly isAskedFor: boolean;
}

/** A certificate and its key. */
export interface CertificateFacts {
  readonly thumbprint: string;
  readonly title: string;
  /** Where its key is, as Windows names the provider; empty: it has none. */
  readonly provider: string;
  /** Why its key can't be used: there is none, only the older interface has it, or it is of no use to SSH. */
  readonly leftOut?: 'no-key' | 'older-interface' | 'kind';
  /** As SSH has it, unless it is left out. */
  readonly blob?: Uint8Array;
  readonly isAskedFor: boolean;
}

/** One call: its name, what it takes and what it gives. */
export interface KeyCalls extends UnlockKeyCalls {
  /** Which kinds of key can be made there; none where there is no such thing. */
  algorithms: { takes: { readonly home: KeyHome }; gives: readonly NewKeyAlgorithm[] };
  /** Asks nobody. Those of `known` are not opened: of them the name alone is told. */
  ownKeys: {
    takes: { readonly home: KeyHome; readonly known: readonly string[] };
    gives: readonly (OwnKeyFacts | string)[];
  };
  /** The same by thumbprint. */
  certificates: {
    takes: { readonly known: readonly string[] };
    gives: readonly (CertificateFacts | string)[];
  };
  /** RSA: PKCS#1 v1.5, as long as the modulus. ECDSA: r‖s. */
  sign: {
    takes: {
      readonly place: KeyPlace;
      readonly kind: 'rsa' | 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521';
      readonly hash: SigningHash;
      readonly data: Uint8Array;
      readonly owner: DialogOwner;
    };
    gives: Uint8Array;
  };
  /** `name` with the prefix. */
  create: {
    takes: {
      readonly home: KeyHome;
      readonly name: string;
      readonly algorithm: NewKeyAlgorithm;
      readonly owner: DialogOwner;
    };
    gives: OwnKeyFacts;
  };
  delete: {
    takes: { readonly home: KeyHome; readonly name: string; readonly owner: DialogOwner };
    gives: boolean;
  };
}

export type KeyCallName = keyof KeyCalls;

export interface KeyCallRequest {
  readonly name: KeyCallName;
  readonly takes: KeyCalls[KeyCallName]['takes'];
}

export type KeyCallAnswer =
  | { readonly gives: unknown }
  /** A StorageError. */
  | { readonly failed: { readonly call: string; readonly status: number } }
  /** Anything else, by its name and text. */
  | { readonly error: string };
