// Public keys as text: the one-line form of `.pub` and authorized_keys files, and RFC 4716.
import { decodeBase64 } from './base64.ts';
import { type PublicKey, parsePublicKey } from './public-key.ts';
import { MalformedMessageError } from './wire.ts';

export interface PublicKeyLine {
  readonly publicKey: PublicKey;
  readonly comment: string;
}

/** Column at which RFC 4716 bodies are commonly wrapped; §3.1 allows 72. */
const rfc4716Columns = 64;

/** Parses `algorithm base64 [comment]`. Throws MalformedMessageError or UnsupportedKeyError. */
export function parsePublicKeyLine(line: string): PublicKeyLine {
  const match = /^\s*(\S+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+(.*?))?\s*$/.exec(line);
  if (!match) throw new MalformedMessageError('not a public key line');
  const [, algorithm, base64, comment = ''] = match as unknown as [string, string, string, string?];
  const publicKey = parsePublicKey(decodeBase64(Buffer.from(base64)));
  if (publicKey.algorithm !== algorithm) throw new MalformedMessageError('algorithm names differ');
  return { publicKey, comment };
}

/** `algorithm base64 comment`, without a line end. Line ends in the comment become spaces. */
export function formatPublicKeyLine(key: PublicKey, comment: string): string {
  const base64 = Buffer.from(key.blob).toString('base64');
  return `${key.algorithm} ${base64} ${oneLine(comment)}`.trimEnd();
}

/** The RFC 4716 form (`---- BEGIN SSH2 PUBLIC KEY ----`), ending in a line feed. */
export function formatRfc4716(key: PublicKey, comment: string): string {
  const base64 = Buffer.from(key.blob).toString('base64');
  const body = base64.match(new RegExp(`.{1,${rfc4716Columns}}`, 'g')) as string[];
  const quoted = `Comment: "${oneLine(comment).replaceAll('"', "'")}"`;
  return [
    '---- BEGIN SSH2 PUBLIC KEY ----',
    ...wrapHeader(quoted),
    ...body,
    '---- END SSH2 PUBLIC KEY ----',
    '',
  ].join('\n');
}

/** RFC 4716 §3.1: no line is over 72 bytes; a backslash continues a header. */
function wrapHeader(header: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const char of header) {
    if (Buffer.byteLength(line + char) > 71) {
      lines.push(`${line}\\`);
      line = '';
    }
    line += char;
  }
  return [...lines, line];
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}
