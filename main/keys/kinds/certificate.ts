// OpenSSH certificates (PROTOCOL.certkeys): the fields after the base key, and the CA's signature.

import type { Claimant } from '../../basics/fair-queue.ts';
import type { CryptoOffload } from '../crypto-offload.ts';
import { MalformedMessageError, WireReader } from '../encoding/wire.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import type { Certificate, CertificateOption, PublicKey } from './shared/public-key.ts';
import { verifySignature } from './verify-signature.ts';

/**
 * OpenSSH takes no more principals; of options it knows a handful. SECURITY: each becomes an object many times its
 * size on the wire, so that a hostile certificate could fill the memory.
 */
const maxListed = 256;

/**
 * Reads the rest of a certificate after its base key; keeps views into `blob`, which must be an own copy.
 * Throws MalformedMessageError, or UnsupportedKeyError for more principals or options than any program makes.
 */
export function readCertificate(
  reader: WireReader,
  blob: Uint8Array,
  parsePlainKey: (blob: Uint8Array) => PublicKey,
): Certificate {
  const serial = reader.readUint64();
  const type = readType(reader);
  const keyId = reader.readText();
  const principals = readAll(reader.readString(), (inner) => inner.readText());
  const [validAfter, validBefore] = [reader.readUint64(), reader.readUint64()];
  const criticalOptions = readAll(reader.readString(), readOption);
  const extensions = readAll(reader.readString(), readOption);
  reader.readString(); // reserved
  const signatureKeyBlob = reader.readString();
  const signedBytes = blob.subarray(0, reader.offset);
  const signature = reader.readString();
  reader.assertEnd();
  return {
    serial,
    type,
    keyId,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    signatureKey: knownKey(signatureKeyBlob, parsePlainKey),
    signatureKeyBlob,
    signature,
    signedBytes,
  };
}

/**
 * Whether the CA's signature on a certificate is good; false for a plain key and for a CA key of an unknown
 * kind. Dates, type and principals are the caller's matter.
 */
export async function verifyCertificate(
  key: PublicKey,
  offload: CryptoOffload,
  claimant?: Claimant,
): Promise<boolean> {
  const certificate = key.certificate;
  if (!certificate?.signatureKey) return false;
  return await verifySignature(
    certificate.signatureKey,
    certificate.signature,
    certificate.signedBytes,
    offload,
    claimant,
  );
}

function readType(reader: WireReader): 'user' | 'host' {
  switch (reader.readUint32()) {
    case 1:
      return 'user';
    case 2:
      return 'host';
    default:
      throw new MalformedMessageError('unknown certificate type');
  }
}

function readOption(reader: WireReader): CertificateOption {
  return { name: reader.readText(), data: reader.readString() };
}

function readAll<T>(bytes: Uint8Array, readOne: (reader: WireReader) => T): T[] {
  const reader = new WireReader(bytes);
  const all: T[] = [];
  while (reader.remaining > 0) {
    if (all.length === maxListed)
      throw new UnsupportedKeyError(
        `certificates with over ${maxListed} principals or options are not supported`,
      );
    all.push(readOne(reader));
  }
  return all;
}

function knownKey(blob: Uint8Array, parsePlainKey: (blob: Uint8Array) => PublicKey): PublicKey | undefined {
  try {
    return parsePlainKey(blob);
  } catch (error) {
    // The agent lists and uses certificates of any CA; only who wants to verify one needs its key.
    if (error instanceof UnsupportedKeyError) return undefined;
    throw error;
  }
}
