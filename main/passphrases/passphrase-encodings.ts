// The byte strings that a typed passphrase may stand for in a key file.
import { secretCopy } from '../keys/secret-array.ts';
import { equalBytes } from '../keys/wire.ts';
import { inOldCodePages } from './old-code-pages.ts';

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

/** UTF-8, then the code pages of the systems that a key file may come from: which one it was is not known here. */
export const utf8First: PassphraseEncodings = (utf8) => [secretCopy(utf8), ...inOldCodePages(utf8)];

/** The encodings of this system: on Windows its code page and then UTF-8, elsewhere UTF-8 and then old code pages. */
export async function passphraseEncodings(): Promise<PassphraseEncodings> {
  if (process.platform !== 'win32') return utf8First;
  const { encodeInSystemCodePage } = await import('../../ipc/win32/code-page.ts');
  return legacyFirst(encodeInSystemCodePage);
}
