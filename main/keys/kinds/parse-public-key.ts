// Public key blobs (RFC 4253 §6.6, RFC 5656, RFC 8709) and OpenSSH certificates of them.

import { MalformedMessageError, WireReader } from '../encoding/wire.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import { readCertificate } from './certificate.ts';
import { keyKinds } from './key-kinds.ts';
import { publicKeyAlgorithm } from './shared/key-types.ts';
import type { PublicKey, UncheckedPublicKey } from './shared/public-key.ts';

/**
 * Parses and checks a public key blob, plain or certificate.
 * Throws MalformedMessageError, or UnsupportedKeyError for kinds and sizes this agent does not hold.
 */
export function parsePublicKey(blob: Uint8Array): PublicKey {
  const reader = new WireReader(blob);
  const name = reader.readText();
  const algorithm = publicKeyAlgorithm(name);
  if (algorithm === undefined) throw new UnsupportedKeyError(describeUnknownAlgorithm(name));
  const kind = keyKinds[algorithm.type];
  if (!algorithm.isCertificate) {
    const checked = kind.readPublicKey(reader);
    reader.assertEnd();
    return checked();
  }
  const ownBlob = Uint8Array.from(blob);
  const ownReader = new WireReader(ownBlob);
  ownReader.readString();
  ownReader.readString(); // the nonce
  const base = kind.readPublicKey(ownReader)();
  const certificate = readCertificate(ownReader, ownBlob, parseAuthorityKey);
  return { type: base.type, algorithm: name, blob: ownBlob, bits: base.bits, base, certificate };
}

/**
 * Parses a key that is only to be recognised, a host's: one of an unknown kind or size keeps its bytes.
 * Throws MalformedMessageError for a known kind that is damaged, and for what has no name as RFC 4251 §6 writes them.
 */
export function parseHostKey(blob: Uint8Array): PublicKey | UncheckedPublicKey {
  try {
    return parsePublicKey(blob);
  } catch (error) {
    if (error instanceof UnsupportedKeyError) return uncheckedPublicKey(blob);
    throw error;
  }
}

/** The key by its name and bytes alone; throws MalformedMessageError when there is no name. */
export function uncheckedPublicKey(blob: Uint8Array): UncheckedPublicKey {
  const algorithm = new WireReader(blob).readText();
  if (!isAlgorithmName(algorithm)) throw new MalformedMessageError('public key without a name');
  return { algorithm, blob: Uint8Array.from(blob) };
}

/** Says what an unknown algorithm name is, without echoing arbitrary bytes. */
export function describeUnknownAlgorithm(name: string): string {
  if (isAlgorithmName(name)) return `keys of the kind “${name}” are not supported`;
  return 'this kind of key is not known';
}

const isAlgorithmName = (name: string) => /^[\x21-\x7e]{1,64}$/.test(name);

/** SECURITY: looked at by its name alone: certificates nested a thousand deep fit into one message. */
function parseAuthorityKey(blob: Uint8Array): PublicKey {
  if (publicKeyAlgorithm(new WireReader(blob).readText())?.isCertificate)
    throw new MalformedMessageError('certificate signed by a certificate');
  return parsePublicKey(blob);
}
