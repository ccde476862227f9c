// RSA private numbers: consistency, the CRT values, import as PKCS#1 (RFC 8017 §A.1.2).

import type { CryptoOffload } from '../../crypto-offload.ts';
import { bitLength, stripLeadingZeros } from '../../encoding/big-integer.ts';
import { der, encodeDer } from '../../encoding/der.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { WireWriter } from '../../encoding/wire.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../../key-errors.ts';
import { importPrivateKey, NodePrivateKey } from '../shared/node-private-key.ts';
import type { PrivateKey } from '../shared/private-key.ts';
import { certificateHead, type PrivateKeyFields } from '../shared/private-key-fields.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { verifySignatureBlob } from '../shared/signature-blob.ts';
import { type RsaNumbers, rsaNumbersOf, verifyRsa } from './rsa-public-key.ts';
import { compare, isOne, SecretNumbers, toSecretMagnitude } from './secret-numbers.ts';

/** Is signed when a key is loaded; no login, SSHSIG or other protocol starts like this. */
const trialData = new TextEncoder().encode('trial signature of a key that was just loaded');

interface RsaSecrets {
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
}

/** All numbers after the checks, p the larger prime; magnitudes to be wiped. */
interface CrtNumbers extends RsaSecrets {
  readonly dp: Uint8Array;
  readonly dq: Uint8Array;
  readonly iqmp: Uint8Array;
}

/** A supplied iqmp has no place here: it is always computed, since a wrong one leaks the key in a signature. */
export class RsaPrivateKeyFields implements PrivateKeyFields {
  readonly publicKey: PublicKey;
  readonly #d: SecretBytes;
  readonly #p: SecretBytes;
  readonly #q: SecretBytes;

  /** Copies the secrets. `publicKey` is a plain RSA key. */
  constructor(publicKey: PublicKey, secrets: RsaSecrets) {
    this.publicKey = publicKey;
    this.#d = SecretBytes.copyOf(stripLeadingZeros(secrets.d));
    this.#p = SecretBytes.copyOf(stripLeadingZeros(secrets.p));
    this.#q = SecretBytes.copyOf(stripLeadingZeros(secrets.q));
  }

  async assertConsistent(_offload: CryptoOffload): Promise<void> {
    this.#withCrt(() => undefined);
  }

  async load(offload: CryptoOffload): Promise<PrivateKey> {
    const { n, e } = this.#numbers;
    const encoded = this.#withCrt(({ d, p, q, dp, dq, iqmp }) =>
      encodeDer(der.sequence(...[Uint8Array.of(0), n, e, d, p, q, dp, dq, iqmp].map(der.integer))),
    );
    const key = new NodePrivateKey(this.publicKey, importPrivateKey(encoded, 'pkcs1'));
    await this.#assertSigns(key, offload);
    return key;
  }

  /**
   * SECURITY: numbers that only look like primes fit together all the same; with them OpenSSL computes each signature
   * twice, the second time without the primes, which takes five times as long and more.
   */
  async #assertSigns(key: PrivateKey, offload: CryptoOffload): Promise<void> {
    const signature = await key.sign(trialData, 'rsa-sha2-512').catch(() => new Uint8Array());
    if (await verifySignatureBlob({ verify: verifyRsa }, this.publicKey, signature, trialData, offload))
      return;
    key.destroy();
    throw inconsistent();
  }

  encodeForAgent(certificate?: PublicKey): SecretBytes {
    const { n, e } = this.#numbers;
    const encoded = this.#withCrt(({ d, p, q, iqmp }) => {
      const writer = certificate
        ? certificateHead(certificate)
        : new WireWriter().text('ssh-rsa').mpint(n).mpint(e);
      return writer.mpint(d).mpint(iqmp).mpint(p).mpint(q).finish();
    });
    return new SecretBytes(encoded);
  }

  encodeForPpk(): SecretBytes {
    const encoded = this.#withCrt(({ d, p, q, iqmp }) =>
      new WireWriter().mpint(d).mpint(p).mpint(q).mpint(iqmp).finish(),
    );
    return new SecretBytes(encoded);
  }

  wipe(): void {
    for (const secret of [this.#d, this.#p, this.#q]) secret.wipe();
  }

  get #numbers(): RsaNumbers {
    return rsaNumbersOf(this.publicKey);
  }

  #withCrt<T>(use: (crt: CrtNumbers) => T): T {
    const crt = computeCrt(this.#numbers, { d: this.#d.bytes, p: this.#p.bytes, q: this.#q.bytes });
    try {
      return use(crt);
    } finally {
      for (const number of Object.values(crt) as Uint8Array[]) number.fill(0);
    }
  }
}

/** Throws InconsistentKeyError unless n = pq and ed = 1 modulo p - 1 and q - 1. */
function computeCrt(numbers: RsaNumbers, secrets: RsaSecrets): CrtNumbers {
  const size = numbers.n.length;
  // Bounds the arithmetic below: a field of a message can be far longer than any honest number.
  if ([secrets.d, secrets.p, secrets.q].some((part) => part.length > size)) throw inconsistent();
  using number = new SecretNumbers();
  const [n, e, d] = [number.from(numbers.n), number.from(numbers.e), number.from(secrets.d)];
  const [first, second] = [number.from(secrets.p), number.from(secrets.q)];
  const [p, q] = compare(first, second) > 0 ? [first, second] : [second, first];
  const areOdd = [p, q].every((prime) => ((prime[0] ?? 0) & 1) === 1);
  if (!areOdd || isOne(q) || compare(p, q) === 0 || compare(number.product(p, q), n) !== 0)
    throw inconsistent();
  assertSimilarLength(secrets, bitLength(numbers.n));
  const [pLess1, qLess1] = [number.evenBelow(p), number.evenBelow(q)];
  const [dp, dq] = [number.remainder(d, pLess1), number.remainder(d, qLess1)];
  const fits = (exponent: typeof dp, modulus: typeof dp) =>
    isOne(number.remainder(number.product(e, exponent), modulus));
  const iqmp = number.inverse(q, p);
  if (!fits(dp, pLess1) || !fits(dq, qLess1) || iqmp === undefined) throw inconsistent();
  const bytesOf = (limbs: typeof dp) => toSecretMagnitude(limbs, size);
  return {
    d: bytesOf(d),
    p: bytesOf(p),
    q: bytesOf(q),
    dp: bytesOf(dp),
    dq: bytesOf(dq),
    iqmp: bytesOf(iqmp),
  };
}

/**
 * FIPS 186-5 §A.1.1 wants primes of the same length, and what OpenSSL, PuTTY and Java make differs by one bit. Python's
 * `rsa` keeps them a sixteenth of the modulus apart. SECURITY: with a tiny one the other is as long as the
 * modulus, and a signature takes many times as long as that of an honest key.
 */
function assertSimilarLength({ p, q }: RsaSecrets, modulusBits: number): void {
  if (Math.abs(bitLength(p) - bitLength(q)) > modulusBits / 16)
    throw new UnsupportedKeyError('RSA keys whose primes differ much in length are not supported');
}

function inconsistent(): InconsistentKeyError {
  return new InconsistentKeyError('the numbers of this RSA key do not fit together');
}
