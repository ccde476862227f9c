import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { createCryptoOffload } from '../../../../main/crypto-worker/crypto-offload-pool.ts';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { decryptFile } from '../../../../main/keys/files/decrypt-file.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { legacyFirst, utf8First } from '../../../../main/keys/files/passphrase-encodings.ts';
import type { EncryptedKeyFile } from '../../../../main/keys/files/shared/key-file.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (bytes: Uint8Array) => Uint8Array.from(Buffer.from(Buffer.from(bytes).toString(), 'latin1'));

describe('a typed passphrase', () => {
  it('is tried in the legacy encoding first, then in UTF-8', () => {
    expect(legacyFirst(latin1)(utf8('grün'))).toEqual([
      Uint8Array.from([0x67, 0x72, 0xfc, 0x6e]),
      utf8('grün'),
    ]);
  });

  it('is tried once when both encodings agree', () => {
    expect(legacyFirst(latin1)(utf8('plain'))).toEqual([utf8('plain')]);
  });

  it.each([
    ['plain', []],
    ['grün', ['6772fc6e']],
    ['péssü', ['70e97373fc']],
    ['€', ['80', '88']],
    ['łódź', ['b3f3649f']],
    ['šarūnas', ['f06172fb6e6173']],
    ['ключ', ['eaebfef7']],
    ['鍵', ['8c ae', 'e6 49', 'cb f5', 'c1 e4']],
    ['密码', ['c3 dc c2 eb']],
    ['열쇠', ['bf ad bc e8']],
    ['日本😀', []],
    ['😀', []],
  ])('is tried elsewhere in UTF-8, then in each old code page that has all of it: %s', (text, hex) => {
    const [first, ...old] = utf8First(utf8(text));
    expect(first).toEqual(utf8(text));
    expect(old.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
      expect.arrayContaining(hex.map((each) => each.replaceAll(' ', ''))),
    );
    expect(old.length).toBeLessThanOrEqual(4);
    if (hex.length === 0) expect(old).toEqual([]);
  });

  it('asks the decoder of each old code page once, for all of it, so that nobody waits for a new one', async () => {
    vi.resetModules();
    const decode = vi.spyOn(TextDecoder.prototype, 'decode');
    try {
      const fresh = await import('../../../../main/keys/files/passphrase-encodings.ts');
      decode.mockClear();
      expect(fresh.utf8First(utf8('plain'))).toHaveLength(1);
      expect(decode).not.toHaveBeenCalled();
      expect(fresh.utf8First(utf8('grün')).length).toBeGreaterThan(1);
      expect(decode).toHaveBeenCalledTimes(9);
      expect(fresh.utf8First(utf8('鍵'))).toHaveLength(5);
      expect(decode).toHaveBeenCalledTimes(14);
      fresh.utf8First(utf8('密码'));
      expect(decode).toHaveBeenCalledTimes(14);
    } finally {
      decode.mockRestore();
    }
  });

  it('that is no UTF-8 is tried as it is', () => {
    const bytes = Uint8Array.of(0x67, 0xfc, 0x6e);
    expect(utf8First(bytes)).toEqual([bytes]);
  });

  it('opens what PuTTYgen for Windows encrypted with letters of its code page', async () => {
    const path = '../../../fixtures/keys/odd/ppk2_windows1252_passphrase_pessu-ppk.key';
    const file = parseKeyFile(await readFile(new URL(path, import.meta.url))) as EncryptedKeyFile;
    const means = { offload: inlineCryptoOffload, passphraseEncodings: utf8First };
    const key = await decryptFile(file, utf8('péssü'), means);
    expect(key.publicKey.type).toBe('ed25519');
    key.fields.wipe();
    await expect(decryptFile(file, utf8('péssù'), means)).rejects.toMatchObject({ code: 'wrong-passphrase' });
  });

  it('opens a file with whichever encoding fits, and no copy of it is left', async () => {
    const tried = ['wrong', 'pass phrase', 'not tried any more'].map(utf8);
    const file = parseKeyFile(
      await readFile(new URL('../../../fixtures/keys/ed25519.ppk2-aes', import.meta.url)),
    );
    const offload = createCryptoOffload();
    try {
      const key = await decryptFile(file as EncryptedKeyFile, utf8('x'), {
        offload,
        passphraseEncodings: () => tried,
      });
      expect(key.publicKey.type).toBe('ed25519');
      key.fields.wipe();
    } finally {
      await offload.close();
    }
    expect(tried.flatMap((bytes) => [...bytes]).every((byte) => byte === 0)).toBe(true);
  });
});
