// New private keys from the system's random numbers.
import { createECDH, generateKeyPair, type RSAKeyPairOptions, randomFillSync } from 'node:crypto';
import type { CryptoOffload } from '../crypto-offload.ts';
import { secretArray } from '../encoding/secret-array.ts';
import { SecretBytes } from '../encoding/secret-bytes.ts';
import { type CurveKeyType, curves } from '../kinds/ecdsa/curves.ts';
import { EcdsaPrivateKeyFields, publicKeyOfScalar } from '../kinds/ecdsa/ecdsa-private-key.ts';
import { EdwardsPrivateKeyFields } from '../kinds/edwards/edwards-private-key.ts';
import { edwardsKeyBytes } from '../kinds/edwards/edwards-public-key.ts';
import { publicKeyOfSeed } from '../kinds/edwards/edwards-seed.ts';
import {
  MldsaEd25519PrivateKeyFields,
  publicKeyOfSeeds,
  seedsBytes,
} from '../kinds/mldsa-ed25519/mldsa-ed25519-private-key.ts';
import type { PrivateKeyFields } from '../kinds/shared/private-key-fields.ts';
import { readPkcs1 } from './pem/pkcs8.ts';

export type NewKeyType =
  | { readonly kind: 'ed25519' }
  | { readonly kind: CurveKeyType }
  | { readonly kind: 'mldsa44-ed25519' }
  /** 2048 to 16384 bits, a multiple of 8. */
  | { readonly kind: 'rsa'; readonly bits: number };

const rsaExponent = 65_537;

/** A seed is 32 random bytes, nothing more (RFC 8032 §5.1.5). */
function generateEd25519(): PrivateKeyFields {
  using seed = new SecretBytes(randomFillSync(secretArray(edwardsKeyBytes.ed25519)));
  return new EdwardsPrivateKeyFields(publicKeyOfSeed('ed25519', seed.bytes), seed.bytes);
}

async function generateMldsaEd25519(offload: CryptoOffload): Promise<PrivateKeyFields> {
  using seeds = new SecretBytes(randomFillSync(secretArray(seedsBytes)));
  const publicKey = await publicKeyOfSeeds('mldsa44-ed25519', seeds.bytes, offload);
  return new MldsaEd25519PrivateKeyFields(publicKey, seeds.bytes);
}

function generateEcdsa(type: CurveKeyType): PrivateKeyFields {
  const ecdh = createECDH(curves[type].cryptoName);
  ecdh.generateKeys();
  using scalar = new SecretBytes(ecdh.getPrivateKey());
  return new EcdsaPrivateKeyFields(publicKeyOfScalar(type, scalar.bytes), scalar.bytes);
}

/** On the thread pool: 8192 bits take many seconds. */
function generateRsa(bits: number): Promise<PrivateKeyFields> {
  if (!Number.isInteger(bits) || bits < 2048 || bits > 16_384 || bits % 8 !== 0)
    throw new RangeError('an RSA key has 2048 to 16384 bits, in steps of 8');
  const options: RSAKeyPairOptions<'der', 'der'> = {
    modulusLength: bits,
    publicExponent: rsaExponent,
    publicKeyEncoding: { type: 'pkcs1', format: 'der' },
    privateKeyEncoding: { type: 'pkcs1', format: 'der' },
  };
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', options, (error, _publicKey, privateKey) => {
      if (error) return reject(error);
      using encoded = new SecretBytes(privateKey);
      resolve(readPkcs1(encoded.bytes));
    });
  });
}

/** Makes a key pair. The caller wipes the result. Throws RangeError for a size that RSA keys don't have here. */
export async function generateKey(type: NewKeyType, offload: CryptoOffload): Promise<PrivateKeyFields> {
  switch (type.kind) {
    case 'ed25519':
      return generateEd25519();
    case 'mldsa44-ed25519':
      return await generateMldsaEd25519(offload);
    case 'rsa':
      return await generateRsa(type.bits);
    default:
      return generateEcdsa(type.kind);
  }
}
