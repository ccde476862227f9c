import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createCryptoOffload } from '../../../main/crypto-worker/crypto-offload-pool.ts';
import { type EncryptedKeyFile, parseKeyFile } from '../../../main/keys/key-file.ts';
import { decryptFile } from '../../../main/passphrases/decrypt-file.ts';
import { legacyFirst } from '../../../main/passphrases/passphrase-encodings.ts';

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

  it('opens a file with whichever encoding fits, and no copy of it is left', async () => {
    const tried = ['wrong', 'pass phrase', 'not tried any more'].map(utf8);
    const file = parseKeyFile(
      await readFile(new URL('../../fixtures/keys/ed25519.ppk2-aes', import.meta.url)),
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
