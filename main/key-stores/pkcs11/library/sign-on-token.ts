// A signature that a token makes, as SSH has it.
import { createHash } from 'node:crypto';
import { der, encodeDer } from '../../../keys/encoding/der.ts';
import { WireWriter } from '../../../keys/encoding/wire.ts';
import { mpintsOfP1363 } from '../../../keys/kinds/ecdsa/ecdsa-public-key.ts';
import { type SignatureAlgorithm, signatureHash } from '../../../keys/kinds/shared/key-types.ts';
import { type Cryptoki, ulongBytesOf } from './cryptoki.ts';
import { attribute, CryptokiError, keyType, mechanism, objectClass } from './cryptoki-numbers.ts';
import type { KeyOnToken } from './token-keys.ts';

/** Of hashes in DigestInfo (RFC 8017 §9.2, note 1). */
const hashOid: Readonly<Record<string, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha512: '2.16.840.1.101.3.4.2.3',
};

function digest(hash: string | null | undefined, data: Uint8Array): Uint8Array {
  if (!hash) throw new CryptokiError('no-mechanism');
  return createHash(hash).update(data).digest();
}

/** CKM_RSA_PKCS pads what it is given, which is to say by which hash it was made. */
function digestInfo(hash: string | null | undefined, data: Uint8Array): Uint8Array {
  const oid = hashOid[hash ?? ''];
  if (oid === undefined) throw new CryptokiError('no-mechanism');
  return encodeDer(der.sequence(der.sequence(der.oid(oid), der.null()), der.octetString(digest(hash, data))));
}

/** What is signed by which mechanism of which kind of key, and what becomes of the signature. */
function scheme({ publicKey: { type } }: KeyOnToken, algorithm: SignatureAlgorithm, data: Uint8Array) {
  const hash = signatureHash(type, algorithm);
  switch (type) {
    case 'rsa':
      return { kind: keyType.RSA, by: mechanism.RSA_PKCS, what: digestInfo(hash, data), write: undefined };
    case 'ed25519':
      return { kind: keyType.EC_EDWARDS, by: mechanism.EDDSA, what: data, write: undefined };
    case 'ecdsa-p256':
    case 'ecdsa-p384':
    case 'ecdsa-p521':
      return { kind: keyType.EC, by: mechanism.ECDSA, what: digest(hash, data), write: mpintsOfP1363 };
    default:
      throw new CryptokiError('no-mechanism');
  }
}

/**
 * `authenticate` is called for a key that wants the PIN for each signature. Throws CryptokiError, `no-key` where there is no
 * private half, or it can't be seen.
 */
export function signOnToken(
  library: Cryptoki,
  session: bigint,
  key: KeyOnToken,
  { algorithm, data }: { readonly algorithm: SignatureAlgorithm; readonly data: Uint8Array },
  authenticate: () => void,
): Uint8Array {
  const { kind, by, what, write } = scheme(key, algorithm, data);
  const [privateKey] = library.find(
    session,
    [
      [attribute.CLASS, ulongBytesOf(objectClass.PRIVATE_KEY)],
      [attribute.KEY_TYPE, ulongBytesOf(kind)],
      [attribute.ID, key.id],
    ],
    1,
  );
  if (privateKey === undefined) throw new CryptokiError('no-key');
  const [always] = library.attributes(session, privateKey, [attribute.ALWAYS_AUTHENTICATE]);
  const signature = library.sign(session, privateKey, by, what, () => {
    if (always?.[0]) authenticate();
  });
  return new WireWriter()
    .text(algorithm)
    .string(write ? write(signature) : signature)
    .finish();
}
