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
const sk = new WireWriter()
  .text('sk-ssh-ed25519@openssh.com')
  .string(new Uint8Array(32))
  .text('ssh:')
  .finish();

describe('a listed key', () => {
  it('is described with bits, fingerprint, comment and type', () => {
    const { fingerprint } = describeBlob(blobOf('p384'));
    expect(describeListedKey({ blob: blobOf('p384'), comment: 'c' })).toBe(`384 ${fingerprint} c (ECDSA)`);
    expect(describeListedKey({ blob: blobOf('p384'), comment: '' })).toBe(
      `384 ${fingerprint} no comment (ECDSA)`,
    );
  });

  it('has the fingerprint of its plain key when it is a certificate', () => {
    expect(describeBlob(blobOf('p256-cert'))).toMatchObject({
      type: 'ECDSA-CERT',
      fingerprint: describeBlob(blobOf('p256')).fingerprint,
    });
  });

  it('is marked with all that the agent tells', () => {
    const key = { blob: blobOf('p256'), comment: 'c', keptAs: 'encrypted', confirm: true } as const;
    const text = describeListedKey({ ...key, restrictedToDestinations: true, secondsLeft: 60 });
    expect(text.endsWith('(ECDSA) (encrypted) (confirm) (restricted) (60 s left)')).toBe(true);
    expect(describeListedKey({ ...key, keptAs: 'clear', confirm: false }).endsWith('(ECDSA)')).toBe(true);
  });

  it('has its algorithm for a type when it is of an unknown kind, and the bits are not guessed', () => {
    expect(describeListedKey({ blob: sk, comment: 'c' })).toMatch(
      /^\? SHA256:\S+ c \(sk-ssh-ed25519@openssh.com\)$/,
    );
    expect(listedKeyToJson({ blob: sk, comment: 'c' })).toMatchObject({
      algorithm: 'sk-ssh-ed25519@openssh.com',
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
