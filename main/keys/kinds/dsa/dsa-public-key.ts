// DSA public keys (RFC 4253 §6.6) and their signatures, which BoringSSL does not have.
import type { CryptoOffload, DsaNumbers } from '../../crypto-offload.ts';
import { bitLength, isEven, toBigInt } from '../../encoding/big-integer.ts';
import { MalformedMessageError, type WireReader } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { numbersReader, PlainPublicKey } from '../shared/plain-public-key.ts';
import type { PublicKey } from '../shared/public-key.ts';
import type { RawSignature } from '../shared/signature-blob.ts';

const signatureBytes = 40;

/** Throws MalformedMessageError for impossible numbers, UnsupportedKeyError for sizes out of bounds. */
export function dsaPublicKey(numbers: DsaNumbers): PublicKey {
  const { p, q, g, y } = numbers;
  assertDsaSizes({ p, q });
  const [P, Q, G, Y] = [toBigInt(p), toBigInt(q), toBigInt(g), toBigInt(y)];
  const isSound = !isEven(p) && !isEven(q) && (P - 1n) % Q === 0n && G > 1n && G < P && Y > 1n && Y < P;
  if (!isSound) throw new MalformedMessageError('impossible DSA key');
  return new PlainPublicKey('dsa', bitLength(p), (writer) => writer.mpint(p).mpint(q).mpint(g).mpint(y));
}

/** Throws UnsupportedKeyError for DSA numbers of a size that SSH has no signatures of. */
export function assertDsaSizes({ p, q }: Pick<DsaNumbers, 'p' | 'q'>): void {
  const bits = bitLength(p);
  // RFC 4253 §6.6 fixes the signature at two 160-bit numbers.
  if (bits < 1024 || bits > 4096 || bitLength(q) !== 160)
    throw new UnsupportedKeyError(
      `SSH has DSA keys with a modulus of 1024 to 4096 bits and a subgroup of 160 only, and this one has ${bits} and ${bitLength(q)}; make a key of another kind`,
    );
}

/** Views, unchecked. */
export function readDsaNumbers(reader: WireReader): DsaNumbers {
  const [p, q, g, y] = [reader.readMpint(), reader.readMpint(), reader.readMpint(), reader.readMpint()];
  return { p, q, g, y };
}

/** Of a DSA key. Views into its blob. */
export function dsaNumbersOf(key: PublicKey): DsaNumbers {
  return readDsaNumbers(numbersReader(key));
}

export async function verifyDsa(
  key: PublicKey,
  { signature, data, claimant }: RawSignature,
  offload: CryptoOffload,
): Promise<boolean> {
  if (signature.length !== signatureBytes) return false;
  return await offload.dsaVerify(dsaNumbersOf(key), data, signature, claimant);
}
