// DSA: RFC 4253 §6.6.
import { createHash } from 'node:crypto';
import { equalBytes, MalformedMessageError, type WireReader, WireWriter } from '../../encoding/wire.ts';
import type { KeyKind } from '../shared/key-kind.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { DsaPrivateKeyFields } from './dsa-private-key.ts';
import { dsaNumbersOf, dsaPublicKey, readDsaNumbers, verifyDsa } from './dsa-public-key.ts';

export const dsa: KeyKind = {
  readPublicKey(reader) {
    const numbers = readDsaNumbers(reader);
    return () => dsaPublicKey(numbers);
  },
  verify: verifyDsa,
  readPrivateKey: (reader) => readSecret(dsaPublicKey(readDsaNumbers(reader)), reader),
  readAfterCertificate: readSecret,
  readPpk(base, reader, version) {
    const x = reader.readMpint();
    if (version === 1) assertVersion1Hash(base, reader);
    return new DsaPrivateKeyFields(base, x);
  },
};

function readSecret(base: PublicKey, reader: WireReader): DsaPrivateKeyFields {
  return new DsaPrivateKeyFields(base, reader.readMpint());
}

/** Version 1 protects the DSA parameters by a hash in the private half. */
function assertVersion1Hash(base: PublicKey, reader: WireReader): void {
  const { p, q, g } = dsaNumbersOf(base);
  const expected = createHash('sha1').update(new WireWriter().mpint(p).mpint(q).mpint(g).finish()).digest();
  if (!equalBytes(reader.readString(), expected))
    throw new MalformedMessageError('DSA parameters were changed');
}
