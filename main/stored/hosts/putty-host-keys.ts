// PuTTY's host key store: registry values under SshHostKeys on Windows, lines of ~/.putty/sshhostkeys elsewhere.
import { WireWriter } from '../../keys/encoding/wire.ts';
import { entryKey, type HostKeyEntry, hostAtPort } from './host-key-entry.ts';

/** A value of `HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\SshHostKeys`. */
export interface PuttyHostKey {
  /** `rsa2@22:host`; characters that a registry name can't have are `%XX`. */
  readonly name: string;
  /** `0x10001,0xc0ff…` */
  readonly value: string;
}

const maxHexDigits = 8192;
const maxNameLength = 1024;

/** A big-endian magnitude; undefined when it is no number. */
function parseHex(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || text.length > maxHexDigits || !/^0x[0-9a-f]+$/i.test(text)) return undefined;
  const digits = text.slice(2);
  return new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
}

function withoutLeadingZeros(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((byte) => byte !== 0);
  return start === -1 ? new Uint8Array() : magnitude.subarray(start);
}

/** Undefined when the number has more bytes. */
function paddedTo(length: number, magnitude: Uint8Array): Uint8Array | undefined {
  const significant = withoutLeadingZeros(magnitude);
  if (significant.length > length) return undefined;
  const result = new Uint8Array(length);
  result.set(significant, length - significant.length);
  return result;
}

/** RFC 8032 §5.1.2: y little-endian, the lowest bit of x in the highest bit of the last byte. */
function edwardsPoint(length: number, x: Uint8Array, y: Uint8Array): Uint8Array | undefined {
  const point = paddedTo(length, y)?.reverse();
  if (point && ((x.at(-1) ?? 0) & 1) === 1) point[length - 1] = (point[length - 1] ?? 0) | 0x80;
  return point;
}

function edwardsBlob(algorithm: string, length: number, value: string): Uint8Array | undefined {
  const [x, y] = value.split(',', 2).map(parseHex);
  const point = x && y && edwardsPoint(length, x, y);
  return point && new WireWriter().text(algorithm).string(point).finish();
}

function ecdsaBlob(algorithm: string, fieldBytes: number, value: string): Uint8Array | undefined {
  const [curve, xText, yText] = value.split(',', 3);
  const [x, y] = [parseHex(xText), parseHex(yText)].map(
    (magnitude) => magnitude && paddedTo(fieldBytes, magnitude),
  );
  if (!x || !y || curve !== algorithm.replace('ecdsa-sha2-', '')) return undefined;
  return new WireWriter()
    .text(algorithm)
    .text(curve)
    .string(Uint8Array.of(4, ...x, ...y))
    .finish();
}

function numbersBlob(algorithm: string, count: number, value: string): Uint8Array | undefined {
  const numbers = value.split(',', count + 1).map(parseHex);
  if (numbers.length !== count) return undefined;
  const writer = new WireWriter().text(algorithm);
  for (const number of numbers) {
    if (number === undefined) return undefined;
    writer.mpint(number);
  }
  return writer.finish();
}

/** The public key blob; undefined for kinds that are not known here (SSH-1's `rsa` among them). */
function publicKeyBlob(type: string, value: string): Uint8Array | undefined {
  switch (type) {
    case 'rsa2':
      return numbersBlob('ssh-rsa', 2, value);
    case 'dss':
      return numbersBlob('ssh-dss', 4, value);
    case 'ecdsa-sha2-nistp256':
      return ecdsaBlob(type, 32, value);
    case 'ecdsa-sha2-nistp384':
      return ecdsaBlob(type, 48, value);
    case 'ecdsa-sha2-nistp521':
      return ecdsaBlob(type, 66, value);
    case 'ssh-ed25519':
      return edwardsBlob(type, 32, value);
    case 'ssh-ed448':
      return edwardsBlob(type, 57, value);
    default:
      return undefined;
  }
}

function unescapeName(name: string): string {
  return name.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Undefined for what is not understood: one bad entry must not hide the others. */
export function parsePuttyHostKey({ name, value }: PuttyHostKey): HostKeyEntry | undefined {
  if (name.length > maxNameLength) return undefined;
  const [, type, portText, host] = /^([^@]+)@([0-9]{1,5}):(.+)$/.exec(unescapeName(name)) ?? [];
  if (type === undefined || host === undefined) return undefined;
  const blob = publicKeyBlob(type, value);
  return (
    blob && {
      source: 'putty',
      role: 'host',
      patterns: [hostAtPort(host, Number(portText))],
      key: entryKey(blob),
    }
  );
}

/** A line of `sshhostkeys`: the name, a space, the value. */
export function parsePuttyHostKeyLine(line: string): HostKeyEntry | undefined {
  const space = line.indexOf(' ');
  if (space === -1) return undefined;
  return parsePuttyHostKey({ name: line.slice(0, space), value: line.slice(space + 1).trim() });
}
