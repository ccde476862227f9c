// Base64 (RFC 4648 §4) from bytes to bytes: a string of a secret could not be wiped.
import { secretArray, secretCopy } from './secret-array.ts';
import { MalformedMessageError } from './wire.ts';

const padding = 0x3d;
const values = new Int8Array(256).fill(-1);
for (const [value, char] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  values[char.charCodeAt(0)] = value;
}

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
