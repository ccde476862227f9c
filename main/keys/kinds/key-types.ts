// The kinds of key this agent holds, and the names they have on the wire and in node:crypto.

export type KeyType = 'rsa' | 'dsa' | 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'ed25519' | 'ed448';

/** Signature algorithm names of RFC 4253, RFC 8332, RFC 5656 and RFC 8709. */
export type SignatureAlgorithm =
  | 'ssh-rsa'
  | 'rsa-sha2-256'
  | 'rsa-sha2-512'
  | 'ssh-dss'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'ssh-ed25519'
  | 'ssh-ed448';

/** A curve of RFC 5656 §10.1. */
export interface Curve {
  /** As in key blobs. */
  readonly name: string;
  readonly cryptoName: string;
  readonly oid: string;
  readonly bits: number;
  readonly fieldBytes: number;
}

export type CurveKeyType = 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521';

export const curves: Record<CurveKeyType, Curve> = {
  'ecdsa-p256': {
    name: 'nistp256',
    cryptoName: 'prime256v1',
    oid: '1.2.840.10045.3.1.7',
    bits: 256,
    fieldBytes: 32,
  },
  'ecdsa-p384': {
    name: 'nistp384',
    cryptoName: 'secp384r1',
    oid: '1.3.132.0.34',
    bits: 384,
    fieldBytes: 48,
  },
  'ecdsa-p521': {
    name: 'nistp521',
    cryptoName: 'secp521r1',
    oid: '1.3.132.0.35',
    bits: 521,
    fieldBytes: 66,
  },
};

export const edwardsKeyBytes = { ed25519: 32, ed448: 57 } as const;

/** The name at the start of a plain public key blob. */
export const plainAlgorithms: Record<KeyType, string> = {
  rsa: 'ssh-rsa',
  dsa: 'ssh-dss',
  'ecdsa-p256': 'ecdsa-sha2-nistp256',
  'ecdsa-p384': 'ecdsa-sha2-nistp384',
  'ecdsa-p521': 'ecdsa-sha2-nistp521',
  ed25519: 'ssh-ed25519',
  ed448: 'ssh-ed448',
};

const certificateSuffix = '-cert-v01@openssh.com';

/** What an algorithm name at the start of a public key blob means; undefined for names we don't know. */
export function publicKeyAlgorithm(name: string): { type: KeyType; isCertificate: boolean } | undefined {
  const isCertificate = name.endsWith(certificateSuffix);
  const plainName = isCertificate ? name.slice(0, -certificateSuffix.length) : name;
  for (const [type, algorithm] of Object.entries(plainAlgorithms) as [KeyType, string][]) {
    // OpenSSH never defined Ed448, so there are no certificates of it.
    if (algorithm === plainName && !(isCertificate && type === 'ed448')) return { type, isCertificate };
  }
  return undefined;
}

interface SignatureScheme {
  readonly type: KeyType;
  /** For crypto.sign; null where the scheme hashes by itself. */
  readonly hash: string | null;
}

export const signatureSchemes: Record<SignatureAlgorithm, SignatureScheme> = {
  'ssh-rsa': { type: 'rsa', hash: 'sha1' },
  'rsa-sha2-256': { type: 'rsa', hash: 'sha256' },
  'rsa-sha2-512': { type: 'rsa', hash: 'sha512' },
  'ssh-dss': { type: 'dsa', hash: 'sha1' },
  'ecdsa-sha2-nistp256': { type: 'ecdsa-p256', hash: 'sha256' },
  'ecdsa-sha2-nistp384': { type: 'ecdsa-p384', hash: 'sha384' },
  'ecdsa-sha2-nistp521': { type: 'ecdsa-p521', hash: 'sha512' },
  'ssh-ed25519': { type: 'ed25519', hash: null },
  'ssh-ed448': { type: 'ed448', hash: null },
};

/** The scheme of a signature blob's algorithm name; undefined for names we don't know. */
export function signatureScheme(algorithm: string): SignatureScheme | undefined {
  return Object.hasOwn(signatureSchemes, algorithm)
    ? signatureSchemes[algorithm as SignatureAlgorithm]
    : undefined;
}
