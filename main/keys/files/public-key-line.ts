// Public keys as text: the one-line form of `.pub` and authorized_keys files, and RFC 4716.
import { decodeBase64 } from '../encoding/base64.ts';
import { commentText, oneLineComment } from '../encoding/comment-text.ts';
import { MalformedMessageError } from '../encoding/wire.ts';
import { parsePublicKey } from '../kinds/parse-public-key.ts';
import type { PublicKey } from '../kinds/shared/public-key.ts';

export interface PublicKeyLine {
  readonly publicKey: PublicKey;
  readonly comment: string;
  /** The comment as it stands in the line: an own copy. */
  readonly rawComment: Uint8Array;
}

/** RFC 4716 §3.3: a header has 1024 bytes at most, of which a UTF-16 unit may take three. */
const maxRfc4716Comment = 340;

/** Parses `algorithm base64 [comment]`; text stands for its UTF-8. Throws MalformedMessageError or UnsupportedKeyError. */
export function parsePublicKeyLine(line: Uint8Array | string): PublicKeyLine {
  // A character a byte. Trimmed is what blanks are among bytes, and no part of a character of others.
  const trimmed = trimBlanks(Buffer.from(line).toString('latin1'));
  if (/[\r\n]/.test(trimmed)) throw new MalformedMessageError('more than one line');
  const [algorithm, afterAlgorithm] = firstWord(trimmed);
  const [base64, characters] = firstWord(afterAlgorithm);
  const publicKey = parsePublicKey(decodeBase64(Buffer.from(base64)));
  if (publicKey.algorithm !== algorithm) throw new MalformedMessageError('algorithm names differ');
  const rawComment = Uint8Array.from(Buffer.from(characters, 'latin1'));
  return { publicKey, comment: commentText(rawComment), rawComment };
}

const blanks = ' \t\v\f\r\n';

/** Without blanks at both ends; in linear time, however many there are. */
function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && blanks.includes(text.charAt(start))) start++;
  while (end > start && blanks.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The text before the first blanks, and what follows them. */
function firstWord(text: string): [word: string, rest: string] {
  const end = text.search(/[ \t]/);
  return end < 0 ? [text, ''] : [text.slice(0, end), trimBlanks(text.slice(end))];
}

/** `algorithm base64 comment`, without a line end. Line ends in the comment become spaces. */
export function formatPublicKeyLine(key: PublicKey, comment: string): string {
  const base64 = Buffer.from(key.blob).toString('base64');
  return `${key.algorithm} ${base64} ${oneLine(comment)}`.trimEnd();
}

/** The same with the bytes of the comment and a line feed, as a `.pub` file has it. */
export function formatPublicKeyFile(key: PublicKey, comment: Uint8Array | string): Uint8Array {
  const line = formatPublicKeyLine(key, '');
  const bytes = oneLineComment(comment);
  return Buffer.concat([Buffer.from(bytes.length > 0 ? `${line} ` : line), bytes, Buffer.from('\n')]);
}

/** The RFC 4716 form (`---- BEGIN SSH2 PUBLIC KEY ----`), ending in a line feed. */
export function formatRfc4716(key: PublicKey, comment: string): string {
  const base64 = Buffer.from(key.blob).toString('base64');
  // As others wrap it; §3.1 allows 72 columns.
  const body = base64.match(/.{1,64}/g) as string[];
  // Not half of a pair: it would be written as another character.
  const kept = comment.slice(0, maxRfc4716Comment).replace(/[\ud800-\udbff]$/, '');
  const quoted = `Comment: "${oneLine(kept).replaceAll('"', "'")}"`;
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
