// Base64 (RFC 4648 §4) from bytes to bytes: a string of a secret could not be wiped.
import { secretArray, secretCopy } from './secret-array.ts';
import { MalformedMessageError } from './wire.ts';

const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const padding = 0x3d;
const lineFeed = 0x0a;
const values = new Int8Array(256).fill(-1);
for (const [value, char] of alphabet.entries()) values[char] = value;

/** Decodes padded base64; skips spaces, tabs and line ends. Throws MalformedMessageError for anything else. */
export function decodeBase64(text: Uint8Array): Uint8Array {
  const result = secretArray(Math.ceil(text.length / 4) * 3);
  let [length, bits, digits, pads] = [0, 0, 0, 0];
  for (const char of text) {
    if (char === 0x20 || char === 0x09 || char === 0x0a || char === 0x0d) continue;
    const value = values[char] as number;
    if (char === padding ? digits < 2 : value < 0 || pads > 0) throw notBase64(result);
    if (char === padding) pads++;
    bits = (bits << 6) | Math.max(value, 0);
    if (++digits < 4) continue;
    result[length++] = bits >>> 16;
    result[length++] = bits >>> 8;
    result[length++] = bits;
    [bits, digits] = [0, 0];
  }
  if (digits !== 0 || pads > 2) throw notBase64(result);
  const exact = secretCopy(result.subarray(0, length - pads));
  result.fill(0);
  return exact;
}

function notBase64(partial: Uint8Array): MalformedMessageError {
  partial.fill(0);
  return new MalformedMessageError('not base64');
}

/** Lines of `columns` characters, a multiple of 4, each ending in a line feed. The caller wipes the result. */
export function encodeBase64Lines(bytes: Uint8Array, columns: number): Uint8Array {
  const characters = 4 * Math.ceil(bytes.length / 3);
  const result = new Uint8Array(characters + Math.ceil(characters / columns));
  let offset = 0;
  let column = 0;
  for (let start = 0; start < bytes.length; start += 3) {
    const [a = 0, b, c] = [bytes[start], bytes[start + 1], bytes[start + 2]];
    result[offset++] = alphabet[a >> 2] as number;
    result[offset++] = alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)] as number;
    result[offset++] = b === undefined ? padding : (alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)] as number);
    result[offset++] = c === undefined ? padding : (alphabet[c & 63] as number);
    column += 4;
    if (column === columns) {
      result[offset++] = lineFeed;
      column = 0;
    }
  }
  if (column > 0) result[offset] = lineFeed;
  return result;
}
