// DSA private numbers: range and the public number they belong to.

import type { CryptoOffload, DsaNumbers } from '../../crypto-offload.ts';
import { stripLeadingZeros } from '../../encoding/big-integer.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { WireWriter } from '../../encoding/wire.ts';
import { InconsistentKeyError } from '../../key-errors.ts';
import { OffloadedPrivateKey } from '../shared/offloaded-private-key.ts';
import type { PrivateKey } from '../shared/private-key.ts';
import { certificateOrBlob, type PrivateKeyFields } from '../shared/private-key-fields.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { dsaNumbersOf } from './dsa-public-key.ts';

export class DsaPrivateKeyFields implements PrivateKeyFields {
  readonly publicKey: PublicKey;
  readonly #x: SecretBytes;

  /** Copies x, a big-endian magnitude. `publicKey` is a plain DSA key. */
  constructor(publicKey: PublicKey, x: Uint8Array) {
    this.publicKey = publicKey;
    this.#x = SecretBytes.copyOf(stripLeadingZeros(x));
  }

  /** By a trial signature, on a worker: computing y takes 25 ms for the longest keys. */
  async assertConsistent(offload: CryptoOffload): Promise<void> {
    const numbers = this.#numbers;
    const x = this.#x.bytes;
    // Both without leading zeros; a BigInt of x would lie on V8's heap.
    const isInRange =
      x.length > 0 &&
      (x.length < numbers.q.length || (x.length === numbers.q.length && Buffer.compare(x, numbers.q) < 0));
    if (!isInRange || !(await this.#signs(offload, x))) {
      throw new InconsistentKeyError('the private half of this DSA key belongs to another public key');
    }
  }

  async #signs(offload: CryptoOffload, x: Uint8Array): Promise<boolean> {
    const numbers = this.#numbers;
    const signature = await offload.dsaSign(numbers, x, numbers.y).catch(() => undefined);
    return signature !== undefined && (await offload.dsaVerify(numbers, numbers.y, signature));
  }

  async load(offload: CryptoOffload): Promise<PrivateKey> {
    await this.assertConsistent(offload);
    const numbers = this.#numbers;
    return new OffloadedPrivateKey(this.publicKey, SecretBytes.copyOf(this.#x.bytes), (...args) =>
      offload.dsaSign(numbers, ...args),
    );
  }

  encodeForAgent(certificate?: PublicKey): SecretBytes {
    return new SecretBytes(certificateOrBlob(this.publicKey, certificate).mpint(this.#x.bytes).finish());
  }

  encodeForPpk(): SecretBytes {
    return new SecretBytes(new WireWriter().mpint(this.#x.bytes).finish());
  }

  wipe(): void {
    this.#x.wipe();
  }

  get #numbers(): DsaNumbers {
    return dsaNumbersOf(this.publicKey);
  }
}
