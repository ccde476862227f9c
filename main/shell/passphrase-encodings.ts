// The byte strings that a typed passphrase may stand for in a key file.
import { equalBytes } from '../keys/wire.ts';

/**
 * UTF-8, and on Windows the system code page's bytes too, with which PuTTY's programs encrypt there
 * (PAGEANT.md §4.3). Fresh arrays, which the caller wipes.
 */
export async function passphraseEncodings(): Promise<(utf8: Uint8Array) => readonly Uint8Array[]> {
  if (process.platform !== 'win32') return (utf8) => [utf8.slice()];
  const { encodeInSystemCodePage } = await import('../../ipc/win32/code-page.ts');
  return (utf8) => {
    const encoded = encodeInSystemCodePage(utf8);
    return equalBytes(encoded, utf8) ? [encoded] : [utf8.slice(), encoded];
  };
}
