// The names of kinds of keys in X.509's structures.

/** Of SubjectPublicKeyInfo and PrivateKeyInfo (RFC 3279, RFC 5480, RFC 8410). */
export const keyOid = {
  rsa: '1.2.840.113549.1.1.1',
  dsa: '1.2.840.10040.4.1',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
} as const;
