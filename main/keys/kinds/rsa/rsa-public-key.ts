// RSA public keys (RFC 4253 §6.6) and their signatures (RFC 8332).
import { bitLength, isEven } from '../../encoding/big-integer.ts';
import { der, encodeDer } from '../../encoding/der.ts';
import { MalformedMessageError, type WireReader } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { keyOid } from '../shared/key-oids.ts';
import { verifyWithNode } from '../shared/node-public-key.ts';
import { numbersReader, PlainPublicKey } from '../shared/plain-public-key.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { paddedTo, type RawSignature } from '../shared/signature-blob.ts';

export interface RsaNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
}

/** Throws MalformedMessageError for impossible numbers, UnsupportedKeyError for sizes out of bounds. */
export function rsaPublicKey({ n, e }: RsaNumbers): PublicKey {
  const bits = bitLength(n);
  if (bits < 1024 || bits > 16_384) {
    throw new UnsupportedKeyError(`RSA keys of ${bits} bits are not supported; 1024 to 16384 are`);
  }
  if (isEven(n) || isEven(e) || bitLength(e) < 2) throw new MalformedMessageError('impossible RSA key');
  // BoringSSL refuses longer exponents, and a long one makes each verification expensive.
  if (bitLength(e) > 33)
    throw new UnsupportedKeyError('RSA keys with a public exponent over 33 bits are not supported');
  return new PlainPublicKey('rsa', bits, (writer) => writer.mpint(e).mpint(n));
}

/** Views, unchecked. */
export function readRsaNumbers(reader: WireReader): RsaNumbers {
  const e = reader.readMpint();
  return { e, n: reader.readMpint() };
}

/** Of an RSA key. Views into its blob. */
export function rsaNumbersOf(key: PublicKey): RsaNumbers {
  return readRsaNumbers(numbersReader(key));
}

export async function verifyRsa(key: PublicKey, raw: RawSignature): Promise<boolean> {
  const { n, e } = rsaNumbersOf(key);
  // RFC 8332 §3 lets old signers drop leading zero bytes.
  const signature = paddedTo(n.length, raw.signature);
  const rsaPublicKey = encodeDer(der.sequence(der.integer(n), der.integer(e)));
  const spki = der.sequence(der.sequence(der.oid(keyOid.rsa), der.null()), der.bitString(rsaPublicKey));
  return await verifyWithNode(spki, { ...raw, signature });
}
