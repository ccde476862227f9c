// The byte strings that a typed passphrase may stand for in a key file.
import { secretCopy } from '../encoding/secret-array.ts';
import { equalBytes } from '../encoding/wire.ts';
import { inOldCodePages } from './old-code-pages.ts';

/** Fresh arrays, which the caller wipes; at least one. */
export type PassphraseEncodings = (utf8: Uint8Array) => readonly Uint8Array[];

/**
 * The encodings for one that the system's legacy programs use: its bytes first, with which PuTTY's programs encrypt
 * on Windows, then UTF-8.
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
