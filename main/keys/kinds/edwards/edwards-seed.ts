// Seeds of which the public half is not known. Apart from the rest, which needs no curve in JavaScript for its public keys.
import { MalformedMessageError } from '../../encoding/wire.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { ed448PublicKey } from './ed448.ts';
import { ed25519PointOfSeed } from './edwards-private-key.ts';
import { type EdwardsKeyType, edwardsKeyBytes, edwardsPublicKey } from './edwards-public-key.ts';

/** The public key of a seed, on the calling thread (Ed448: some milliseconds). Throws MalformedMessageError. */
export function publicKeyOfSeed(type: EdwardsKeyType, seed: Uint8Array): PublicKey {
  if (seed.length !== edwardsKeyBytes[type])
    throw new MalformedMessageError('private key has the wrong length');
  const point = type === 'ed448' ? ed448PublicKey(seed) : ed25519PointOfSeed(seed);
  return edwardsPublicKey(type, point);
}
