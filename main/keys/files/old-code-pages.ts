// Text in the code pages that Windows' programs without Unicode use, PuTTYgen before 0.82 among them.
import { secretArray } from '../encoding/secret-array.ts';
import { equalBytes } from '../encoding/wire.ts';

const singleByte = ['1252', '1250', '1251', '1253', '1254', '1255', '1256', '1257', '1258'].map(
  (page) => `windows-${page}`,
);
/** For what none of the others has; they have Cyrillic and Greek as well, with which nobody there writes. */
const others = ['windows-874', 'shift_jis', 'gbk', 'euc-kr', 'big5'];
/** Each costs the work of a key derivation when a passphrase is wrong. */
const maxEncodings = 4;

/** By code point its bytes: one as it is, of two the first times 256 and the second; 0 for what the page has not. */
type CodePage = Uint16Array;
/** Big5 has characters of plane 2; nothing beyond it. */
const codePoints = 0x3_00_00;
const loaded = new Map<string, CodePage>();

/** Stands between the characters that are decoded together; no part of one of two bytes. */
const separator = 0x0a;

/** Undefined in a Node.js that was built without it. */
function decoderOf(label: string) {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

/** All that may be a character of the page, as the values of a `CodePage`. */
function candidates(label: string): number[] {
  const values: number[] = [];
  for (let byte = 1; byte < 256; byte++) if (byte !== separator) values.push(byte);
  if (!label.startsWith('windows-'))
    for (let lead = 0x81; lead < 0xff; lead++)
      for (let trail = 0x40; trail < 0xff; trail++) values.push(lead * 256 + trail);
  return values;
}

/** Decodes all at once: a call for each of 24,000 characters would hold the event loop up for a tenth of a second. */
function load(label: string): CodePage {
  const page = new Uint16Array(codePoints);
  page[separator] = separator;
  const values = candidates(label);
  const bytes = new Uint8Array(3 * values.length);
  let length = 0;
  for (const value of values) {
    if (value > 0xff) bytes[length++] = value >> 8;
    bytes[length++] = value;
    bytes[length++] = separator;
  }
  const text = decoderOf(label)?.decode(bytes.subarray(0, length)) ?? '';
  let start = 0;
  for (const value of values) {
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== separator) end++;
    const point = end > start ? (text.codePointAt(start) as number) : 0xfffd;
    // Bytes that make no character, or two.
    const isOne = point !== 0xfffd && end - start === (point > 0xffff ? 2 : 1);
    if (isOne && point < codePoints && page[point] === 0) page[point] = value;
    start = end + 1;
  }
  return page;
}

function codePage(label: string): CodePage {
  const page = loaded.get(label) ?? load(label);
  loaded.set(label, page);
  return page;
}

/** The code points of UTF-8, to be wiped; undefined for bytes that are none. SECURITY: no string, which can't be wiped. */
function codePointsOf(utf8: Uint8Array): Uint32Array | undefined {
  const points = new Uint32Array(new ArrayBuffer(4 * utf8.length));
  let count = 0;
  for (let i = 0; i < utf8.length; count++) {
    const first = utf8[i++] as number;
    const more =
      first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    if (more < 0) return undefined;
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let k = 0; k < more; k++) {
      const next = utf8[i++] ?? 0;
      if (next >> 6 !== 2) return undefined;
      point = (point << 6) | (next & 0x3f);
    }
    points[count] = point;
  }
  return points.subarray(0, count);
}

function encode(points: Uint32Array, page: CodePage): Uint8Array | undefined {
  const bytes = secretArray(2 * points.length);
  let length = 0;
  for (const point of points) {
    const value = page[point];
    if (!value) {
      bytes.fill(0);
      return undefined;
    }
    if (value > 0xff) bytes[length++] = value >> 8;
    bytes[length++] = value;
  }
  return bytes.subarray(0, length);
}

/** What the text is in the old code pages that have all of it, each encoding once; the caller wipes them. */
export function inOldCodePages(utf8: Uint8Array): Uint8Array[] {
  if (utf8.every((byte) => byte < 0x80)) return [];
  const points = codePointsOf(utf8);
  const found: Uint8Array[] = [];
  for (const labels of [singleByte, others]) {
    if (!points || found.length > 0) break;
    for (const label of labels) {
      const encoded = encode(points, codePage(label));
      const isNew =
        encoded && found.length < maxEncodings && !found.some((known) => equalBytes(known, encoded));
      if (isNew) found.push(encoded);
      else encoded?.fill(0);
    }
  }
  points?.fill(0);
  return found;
}
