// The slow computations themselves, on the calling thread: what the worker runs, and what tests may use.
import type { CryptoOffload } from '../keys/crypto-offload.ts';
import { dsaSign, dsaVerify } from '../keys/kinds/dsa/dsa.ts';
import { ed448PublicKey, ed448Sign, ed448Verify } from '../keys/kinds/edwards/ed448.ts';
import { mldsa44PublicKey, mldsa44Sign, mldsa44Verify } from '../keys/kinds/mldsa-ed25519/mldsa44.ts';
import { argon2 } from './argon2.ts';
import { bcryptPbkdf } from './bcrypt-pbkdf.ts';

/** Blocks its thread; a signal is heeded only before and after the work. */
export const inlineCryptoOffload: CryptoOffload = {
  async argon2(passphrase, parameters, signal) {
    signal?.throwIfAborted();
    const derived = await argon2(passphrase, parameters);
    signal?.throwIfAborted();
    return derived;
  },
  async bcryptPbkdf(passphrase, salt, rounds, length, signal) {
    signal?.throwIfAborted();
    return bcryptPbkdf(passphrase, salt, rounds, length);
  },
  ed448PublicKey: async (seed) => ed448PublicKey(seed),
  ed448Sign: async (seed, data) => ed448Sign(seed, data),
  ed448Verify: async (publicKey, data, signature) => ed448Verify(publicKey, data, signature),
  mldsa44PublicKey: async (seed) => mldsa44PublicKey(seed),
  mldsa44Sign: async (seed, data, context) => mldsa44Sign(seed, data, context),
  mldsa44Verify: async (publicKey, data, context, signature) =>
    mldsa44Verify(publicKey, data, context, signature),
  dsaSign: async (key, x, data) => dsaSign(key, x, data),
  dsaVerify: async (key, data, signature) => dsaVerify(key, data, signature),
};
