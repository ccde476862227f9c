// Fresh keys as a client has them: public blob, the private fields of message 17, and a verifier of our own.
import {
  createPrivateKey,
  createPublicKey,
  type ED25519KeyPairOptions,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  verify as verifySignature,
} from 'node:crypto';
import { WireReader, WireWriter } from '../../main/keys/encoding/wire.ts';

export interface TestKey {
  readonly blob: Uint8Array;
  /** Algorithm name and private fields, as in messages 17 and 25. */
  readonly privateFields: Uint8Array;
  /** Whether a signature blob is this key's over the data; throws for an algorithm that does not fit. */
  verify(signatureBlob: Uint8Array, data: Uint8Array): boolean;
  /** An SSH signature blob, as a host makes for session-bind. */
  readonly keyObject: KeyObject;
}

const b64 = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64url'));

function fieldsOf(jwk: JsonWebKey): { blob: Uint8Array; privateFields: Uint8Array } {
  const writer = () => new WireWriter();
  switch (jwk.kty) {
    case 'OKP': {
      const [x, d] = [b64(jwk.x), b64(jwk.d)];
      const blob = writer().text('ssh-ed25519').string(x).finish();
      return {
        blob,
        privateFields: writer()
          .bytes(blob)
          .string(Buffer.concat([d, x]))
          .finish(),
      };
    }
    case 'EC': {
      const curve = `nistp${jwk.crv?.slice(-3)}`;
      const point = Buffer.concat([Uint8Array.of(4), b64(jwk.x), b64(jwk.y)]);
      const blob = writer().text(`ecdsa-sha2-${curve}`).text(curve).string(point).finish();
      return { blob, privateFields: writer().bytes(blob).mpint(b64(jwk.d)).finish() };
    }
    default: {
      const blob = writer().text('ssh-rsa').mpint(b64(jwk.e)).mpint(b64(jwk.n)).finish();
      const privateFields = writer()
        .text('ssh-rsa')
        .mpint(b64(jwk.n))
        .mpint(b64(jwk.e))
        .mpint(b64(jwk.d))
        .mpint(b64(jwk.qi))
        .mpint(b64(jwk.p))
        .mpint(b64(jwk.q))
        .finish();
      return { blob, privateFields };
    }
  }
}

const hashes: Readonly<Record<string, string | undefined>> = {
  'ssh-rsa': 'sha1',
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

function padTo(length: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([new Uint8Array(length - bytes.length), bytes]);
}

function rawSignature(algorithm: string, signature: Uint8Array, key: KeyObject): Uint8Array {
  // One signature in 256 begins with a zero byte, which PuTTY leaves out (RFC 8332 §3).
  const modulusBits = key.asymmetricKeyDetails?.modulusLength;
  if (modulusBits !== undefined) return padTo(modulusBits / 8, signature);
  if (!algorithm.startsWith('ecdsa')) return signature;
  const reader = new WireReader(signature);
  const size = algorithm.endsWith('521') ? 66 : Number(algorithm.slice(-3)) / 8;
  const raw = Buffer.concat([padTo(size, reader.readMpint()), padTo(size, reader.readMpint())]);
  reader.assertEnd();
  return raw;
}

export function testKey(privateKey: KeyObject): TestKey {
  const publicKey = createPublicKey(privateKey);
  return {
    ...fieldsOf(privateKey.export({ format: 'jwk' })),
    keyObject: privateKey,
    verify(signatureBlob, data) {
      const reader = new WireReader(signatureBlob);
      const algorithm = reader.readText();
      const signature = rawSignature(algorithm, reader.readString(), publicKey);
      reader.assertEnd();
      return verifySignature(
        hashes[algorithm] ?? null,
        data,
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        signature,
      );
    },
  };
}

const encoding: ED25519KeyPairOptions<'der', 'der'> = {
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
};

/** By way of DER: Node 20 may hang for good when it writes a key as JWK that is fresh from its generator. */
const imported = ({ privateKey }: { readonly privateKey: Buffer }) =>
  testKey(createPrivateKey({ key: privateKey, ...encoding.privateKeyEncoding }));

export const ed25519Key = () => imported(generateKeyPairSync('ed25519', encoding));
export const rsaKey = (modulusLength = 2048) =>
  imported(generateKeyPairSync('rsa', { modulusLength, ...encoding }));
export const ecdsaKey = (namedCurve: 'P-256' | 'P-384' | 'P-521') =>
  imported(generateKeyPairSync('ec', { namedCurve, ...encoding }));
