// ECDSA: RFC 5656.
import type { WireReader } from '../../encoding/wire.ts';
import type { KeyKind } from '../shared/key-kind.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { type CurveKeyType, curves, uncompressedPoint } from './curves.ts';
import { EcdsaPrivateKeyFields } from './ecdsa-private-key.ts';
import { ecdsaPublicKey, readEcdsaPoint, verifyEcdsa } from './ecdsa-public-key.ts';

export function ecdsa(type: CurveKeyType): KeyKind {
  return {
    readPublicKey(reader) {
      const point = readEcdsaPoint(type, reader);
      return () => ecdsaPublicKey(type, point);
    },
    verify: (key, signature) => verifyEcdsa(type, key, signature),
    readPrivateKey(reader) {
      const point = uncompressedPoint(curves[type], readEcdsaPoint(type, reader));
      return readScalar(ecdsaPublicKey(type, point), reader);
    },
    readAfterCertificate: readScalar,
    readPpk: readScalar,
  };
}

function readScalar(base: PublicKey, reader: WireReader): EcdsaPrivateKeyFields {
  return new EcdsaPrivateKeyFields(base, reader.readMpint());
}
