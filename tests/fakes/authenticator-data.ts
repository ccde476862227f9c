// What a security key answers by WebAuthn, made by hand: authenticator data, a COSE key, signatures in DER.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { SecurityKeyAlgorithm } from '../../main/keys/authenticator.ts';

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest();

/** One key in a security key. */
export interface SoftWebAuthnKey {
  readonly algorithm: SecurityKeyAlgorithm;
  readonly privateKey: KeyObject;
  /** As SSH has it. */
  readonly point: Buffer;
  readonly keyHandle: Buffer;
}

export function makeWebAuthnKey(algorithm: SecurityKeyAlgorithm, handleBytes = 64): SoftWebAuthnKey {
  const { privateKey, publicKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const point = spki.subarray(algorithm === 'ed25519' ? -32 : -65);
  return { algorithm, privateKey, point, keyHandle: Buffer.alloc(handleBytes, sha256(point)) };
}

/** In the canonical order of CTAP 2: 1, 3, -1, -2, -3. */
export function coseKey({ algorithm, point }: Pick<SoftWebAuthnKey, 'algorithm' | 'point'>): Buffer {
  if (algorithm === 'ed25519') return Buffer.concat([Buffer.from('a4010103272006215820', 'hex'), point]);
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  return Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), x, Buffer.from('225820', 'hex'), y]);
}

export interface DataToTell {
  readonly application?: string;
  readonly flags?: number;
  readonly counter?: number;
  /** A new key. */
  readonly key?: SoftWebAuthnKey;
  /** What follows. */
  readonly extensions?: Buffer;
}

/** Authenticator data; with a key the flag that says so is set. */
export function authenticatorData(tell: DataToTell = {}): Buffer {
  const { application = 'ssh:', flags = 1, counter = 7, key, extensions = Buffer.alloc(0) } = tell;
  const head = Buffer.alloc(5);
  head.writeUInt8(flags | (key ? 0x40 : 0));
  head.writeUInt32BE(counter, 1);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(key?.keyHandle.length ?? 0);
  const credential = key ? [Buffer.alloc(16, 0xaa), length, key.keyHandle, coseKey(key)] : [];
  return Buffer.concat([sha256(application), head, ...credential, extensions]);
}

/** As WebAuthn has it: of the authenticator data and SHA-256 of the client data; DER for ECDSA. */
export function signAsWebAuthn(key: SoftWebAuthnKey, data: Buffer, clientData: Uint8Array): Buffer {
  const signed = Buffer.concat([data, sha256(clientData)]);
  return sign(key.algorithm === 'ed25519' ? null : 'sha256', signed, key.privateKey);
}
