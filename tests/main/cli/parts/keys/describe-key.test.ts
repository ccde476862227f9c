// One listed key in words and as JSON, also when it is of a kind that is not known here.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  describeBlob,
  describeListedKey,
  listedKeyToJson,
} from '../../../../../main/cli/parts/keys/describe-key.ts';
import { WireWriter } from '../../../../../main/keys/encoding/wire.ts';
import { parsePublicKeyLine } from '../../../../../main/keys/files/public-key-line.ts';

const blobOf = (name: string) => {
  const line = readFileSync(new URL(`../../../../fixtures/keys/${name}.pub`, import.meta.url), 'utf8');
  return parsePublicKeyLine(line.trim()).publicKey.blob;
};
const newKind = new WireWriter().text('ssh-newest@example.org').string(new Uint8Array(32)).finish();

describe('a listed key', () => {
  it('is described with bits, fingerprint, comment and type', () => {
    const { fingerprint } = describeBlob(blobOf('p384'));
    expect(describeListedKey({ blob: blobOf('p384'), comment: 'c' })).toBe(`384 ${fingerprint} c (ECDSA)`);
    expect(describeListedKey({ blob: blobOf('p384'), comment: '' })).toBe(
      `384 ${fingerprint} no comment (ECDSA)`,
    );
  });

  it.each([
    ['ed25519', 'ED25519-SK'],
    ['ecdsa', 'ECDSA-SK'],
  ])('has the name that ssh-keygen has for it where it is in a security key: %s', (name, type) => {
    expect(describeListedKey({ blob: blobOf(`security-keys/${name}`), comment: 'c' })).toMatch(
      new RegExp(`^256 SHA256:\\S+ c \\(${type}\\)$`),
    );
  });

  it('has the fingerprint of its plain key when it is a certificate', () => {
    expect(describeBlob(blobOf('p256-cert'))).toMatchObject({
      type: 'ECDSA-CERT',
      fingerprint: describeBlob(blobOf('p256')).fingerprint,
    });
  });

  it('names the place of a key that lives elsewhere, so that no title passes for a mark of ours', () => {
    const key = { blob: blobOf('p384'), comment: 'c', keptAs: 'elsewhere' } as const;
    const place = { kind: 'pkcs11', title: 'card) (clear', need: 'pin' } as const;
    expect(describeListedKey(key)).toMatch(/ c \(ECDSA\) \(elsewhere\)$/);
    expect(describeListedKey(key, { ...place, title: 'OpenSSH’s agent' })).toMatch(
      / c \(ECDSA\) \(in "OpenSSH’s agent"\)$/,
    );
    expect(describeListedKey(key, place)).toMatch(/ c \(ECDSA\) \(in "card\) \(clear"\)$/);
    expect(listedKeyToJson(key, place)).toMatchObject({ keptAs: 'elsewhere', place });
    expect(listedKeyToJson(key)).toMatchObject({ place: null });
  });

  it('is marked with all that the agent tells', () => {
    const key = { blob: blobOf('p256'), comment: 'c', keptAs: 'encrypted', confirm: true } as const;
    const text = describeListedKey({ ...key, restrictedToDestinations: true, secondsLeft: 60 });
    expect(text.endsWith('(ECDSA) (encrypted) (confirm) (restricted) (60 s left)')).toBe(true);
    expect(describeListedKey({ ...key, keptAs: 'clear', confirm: false }).endsWith('(ECDSA)')).toBe(true);
  });

  it.each([
    ['2019-12-31T23:59:59Z', '(valid from 2020-01-01 00:00 UTC) (encrypted)', 'not-yet'],
    ['2030-01-01T00:00:00Z', '(ECDSA-CERT) (encrypted)', 'valid'],
    ['2039-12-29T00:00:01Z', '(expires 2040-01-01 00:00 UTC) (encrypted)', 'valid'],
    ['2040-01-01T00:00:00Z', '(expired 2040-01-01 00:00 UTC) (encrypted)', 'expired'],
  ])('is told with the dates of its certificate where they matter: at %s', (time, marks, validity) => {
    const key = { blob: blobOf('p256-cert'), comment: 'c', keptAs: 'encrypted' } as const;
    expect(describeListedKey(key, undefined, new Date(time)).endsWith(marks)).toBe(true);
    expect(listedKeyToJson(key, undefined, new Date(time))).toMatchObject({
      validity,
      validFrom: '2020-01-01T00:00:00.000Z',
      validUntil: '2040-01-01T00:00:00.000Z',
    });
    expect(listedKeyToJson({ ...key, blob: blobOf('p256') })).toMatchObject({
      validity: null,
      validFrom: null,
      validUntil: null,
    });
  });

  it('has its algorithm for a type when it is of an unknown kind, and the bits are not guessed', () => {
    expect(describeListedKey({ blob: newKind, comment: 'c' })).toMatch(
      /^\? SHA256:\S+ c \(ssh-newest@example.org\)$/,
    );
    expect(listedKeyToJson({ blob: newKind, comment: 'c' })).toMatchObject({
      algorithm: 'ssh-newest@example.org',
      bits: null,
      certificate: null,
    });
  });

  it('is described even when its blob is garbage', () => {
    for (const blob of [new Uint8Array(0), Uint8Array.of(0xff, 0xff, 0xff, 0xff)])
      expect(describeListedKey({ blob, comment: 'c' })).toMatch(/^\? SHA256:\S+ c \(unknown\)$/);
  });

  it('can not write to the terminal through its comment or algorithm', () => {
    const blob = new WireWriter().text('x\u001b[2J').finish();
    const text = describeListedKey({ blob, comment: 'a\r\n\u001b]0;t\u0007\u202e' });
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('has null in JSON for what the agent did not tell', () => {
    expect(listedKeyToJson({ blob: blobOf('p256'), comment: 'c' })).toMatchObject({
      keptAs: null,
      confirm: null,
      restrictedToDestinations: null,
      secondsLeft: null,
    });
  });
});
