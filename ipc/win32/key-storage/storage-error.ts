// A call of a key storage provider that failed: which one, and its SECURITY_STATUS.

// Those that are told apart, as in winerror.h.
export const NTE_BAD_ALGID = 0x8009_0008;
export const NTE_NO_KEY = 0x8009_000d;
export const NTE_EXISTS = 0x8009_000f;
export const NTE_PERM = 0x8009_0010;
export const NTE_NOT_FOUND = 0x8009_0011;
export const NTE_BAD_KEYSET = 0x8009_0016;
export const NTE_PROV_TYPE_NOT_DEF = 0x8009_0017;
export const NTE_SILENT_CONTEXT = 0x8009_0022;
export const NTE_NOT_SUPPORTED = 0x8009_0029;
export const NTE_NO_MORE_ITEMS = 0x8009_002a;
export const NTE_DEVICE_NOT_READY = 0x8009_0030;
export const NTE_DEVICE_NOT_FOUND = 0x8009_0035;
export const NTE_USER_CANCELLED = 0x8009_0036;
export const ERROR_CANCELLED = 0x8007_04c7;
export const SCARD_W_CANCELLED_BY_USER = 0x8010_006e;
export const SCARD_W_CHV_BLOCKED = 0x8010_006c;
export const SCARD_W_WRONG_CHV = 0x8010_006b;
export const SCARD_W_REMOVED_CARD = 0x8010_0069;
export const SCARD_E_NO_SMARTCARD = 0x8010_000c;
export const SCARD_E_NO_READERS_AVAILABLE = 0x8010_002e;
export const SCARD_E_NO_SERVICE = 0x8010_001d;
export const SCARD_E_TIMEOUT = 0x8010_000a;

/** Of ours: the key is another one than the certificate's, or a number of Windows' makes no sense. */
export const WRONG_ANSWER = 0;

export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** The function, for example `NCryptSignHash`. */
  readonly call: string;
  /** As in winerror.h; `WRONG_ANSWER` where the call succeeded. */
  readonly status: number;

  constructor(call: string, status: number) {
    super(`${call} failed: 0x${status.toString(16).padStart(8, '0')}`);
    this.call = call;
    this.status = status;
  }
}

/** Throws StorageError unless the call succeeded. */
export function check(call: string, status: number): void {
  if (status !== 0) throw new StorageError(call, status);
}
