// Ed25519 and Ed448: RFC 8032, RFC 8709.
import { equalBytes, MalformedMessageError, type WireReader } from '../../encoding/wire.ts';
import { InconsistentKeyError } from '../../key-errors.ts';
import type { KeyKind } from '../shared/key-kind.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { EdwardsPrivateKeyFields } from './edwards-private-key.ts';
import {
  type EdwardsKeyType,
  edwardsPointOf,
  edwardsPublicKey,
  verifyEd448,
  verifyEd25519,
} from './edwards-public-key.ts';

export const ed25519: KeyKind = { ...readersOf('ed25519'), verify: verifyEd25519 };
export const ed448: KeyKind = { ...readersOf('ed448'), verify: verifyEd448 };

function readersOf(type: EdwardsKeyType): Omit<KeyKind, 'verify'> {
  return {
    readPublicKey(reader) {
      const point = reader.readString();
      return () => edwardsPublicKey(type, point);
    },
    readPrivateKey: (reader) => readSecret(edwardsPublicKey(type, reader.readString()), reader),
    readAfterCertificate(base, reader) {
      if (!equalBytes(reader.readString(), edwardsPointOf(base))) {
        throw new InconsistentKeyError('the certificate belongs to another key');
      }
      return readSecret(base, reader);
    },
    readPpk: (base, reader) => new EdwardsPrivateKeyFields(base, reader.readString()),
  };
}

/** `string` seed‖public key, as OpenSSH has it for Ed25519 and PuTTY for Ed448. */
function readSecret(publicKey: PublicKey, reader: WireReader): EdwardsPrivateKeyFields {
  const point = edwardsPointOf(publicKey);
  const secret = reader.readString();
  if (secret.length !== 2 * point.length) throw new MalformedMessageError('private key has the wrong length');
  if (!equalBytes(secret.subarray(point.length), point)) {
    throw new InconsistentKeyError('the two copies of the public key differ');
  }
  return new EdwardsPrivateKeyFields(publicKey, secret.subarray(0, point.length));
}
