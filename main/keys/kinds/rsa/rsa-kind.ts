// RSA: RFC 4253 §6.6, RFC 8332.
import type { WireReader } from '../../encoding/wire.ts';
import type { KeyKind } from '../shared/key-kind.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { RsaPrivateKeyFields } from './rsa-private-key.ts';
import { readRsaNumbers, rsaPublicKey, verifyRsa } from './rsa-public-key.ts';

export const rsa: KeyKind = {
  readPublicKey(reader) {
    const numbers = readRsaNumbers(reader);
    return () => rsaPublicKey(numbers);
  },
  verify: verifyRsa,
  readPrivateKey(reader) {
    const [n, e] = [reader.readMpint(), reader.readMpint()];
    return readSecrets(rsaPublicKey({ n, e }), reader);
  },
  readAfterCertificate: readSecrets,
  readPpk(base, reader) {
    const [d, p, q] = [reader.readMpint(), reader.readMpint(), reader.readMpint()];
    reader.readMpint(); // iqmp, never trusted
    return new RsaPrivateKeyFields(base, { d, p, q });
  },
};

function readSecrets(base: PublicKey, reader: WireReader): RsaPrivateKeyFields {
  const d = reader.readMpint();
  reader.readMpint(); // iqmp, never trusted
  const [p, q] = [reader.readMpint(), reader.readMpint()];
  return new RsaPrivateKeyFields(base, { d, p, q });
}
