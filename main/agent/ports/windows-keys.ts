// The keys that Windows keeps for the person, beside those of the ring: made, deleted, and which of them are offered.

/** `certificate`: that of a certificate of the person, wherever its key is. */
export type WindowsKeyHome = 'software' | 'tpm' | 'hello' | 'smart-card' | 'certificate';

export const newWindowsKeyKinds = [
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
] as const;
export type NewWindowsKeyKind = (typeof newWindowsKeyKinds)[number];

/** Where keys can be made. */
export const newWindowsKeyHomes = ['tpm', 'hello', 'software'] as const;
export type NewWindowsKeyHome = (typeof newWindowsKeyHomes)[number];

/** Whether it is one of the names that keys can have here. A pattern that is not made before it is asked for. */
export const isWindowsKeyName = (name: string): boolean =>
  /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u.test(name);

export interface WindowsKey {
  readonly fingerprint: string;
  /** As a list of the agent has it; may be in words of others. */
  readonly comment: string;
  /** For example `ECDSA P-256`. */
  readonly kind: string;
  /** As a line of authorized_keys. */
  readonly publicKey: string;
  /** Made here: it can be deleted here. */
  readonly isOwn: boolean;
  readonly home: WindowsKeyHome;
  /** As Windows names where the key is. */
  readonly provider: string;
  /** SHA-1 over the certificate, in hex digits; left out for a key of ours. */
  readonly thumbprint?: string;
  /** Windows asks the person at each use. */
  readonly isAskedFor: boolean;
  readonly isOffered: boolean;
}

export interface WindowsKeyList {
  /** Whether keys of certificates are offered about which nothing else was said. */
  readonly certificates: boolean;
  readonly keys: readonly WindowsKey[];
  /** Certificates that are not among them: without a private key, with one that only the older interface has, others. */
  readonly leftOut: { readonly noKey: number; readonly olderInterface: number; readonly kind: number };
  /** Places that can't be asked now. Sentences for the person. */
  readonly problems: readonly {
    readonly home: WindowsKeyHome;
    readonly reason: string;
    readonly remedy: string;
  }[];
  /** Where keys can be made, and of which kinds. */
  readonly homes: readonly {
    readonly home: NewWindowsKeyHome;
    readonly kinds: readonly NewWindowsKeyKind[];
  }[];
}

export interface NewWindowsKey {
  readonly home: NewWindowsKeyHome;
  /** One by `isWindowsKeyName`. */
  readonly name: string;
  readonly kind: NewWindowsKeyKind;
}

/** Reject with WindowsKeysError. */
export interface WindowsKeys {
  list(): Promise<WindowsKeyList>;
  /** Gives the fingerprint. May wait for the person at Windows' dialog. */
  make(wish: NewWindowsKey, signal?: AbortSignal): Promise<string>;
  /** For good. False: none of ours has this fingerprint. */
  delete(fingerprint: string): Promise<boolean>;
  /** Whether the key is offered to programs; of all certificates about which nothing else is said. */
  offer(which: { readonly fingerprint: string } | 'certificates', isOffered: boolean): Promise<void>;
}

/** `message` is a sentence or two for the person. */
export class WindowsKeysError extends Error {
  override readonly name = 'WindowsKeysError';
}
