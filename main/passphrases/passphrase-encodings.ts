// The byte strings that a typed passphrase may stand for in a key file.
import { secretCopy } from '../keys/secret-array.ts';
import { equalBytes } from '../keys/wire.ts';

/** Fresh arrays, which the caller wipes; at least one. */
export type PassphraseEncodings = (utf8: Uint8Array) => readonly Uint8Array[];

/**
 * The encodings for one that the system's legacy programs use: its bytes first, with which PuTTY's programs encrypt
 * on Windows (PAGEANT.md §4.3), then UTF-8.
 */
export function legacyFirst(encode: (utf8: Uint8Array) => Uint8Array): PassphraseEncodings {
  return (utf8) => {
    const encoded = encode(utf8);
    // Plain ASCII: a wrong passphrase must not cost a second key derivation.
    return equalBytes(encoded, utf8) ? [encoded] : [encoded, secretCopy(utf8)];
  };
}

/** The encodings of this system: UTF-8, on Windows after the system code page. */
export async function passphraseEncodings(): Promise<PassphraseEncodings> {
  if (process.platform !== 'win32') return (utf8) => [secretCopy(utf8)];
  const { encodeInSystemCodePage } = await import('../../ipc/win32/code-page.ts');
  return legacyFirst(encodeInSystemCodePage);
}
