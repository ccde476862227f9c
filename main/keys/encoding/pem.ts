// PEM blocks (RFC 7468, and RFC 1421 headers as OpenSSL's old private keys have them).
import { decodeBase64 } from './base64.ts';
import { SecretBytes } from './secret-bytes.ts';
import { MalformedMessageError } from './wire.ts';

/** Private keys have two (RFC 1421: Proc-Type, DEK-Info). */
const maxHeaders = 16;

export interface PemBlock {
  readonly label: string;
  /** What stands between the BEGIN and END lines; a view. */
  readonly body: Uint8Array;
}

/** All complete blocks in a file; text around them is allowed. Throws MalformedMessageError when one has no end. */
export function findPemBlocks(file: Uint8Array): PemBlock[] {
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.length);
  const blocks: PemBlock[] = [];
  for (let from = 0; ; ) {
    const begin = buffer.indexOf('-----BEGIN ', from);
    if (begin < 0) return blocks;
    const labelStart = begin + '-----BEGIN '.length;
    const labelEnd = buffer.indexOf('-----', labelStart);
    if (labelEnd < 0 || labelEnd - labelStart > 64) throw new MalformedMessageError('damaged PEM begin line');
    const label = buffer.toString('latin1', labelStart, labelEnd);
    const end = buffer.indexOf(`-----END ${label}-----`, labelEnd);
    if (end < 0) throw new MalformedMessageError('the PEM end line is missing');
    blocks.push({ label, body: file.subarray(labelEnd + 5, end) });
    from = end + 1;
  }
}

/** Decodes a body without headers. */
export function decodePemBody(body: Uint8Array): SecretBytes {
  return new SecretBytes(decodeBase64(body));
}

/** The RFC 1421 headers of a body, empty when it has none, and the base64 after them. */
export function splitPemHeaders(body: Uint8Array): {
  headers: ReadonlyMap<string, string>;
  rest: Uint8Array;
} {
  const headers = new Map<string, string>();
  let rest = trimLineEnds(body);
  for (let count = 0; ; count++) {
    const lineEnd = rest.findIndex((byte) => byte === 0x0a || byte === 0x0d);
    const line = lineEnd < 0 ? rest : rest.subarray(0, lineEnd);
    const colon = line.indexOf(0x3a);
    if (colon < 0) return { headers, rest };
    if (count === maxHeaders) throw new MalformedMessageError('too many PEM headers');
    const text = Buffer.from(line).toString('latin1');
    headers.set(text.slice(0, colon), text.slice(colon + 1).trim());
    rest = trimLineEnds(rest.subarray(line.length));
  }
}

function trimLineEnds(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0x0a && byte !== 0x0d);
  return start < 0 ? bytes.subarray(bytes.length) : bytes.subarray(start);
}
