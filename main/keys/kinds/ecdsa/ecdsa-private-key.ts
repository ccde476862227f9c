// ECDSA private scalars: range, the point they belong to, import as SEC 1 ECPrivateKey (RFC 5915).
import { createECDH } from 'node:crypto';
import type { CryptoOffload } from '../../crypto-offload.ts';
import { stripLeadingZeros } from '../../encoding/big-integer.ts';
import { der, encodeDer } from '../../encoding/der.ts';
import { secretArray } from '../../encoding/secret-array.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { equalBytes, WireWriter } from '../../encoding/wire.ts';
import { InconsistentKeyError } from '../../key-errors.ts';
import { importPrivateKey, NodePrivateKey } from '../shared/node-private-key.ts';
import type { PrivateKey } from '../shared/private-key.ts';
import { certificateOrBlob, type PrivateKeyFields } from '../shared/private-key-fields.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { type CurveKeyType, curves } from './curves.ts';
import { ecdsaPointOf, ecdsaPublicKey, mpintsOfDer } from './ecdsa-public-key.ts';

export class EcdsaPrivateKeyFields implements PrivateKeyFields {
  readonly publicKey: PublicKey;
  readonly #scalar: SecretBytes;

  /** Copies the scalar, a big-endian magnitude. `publicKey` is a plain ECDSA key. */
  constructor(publicKey: PublicKey, scalar: Uint8Array) {
    this.publicKey = publicKey;
    this.#scalar = SecretBytes.copyOf(stripLeadingZeros(scalar));
  }

  async assertConsistent(_offload: CryptoOffload): Promise<void> {
    const derived = publicKeyOfScalar(this.#type, this.#scalar.bytes);
    if (!equalBytes(derived.blob, this.publicKey.blob)) {
      throw new InconsistentKeyError('the private half of this ECDSA key belongs to another public key');
    }
  }

  async load(offload: CryptoOffload): Promise<PrivateKey> {
    await this.assertConsistent(offload);
    const curve = curves[this.#type];
    const scalar = secretArray(curve.fieldBytes);
    scalar.set(this.#scalar.bytes, scalar.length - this.#scalar.length);
    const encoded = encodeDer(
      der.sequence(
        der.integer(Uint8Array.of(1)),
        der.octetString(scalar),
        der.context(0, der.oid(curve.oid)),
        der.context(1, der.bitString(ecdsaPointOf(this.publicKey))),
      ),
    );
    scalar.fill(0);
    return new NodePrivateKey(this.publicKey, importPrivateKey(encoded, 'sec1'), mpintsOfDer);
  }

  encodeForAgent(certificate?: PublicKey): SecretBytes {
    return new SecretBytes(certificateOrBlob(this.publicKey, certificate).mpint(this.#scalar.bytes).finish());
  }

  encodeForPpk(): SecretBytes {
    return new SecretBytes(new WireWriter().mpint(this.#scalar.bytes).finish());
  }

  wipe(): void {
    this.#scalar.wipe();
  }

  get #type(): CurveKeyType {
    return this.publicKey.type as CurveKeyType;
  }
}

/** The public key of a scalar. Throws InconsistentKeyError unless 0 < scalar < the curve's order. */
export function publicKeyOfScalar(type: CurveKeyType, scalar: Uint8Array): PublicKey {
  const curve = curves[type];
  const minimal = stripLeadingZeros(scalar);
  const ecdh = createECDH(curve.cryptoName);
  try {
    if (minimal.length === 0 || minimal.length > curve.fieldBytes) throw new RangeError();
    ecdh.setPrivateKey(minimal);
  } catch {
    throw new InconsistentKeyError('the private number of this ECDSA key is out of range');
  }
  return ecdsaPublicKey(type, Uint8Array.from(ecdh.getPublicKey()));
}
