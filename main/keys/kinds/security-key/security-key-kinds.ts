// Keys that live in a security key (FIDO2), under OpenSSH's names. PuTTY and PKCS #8 have none.
import { equalBytes, MalformedMessageError, type WireReader } from '../../encoding/wire.ts';
import type { KeyKind } from '../shared/key-kind.ts';
import { numbersReader } from '../shared/plain-public-key.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { readHandle, type SecurityKeyFields } from './security-key-private-key.ts';
import {
  readPoint,
  readSecurityKeyNumbers,
  type SecurityKeyType,
  securityKeyPublicKey,
  verifySecurityKey,
} from './security-key-public-key.ts';

export function securityKey(type: SecurityKeyType): KeyKind {
  return {
    readPublicKey(reader) {
      const { point, application } = readSecurityKeyNumbers(type, reader);
      return () => securityKeyPublicKey(type, point, application);
    },
    hasRest: true,
    verify: (key, signature) => verifySecurityKey(type, key, signature),
    readPrivateKey(reader) {
      const { point, application } = readSecurityKeyNumbers(type, reader);
      return readHandle(securityKeyPublicKey(type, point, application), reader);
    },
    readAfterCertificate: (base, reader) => readAfterCertificate(type, base, reader),
  };
}

/** OpenSSH writes the application once more, and of Ed25519 the point as well. */
function readAfterCertificate(type: SecurityKeyType, base: PublicKey, reader: WireReader): SecurityKeyFields {
  const { point, application } = readSecurityKeyNumbers(type, numbersReader(base));
  const isSame =
    (type !== 'sk-ed25519' || equalBytes(readPoint(type, reader), point)) &&
    equalBytes(reader.readString(), application);
  if (!isSame) throw new MalformedMessageError('the security key of a certificate is told in two ways');
  return readHandle(base, reader);
}
