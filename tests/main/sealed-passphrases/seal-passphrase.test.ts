// The format of a sealed passphrase: nothing of it can be changed, moved or opened with another signature.
import { constants, createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../main/keys/encoding/secret-bytes.ts';
import {
  bytesToSign,
  isTheSignature,
  newChallenge,
  type SealingTerms,
  seal,
  unseal,
} from '../../../main/sealed-passphrases/seal-passphrase.ts';
import { FakeChip } from '../../fakes/fake-chip.ts';

const chip = new FakeChip();
const dialog = { window: undefined, says: 'Unlock' };
const never = new AbortController().signal;
const chipKey = '0'.repeat(16);
const publicKey = await chip.create(chipKey, dialog, never);
const terms: SealingTerms = {
  fingerprint: `SHA256:${'a'.repeat(43)}`,
  file: 'f'.repeat(64),
  chipKey,
  publicKey,
  challenge: newChallenge(),
};
const signatureOf = (of: SealingTerms) => chip.sign(chipKey, bytesToSign(of), dialog, never);
const secret = (text: string) => new SecretBytes(new TextEncoder().encode(text));
const textOf = (passphrase: SecretBytes | undefined) =>
  passphrase && new TextDecoder().decode(passphrase.bytes);
const signature = await signatureOf(terms);
const sealed = seal(terms, signature, secret('correct horse'));

const flipped = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const bitsOf = (bytes: Uint8Array) => [...bytes.keys()];

describe('a sealed passphrase', () => {
  it('opens with the signature that it was sealed by, as often as that is given', async () => {
    expect(textOf(unseal(terms, signature, sealed))).toBe('correct horse');
    expect(textOf(unseal(terms, await signatureOf(terms), sealed))).toBe('correct horse');
  });

  it.each([0, 1, 125, 126, 127, 4096])('is whole when it has %i bytes', (length) => {
    const passphrase = new Uint8Array(length).fill(0x41);
    const again = unseal(terms, signature, seal(terms, signature, SecretBytes.copyOf(passphrase)));
    expect(again?.bytes).toEqual(passphrase);
  });

  it('tells of its length no more than in which 128 bytes it ends', () => {
    const length = (text: string) => seal(terms, signature, secret(text)).ciphertext.length;
    expect(length('')).toBe(length('x'.repeat(126)));
    expect(length('x'.repeat(127))).toBe(length('') + 128);
    expect(() => length('x'.repeat(4097))).toThrow(RangeError);
  });

  it('is sealed anew each time', () => {
    expect(seal(terms, signature, secret('correct horse')).ciphertext).not.toEqual(sealed.ciphertext);
  });

  it('does not open with any byte of it changed', () => {
    for (const at of bitsOf(sealed.ciphertext))
      expect(
        unseal(terms, signature, { ...sealed, ciphertext: flipped(sealed.ciphertext, at) }),
      ).toBeUndefined();
    for (const at of bitsOf(sealed.nonce))
      expect(unseal(terms, signature, { ...sealed, nonce: flipped(sealed.nonce, at) })).toBeUndefined();
    for (const length of [0, 15, 16, sealed.ciphertext.length - 1])
      expect(
        unseal(terms, signature, { ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) }),
      ).toBeUndefined();
  });

  const others: Readonly<Record<string, SealingTerms>> = {
    'another key': { ...terms, fingerprint: `SHA256:${'b'.repeat(43)}` },
    'another file': { ...terms, file: 'e'.repeat(64) },
    'another name of the chip’s key': { ...terms, chipKey: '1'.repeat(16) },
    'another challenge': { ...terms, challenge: newChallenge() },
    'another public key': {
      ...terms,
      publicKey: { ...publicKey, modulus: flipped(publicKey.modulus, 100) },
    },
  };

  it.each(Object.keys(others))(
    'does not open for %s, also with the signature that it was sealed by',
    async (name) => {
      const other = others[name] as SealingTerms;
      expect(unseal(other, signature, sealed)).toBeUndefined();
      expect(unseal(other, await signatureOf(other), sealed)).toBeUndefined();
      expect(bytesToSign(other)).not.toEqual(bytesToSign(terms));
      expect(isTheSignature(other, signature)).toBe(false);
    },
  );

  it('does not open with any byte of the signature changed', () => {
    for (const at of bitsOf(signature)) {
      expect(unseal(terms, flipped(signature, at), sealed)).toBeUndefined();
      expect(isTheSignature(terms, flipped(signature, at))).toBe(false);
    }
  });
});

describe('a signature', () => {
  it('is the one that comes again', async () => {
    expect(isTheSignature(terms, signature)).toBe(true);
    expect(await signatureOf(terms)).toEqual(signature);
  });

  it('that is randomized is none to make a key of', () => {
    const { publicKey: pssPublic, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { n = '', e = '' } = pssPublic.export({ format: 'jwk' });
    const number = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'));
    const own = { ...terms, publicKey: { modulus: number(n), exponent: number(e) } };
    const sign = (padding: number) =>
      Uint8Array.from(
        createSign('sha256').update('not what is to be signed').sign({ key: privateKey, padding }),
      );
    expect(isTheSignature(own, sign(constants.RSA_PKCS1_PSS_PADDING))).toBe(false);
    expect(isTheSignature(own, sign(constants.RSA_PKCS1_PADDING))).toBe(false);
  });

  it('by a key of another size than a chip makes is none', () => {
    expect(
      isTheSignature(
        { ...terms, publicKey: { ...publicKey, modulus: new Uint8Array(128) } },
        new Uint8Array(128),
      ),
    ).toBe(false);
  });
});
