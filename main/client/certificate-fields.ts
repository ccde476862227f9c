// The private key layout of message 17 for a certificate, made from that of its plain key.

import { WireReader, WireWriter } from '../keys/encoding/wire.ts';
import type { PublicKey } from '../keys/kinds/public-key.ts';

/**
 * How many public fields of the plain layout (RFC 9987 §3.2) the certificate takes the place of. The Edwards
 * keys repeat their public half in both layouts (PROTOCOL.certkeys, and OpenSSH's own serialisation).
 */
const replacedFields: Record<PublicKey['type'], number> = {
  rsa: 2,
  dsa: 4,
  'ecdsa-p256': 2,
  'ecdsa-p384': 2,
  'ecdsa-p521': 2,
  ed25519: 0,
  ed448: 0,
};

/** `plainFields` start with the algorithm name, as PrivateKeyFields.encodeForAgent() makes them. The caller wipes the result. */
export function encodeCertificateFields(certificate: PublicKey, plainFields: Uint8Array): Uint8Array {
  const reader = new WireReader(plainFields);
  reader.readString();
  for (let skipped = 0; skipped < replacedFields[certificate.type]; skipped++) reader.readString();
  return new WireWriter()
    .text(certificate.algorithm)
    .string(certificate.blob)
    .bytes(reader.readRest())
    .finish();
}
