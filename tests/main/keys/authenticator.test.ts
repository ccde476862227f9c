import { createHash, createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Assertion,
  noAuthenticators,
  type SecurityKeyCredential,
  securityKeyFlag,
} from '../../../main/keys/authenticator.ts';
import { SoftAuthenticator, softAuthenticators } from '../../fakes/soft-authenticator.ts';
import { bytes } from '../../fakes/test-agent.ts';

const never = new AbortController().signal;
const nobody = () => {};
const sha256 = (data: string) => createHash('sha256').update(data).digest();

function publicKeyOf({ algorithm, point }: SecurityKeyCredential): KeyObject {
  const b64 = (part: Uint8Array) => Buffer.from(part).toString('base64url');
  const jwk =
    algorithm === 'ed25519'
      ? { kty: 'OKP', crv: 'Ed25519', x: b64(point) }
      : { kty: 'EC', crv: 'P-256', x: b64(point.subarray(1, 33)), y: b64(point.subarray(33)) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

function isGood(credential: SecurityKeyCredential, data: string, { signature, flags, counter }: Assertion) {
  const signed = Buffer.alloc(69);
  sha256(credential.application).copy(signed);
  signed.writeUInt8(flags, 32);
  signed.writeUInt32BE(counter, 33);
  sha256(data).copy(signed, 37);
  const key = { key: publicKeyOf(credential), dsaEncoding: 'ieee-p1363' } as const;
  return verify(credential.algorithm === 'ed25519' ? null : 'sha256', signed, key, signature);
}

describe('a security key in software', () => {
  it.each(['ed25519', 'ecdsa-p256'] as const)('signs as PROTOCOL.u2f says: %s', async (algorithm) => {
    const device = new SoftAuthenticator();
    const request = { algorithm, application: 'ssh:', flags: securityKeyFlag.touch };
    const wish = { ...request, user: '', challenge: randomBytes(32) };
    const { own } = softAuthenticators(device);
    const credential = await own.enroll(wish, never, nobody);
    const waits: unknown[] = [];
    const assertion = { ...request, keyHandle: credential.keyHandle, data: bytes('data') };
    const made = await own.sign(assertion, never, (what) => waits.push(what));
    expect(isGood(credential, 'data', made)).toBe(true);
    expect(isGood(credential, 'other', made)).toBe(false);
    expect(isGood(credential, 'data', { ...made, counter: made.counter + 1 })).toBe(false);
    expect(waits).toEqual(['touch', undefined]);
  });
});

it('without a way to security keys all is refused for the reason that is there', async () => {
  const { own, byLibrary } = noAuthenticators('There is none.', 'Bring one.');
  const enrolling = own.enroll(
    { algorithm: 'ed25519', application: 'ssh:', flags: 1, user: '', challenge: randomBytes(32) },
    never,
    nobody,
  );
  await expect(enrolling).rejects.toMatchObject({ message: 'There is none.', remedy: 'Bring one.' });
  expect(await byLibrary('/usr/lib/sk.so')).toBeUndefined();
});
