// How passphrases are encoded where this process runs.
import { legacyFirst, type PassphraseEncodings, utf8First } from '../keys/files/passphrase-encodings.ts';

/** The encodings of this system: on Windows its code page and then UTF-8, elsewhere UTF-8 and then old code pages. */
export async function systemPassphraseEncodings(): Promise<PassphraseEncodings> {
  if (process.platform !== 'win32') return utf8First;
  const { encodeInSystemCodePage } = await import('../../ipc/win32/code-page/system-code-page.ts');
  return legacyFirst(encodeInSystemCodePage);
}
