// The kinds of key this agent holds, by all their names: on the wire, in node:crypto, for people. What they do is in
// the file of each, `…-kind.ts`.

interface KeyTypeNames {
  /** At the start of a plain public key blob. */
  readonly algorithm: string;
  /** At the start of a certificate; undefined where nobody defined any. */
  readonly certificateAlgorithm: string | undefined;
  /**
   * The signature algorithms (RFC 4253, RFC 8332, RFC 5656, RFC 8709, PROTOCOL.u2f), each with its hash for node:crypto; null where
   * the scheme hashes by itself.
   */
  readonly signatures: Readonly<Record<string, string | null>>;
  /** In the lists of ssh-keygen and ssh-add. */
  readonly keygenName: string;
  /** For people. */
  readonly name: string;
  /** Whether the name leaves open how long the key is. */
  readonly hasManySizes: boolean;
}

export const keyTypes = {
  rsa: {
    algorithm: 'ssh-rsa',
    certificateAlgorithm: 'ssh-rsa-cert-v01@openssh.com',
    signatures: { 'ssh-rsa': 'sha1', 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' },
    keygenName: 'RSA',
    name: 'RSA',
    hasManySizes: true,
  },
  dsa: {
    algorithm: 'ssh-dss',
    certificateAlgorithm: 'ssh-dss-cert-v01@openssh.com',
    signatures: { 'ssh-dss': 'sha1' },
    keygenName: 'DSA',
    name: 'DSA',
    hasManySizes: true,
  },
  'ecdsa-p256': {
    algorithm: 'ecdsa-sha2-nistp256',
    certificateAlgorithm: 'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    signatures: { 'ecdsa-sha2-nistp256': 'sha256' },
    keygenName: 'ECDSA',
    name: 'ECDSA P-256',
    hasManySizes: false,
  },
  'ecdsa-p384': {
    algorithm: 'ecdsa-sha2-nistp384',
    certificateAlgorithm: 'ecdsa-sha2-nistp384-cert-v01@openssh.com',
    signatures: { 'ecdsa-sha2-nistp384': 'sha384' },
    keygenName: 'ECDSA',
    name: 'ECDSA P-384',
    hasManySizes: false,
  },
  'ecdsa-p521': {
    algorithm: 'ecdsa-sha2-nistp521',
    certificateAlgorithm: 'ecdsa-sha2-nistp521-cert-v01@openssh.com',
    signatures: { 'ecdsa-sha2-nistp521': 'sha512' },
    keygenName: 'ECDSA',
    name: 'ECDSA P-521',
    hasManySizes: false,
  },
  ed25519: {
    algorithm: 'ssh-ed25519',
    certificateAlgorithm: 'ssh-ed25519-cert-v01@openssh.com',
    signatures: { 'ssh-ed25519': null },
    keygenName: 'ED25519',
    name: 'Ed25519',
    hasManySizes: false,
  },
  ed448: {
    algorithm: 'ssh-ed448',
    // OpenSSH never defined Ed448.
    certificateAlgorithm: undefined,
    signatures: { 'ssh-ed448': null },
    keygenName: 'ED448',
    name: 'Ed448',
    hasManySizes: false,
  },
  'mldsa44-ed25519': {
    algorithm: 'ssh-mldsa44-ed25519',
    certificateAlgorithm: 'ssh-mldsa44-ed25519-cert',
    signatures: { 'ssh-mldsa44-ed25519': null },
    keygenName: 'MLDSA44-ED25519',
    name: 'ML-DSA-44 + Ed25519',
    hasManySizes: false,
  },
  // The same under the name that OpenSSH 10.4 and 10.5 had for it, and 10.6 does not know. A key keeps its name.
  'mldsa44-ed25519@openssh.com': {
    algorithm: 'ssh-mldsa44-ed25519@openssh.com',
    certificateAlgorithm: 'ssh-mldsa44-ed25519-cert-v01@openssh.com',
    signatures: { 'ssh-mldsa44-ed25519@openssh.com': null },
    keygenName: 'MLDSA44-ED25519',
    name: 'ML-DSA-44 + Ed25519',
    hasManySizes: false,
  },
  // The private half is in a FIDO2 security key.
  'sk-ed25519': {
    algorithm: 'sk-ssh-ed25519@openssh.com',
    certificateAlgorithm: 'sk-ssh-ed25519-cert-v01@openssh.com',
    signatures: { 'sk-ssh-ed25519@openssh.com': null },
    keygenName: 'ED25519-SK',
    name: 'Ed25519 security key',
    hasManySizes: false,
  },
  'sk-ecdsa-p256': {
    algorithm: 'sk-ecdsa-sha2-nistp256@openssh.com',
    certificateAlgorithm: 'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
    // The second by browsers alone.
    signatures: {
      'sk-ecdsa-sha2-nistp256@openssh.com': 'sha256',
      'webauthn-sk-ecdsa-sha2-nistp256@openssh.com': 'sha256',
    },
    keygenName: 'ECDSA-SK',
    name: 'ECDSA P-256 security key',
    hasManySizes: false,
  },
} as const satisfies Record<string, KeyTypeNames>;

export type KeyType = keyof typeof keyTypes;

/** The names of all `signatures`. */
export type SignatureAlgorithm = {
  [Type in KeyType]: keyof (typeof keyTypes)[Type]['signatures'];
}[KeyType];

interface PublicKeyAlgorithm {
  readonly type: KeyType;
  readonly isCertificate: boolean;
}

const publicKeyAlgorithms = new Map<string, PublicKeyAlgorithm>();
for (const [type, names] of Object.entries(keyTypes) as [KeyType, KeyTypeNames][]) {
  publicKeyAlgorithms.set(names.algorithm, { type, isCertificate: false });
  if (names.certificateAlgorithm !== undefined)
    publicKeyAlgorithms.set(names.certificateAlgorithm, { type, isCertificate: true });
}

/** What an algorithm name at the start of a public key blob means; undefined for names we don't know. */
export function publicKeyAlgorithm(name: string): PublicKeyAlgorithm | undefined {
  return publicKeyAlgorithms.get(name);
}

/** The hash of the signatures that keys of this type make by this algorithm; undefined when they make none. */
export function signatureHash(type: KeyType, algorithm: string): string | null | undefined {
  const { signatures }: KeyTypeNames = keyTypes[type];
  return Object.hasOwn(signatures, algorithm) ? signatures[algorithm] : undefined;
}

/** For people, for example `RSA 3072`; the size only where the kind does not say it. */
export function kindName(type: KeyType, bits: number): string {
  const { name, hasManySizes } = keyTypes[type];
  return hasManySizes ? `${name} ${bits}` : name;
}
