// Base64 (RFC 4648 §4) from bytes to bytes: a string of secret text could not be wiped.

const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const padding = 0x3d;
const lineFeed = 0x0a;

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
