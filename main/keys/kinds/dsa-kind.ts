// DSA: RFC 4253 §6.6.
import type { WireReader } from '../encoding/wire.ts';
import { DsaPrivateKeyFields } from './dsa-private-key.ts';
import { dsaPublicKey, readDsaNumbers, verifyDsa } from './dsa-public-key.ts';
import type { KeyKind } from './key-kind.ts';
import type { PublicKey } from './public-key.ts';

export const dsa: KeyKind = {
  readPublicKey(reader) {
    const numbers = readDsaNumbers(reader);
    return () => dsaPublicKey(numbers);
  },
  verify: verifyDsa,
  readPrivateKey: (reader) => readSecret(dsaPublicKey(readDsaNumbers(reader)), reader),
  readAfterCertificate: readSecret,
};

function readSecret(base: PublicKey, reader: WireReader): DsaPrivateKeyFields {
  return new DsaPrivateKeyFields(base, reader.readMpint());
}
