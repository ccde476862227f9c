// Numbers of PKCS#11 (OASIS PKCS #11 3.0, pkcs11t.h), as far as they are used.

export const CKF_TOKEN_PRESENT = 1;
export const CKF_SERIAL_SESSION = 4n;
export const CKF_OS_LOCKING_OK = 2n;

/** Flags of a token. */
export const tokenFlag = {
  LOGIN_REQUIRED: 0x4n,
  USER_PIN_INITIALIZED: 0x8n,
  PROTECTED_AUTHENTICATION_PATH: 0x100n,
  TOKEN_INITIALIZED: 0x400n,
  USER_PIN_COUNT_LOW: 0x1_0000n,
  USER_PIN_FINAL_TRY: 0x2_0000n,
  USER_PIN_LOCKED: 0x4_0000n,
} as const;

export const userType = { USER: 1n, CONTEXT_SPECIFIC: 2n } as const;

export const objectClass = { CERTIFICATE: 1n, PUBLIC_KEY: 2n, PRIVATE_KEY: 3n } as const;
export const CKC_X_509 = 0n;

export const attribute = {
  CLASS: 0x0n,
  VALUE: 0x11n,
  LABEL: 0x3n,
  CERTIFICATE_TYPE: 0x80n,
  KEY_TYPE: 0x100n,
  ID: 0x102n,
  MODULUS: 0x120n,
  PUBLIC_EXPONENT: 0x122n,
  EC_PARAMS: 0x180n,
  EC_POINT: 0x181n,
  ALWAYS_AUTHENTICATE: 0x202n,
} as const;

export const keyType = { RSA: 0n, EC: 3n, EC_EDWARDS: 0x40n } as const;
export const mechanism = { RSA_PKCS: 1n, ECDSA: 0x1041n, EDDSA: 0x1057n } as const;

/** Return values that mean something to us. */
export const returnValue = {
  OK: 0n,
  FUNCTION_NOT_SUPPORTED: 0x54n,
  CANT_LOCK: 0xan,
  ATTRIBUTE_SENSITIVE: 0x11n,
  ATTRIBUTE_TYPE_INVALID: 0x12n,
  ALREADY_INITIALIZED: 0x191n,
  USER_ALREADY_LOGGED_IN: 0x100n,
} as const;

/** By what is told of them to who asked. */
const kinds: Readonly<Record<string, readonly number[]>> = {
  'wrong-pin': [0xa0, 0xa1, 0xa2],
  'pin-expired': [0xa3],
  'pin-locked': [0xa4],
  'no-pin': [0x102],
  'pin-needed': [0x101],
  cancelled: [0x50, 0x200],
  'no-token': [0x32, 0xb0, 0xb3, 0xe0, 0xe1],
  'no-mechanism': [0x70, 0x71, 0x63, 0x68],
};

/** What went wrong in the library; `message` is a kind of it, or the number that it returned. */
export class CryptokiError extends Error {
  override readonly name = 'CryptokiError';

  constructor(kindOrValue: string | bigint) {
    super(typeof kindOrValue === 'string' ? kindOrValue : kindOf(kindOrValue));
  }
}

function kindOf(value: bigint): string {
  const [kind] = Object.entries(kinds).find(([, values]) => values.includes(Number(value))) ?? [];
  return kind ?? `0x${value.toString(16)}`;
}
