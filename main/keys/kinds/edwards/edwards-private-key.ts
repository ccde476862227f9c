// Ed25519 and Ed448 seeds (RFC 8032): the public key they belong to, and import.
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { CryptoOffload } from '../../crypto-offload.ts';
import { der, encodeDer } from '../../encoding/der.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { equalBytes, MalformedMessageError, WireWriter } from '../../encoding/wire.ts';
import { InconsistentKeyError } from '../../key-errors.ts';
import { keyOid } from '../shared/key-oids.ts';
import { importPrivateKey, NodePrivateKey } from '../shared/node-private-key.ts';
import { OffloadedPrivateKey } from '../shared/offloaded-private-key.ts';
import type { PrivateKey } from '../shared/private-key.ts';
import { certificateOrBlob, type PrivateKeyFields } from '../shared/private-key-fields.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { type EdwardsKeyType, edwardsKeyBytes, edwardsPointOf } from './edwards-public-key.ts';

export class EdwardsPrivateKeyFields implements PrivateKeyFields {
  readonly publicKey: PublicKey;
  readonly #seed: SecretBytes;

  /** Copies the seed. `publicKey` is a plain Ed25519 or Ed448 key. Throws MalformedMessageError for a bad length. */
  constructor(publicKey: PublicKey, seed: Uint8Array) {
    if (seed.length !== edwardsKeyBytes[publicKey.type as EdwardsKeyType]) {
      throw new MalformedMessageError('private key has the wrong length');
    }
    this.publicKey = publicKey;
    this.#seed = SecretBytes.copyOf(seed);
  }

  async assertConsistent(offload: CryptoOffload): Promise<void> {
    const seed = this.#seed.bytes;
    const derived =
      this.publicKey.type === 'ed448' ? await offload.ed448PublicKey(seed) : ed25519PointOfSeed(seed);
    if (!equalBytes(derived, this.#point)) throw otherPublicKey();
  }

  async load(offload: CryptoOffload): Promise<PrivateKey> {
    if (this.publicKey.type === 'ed448') {
      await this.assertConsistent(offload);
      return new OffloadedPrivateKey(this.publicKey, SecretBytes.copyOf(this.#seed.bytes), (...args) =>
        offload.ed448Sign(...args),
      );
    }
    const key = importEd25519(this.#seed.bytes);
    if (!equalBytes(publicPoint(key), this.#point)) throw otherPublicKey();
    return new NodePrivateKey(this.publicKey, key);
  }

  /** The public half stands in both layouts, beside a certificate, too. */
  encodeForAgent(certificate?: PublicKey): SecretBytes {
    const point = this.#point;
    const writer = certificateOrBlob(this.publicKey, certificate);
    if (certificate) writer.string(point);
    writer
      .uint32(this.#seed.length + point.length)
      .bytes(this.#seed.bytes)
      .bytes(point);
    return new SecretBytes(writer.finish());
  }

  encodeForPpk(): SecretBytes {
    return new SecretBytes(new WireWriter().string(this.#seed.bytes).finish());
  }

  wipe(): void {
    this.#seed.wipe();
  }

  get #point(): Uint8Array {
    return edwardsPointOf(this.publicKey);
  }
}

/** RFC 8410 §7, version 0: BoringSSL takes no later one. */
function importEd25519(seed: Uint8Array): KeyObject {
  const encoded = encodeDer(
    der.sequence(
      der.integer(Uint8Array.of(0)),
      der.sequence(der.oid(keyOid.ed25519)),
      der.octetString([der.octetString(seed)]),
    ),
  );
  return importPrivateKey(encoded, 'pkcs8');
}

/** The public half of an Ed25519 seed. */
export const ed25519PointOfSeed = (seed: Uint8Array): Uint8Array => publicPoint(importEd25519(seed));

function publicPoint(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return Uint8Array.from(spki.subarray(-edwardsKeyBytes.ed25519));
}

function otherPublicKey(): InconsistentKeyError {
  return new InconsistentKeyError('the private half of this key belongs to another public key');
}
