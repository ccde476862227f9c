// Public keys as text: the one-line form of `.pub` and authorized_keys files, and RFC 4716.
import type { PublicKey } from './public-key.ts';

export interface PublicKeyLine {
  readonly publicKey: PublicKey;
  readonly comment: string;
}

/** Parses `algorithm base64 [comment]`. Throws MalformedMessageError or UnsupportedKeyError. */
export function parsePublicKeyLine(line: string): PublicKeyLine {
  throw new Error(`being written ${line.length}`);
}

/** `algorithm base64 comment`, without a line end. */
export function formatPublicKeyLine(key: PublicKey, comment: string): string {
  throw new Error(`being written ${key.bits} ${comment}`);
}

/** The RFC 4716 form (`---- BEGIN SSH2 PUBLIC KEY ----`), ending in a line feed. */
export function formatRfc4716(key: PublicKey, comment: string): string {
  throw new Error(`being written ${key.bits} ${comment}`);
}
