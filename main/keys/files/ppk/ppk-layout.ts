// The text layout of PuTTY's key files, versions 1 to 3: headers in a fixed order, base64 blocks, a MAC.
import { decodeBase64 } from '../../encoding/base64.ts';
import { MalformedMessageError } from '../../encoding/wire.ts';
import { KeyFileError } from '../shared/key-file-error.ts';

const maxBase64Lines = 5461;
const maxBase64LineLength = 64;
const [sha1Bytes, sha256Bytes] = [20, 32];

/** The Argon2 headers of an encrypted version 3 file, as they stand there. */
export interface PpkDerivation {
  readonly variant: 'argon2id' | 'argon2i' | 'argon2d';
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
}

export interface PpkLayout {
  readonly version: 1 | 2 | 3;
  readonly algorithm: string;
  readonly encryption: 'none' | 'aes256-cbc';
  /** The bytes that the MAC covers. */
  readonly comment: Uint8Array;
  readonly publicBlob: Uint8Array;
  readonly derivation: PpkDerivation | undefined;
  /** Encrypted, or in clear and to be wiped. */
  readonly privateBlob: Uint8Array;
  readonly mac: Uint8Array;
  /** Version 1 may have a plain hash in place of a MAC. */
  readonly macIsPlainHash: boolean;
}

/** Throws MalformedMessageError for a damaged file, KeyFileError for a version or cipher we don't know. */
export function readPpkLayout(file: Uint8Array): PpkLayout {
  const lines = new PpkLines(file);
  const { version, algorithm } = readFirstHeader(lines);
  const encryption = lines.readHeader('Encryption');
  if (encryption !== 'none' && encryption !== 'aes256-cbc') {
    throw new KeyFileError(
      'unsupported',
      'This PuTTY key file is encrypted with a cipher this program does not know. Save it again with PuTTYgen.',
    );
  }
  const comment = Uint8Array.from(lines.readHeaderBytes('Comment'));
  const publicBlob = lines.readBase64('Public-Lines');
  const derivation = version === 3 && encryption !== 'none' ? readDerivation(lines) : undefined;
  const privateBlob = lines.readBase64('Private-Lines');
  const macIsPlainHash = version === 1 && lines.nextIs('Private-Hash');
  const mac = hexBytes(lines.readHeader(macIsPlainHash ? 'Private-Hash' : 'Private-MAC'));
  // A file that was cut off in its last line would else ask for its passphrase for ever.
  if (mac.length !== (version === 3 ? sha256Bytes : sha1Bytes))
    throw new MalformedMessageError('MAC is cut off');
  return {
    version,
    algorithm,
    encryption,
    comment,
    publicBlob,
    derivation,
    privateBlob,
    mac,
    macIsPlainHash,
  };
}

function readFirstHeader(lines: PpkLines): { version: 1 | 2 | 3; algorithm: string } {
  const line = lines.readLine().toString('latin1');
  const match = /^PuTTY-User-Key-File-(\d{1,9}): (.*)$/.exec(line);
  if (!match) throw new MalformedMessageError('damaged first line');
  const version = Number(match[1]);
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new KeyFileError(
      'unsupported',
      `This is a PuTTY key file of version ${version}, newer than this program knows. Save it as version 3 with PuTTYgen.`,
    );
  }
  return { version, algorithm: match[2] as string };
}

function readDerivation(lines: PpkLines): PpkDerivation {
  const name = lines.readHeader('Key-Derivation');
  const variant = name.toLowerCase();
  if (!/^Argon2(id|i|d)$/.test(name)) {
    throw new KeyFileError(
      'unsupported',
      'This PuTTY key file derives its key in a way this program does not know. Save it again with PuTTYgen.',
    );
  }
  return {
    variant: variant as PpkDerivation['variant'],
    memoryKiB: decimal(lines.readHeader('Argon2-Memory')),
    passes: decimal(lines.readHeader('Argon2-Passes')),
    parallelism: decimal(lines.readHeader('Argon2-Parallelism')),
    salt: hexBytes(lines.readHeader('Argon2-Salt').toLowerCase()),
  };
}

/** Lines ending in LF, CRLF or CR; the last may have no end. */
class PpkLines {
  readonly #file: Buffer;
  #offset = 0;

  constructor(file: Uint8Array) {
    this.#file = Buffer.from(file.buffer, file.byteOffset, file.length);
  }

  /** A view, without the line's end. */
  readLine(): Buffer {
    if (this.#offset >= this.#file.length) throw new MalformedMessageError('the file ends too early');
    const start = this.#offset;
    let end = start;
    while (end < this.#file.length && this.#file[end] !== 0x0a && this.#file[end] !== 0x0d) end++;
    const isCrLf = this.#file[end] === 0x0d && this.#file[end + 1] === 0x0a;
    this.#offset = end + (isCrLf ? 2 : 1);
    return this.#file.subarray(start, end);
  }

  nextIs(name: string): boolean {
    return this.#file.subarray(this.#offset, this.#offset + name.length).equals(Buffer.from(name));
  }

  readHeaderBytes(name: string): Buffer {
    const line = this.readLine();
    const prefix = Buffer.from(`${name}: `);
    if (!line.subarray(0, prefix.length).equals(prefix)) throw new MalformedMessageError('header missing');
    return line.subarray(prefix.length);
  }

  readHeader(name: string): string {
    return this.readHeaderBytes(name).toString('latin1');
  }

  /** The block whose number of lines is in the header `name`. */
  readBase64(name: string): Uint8Array {
    const count = decimal(this.readHeader(name));
    if (count >= maxBase64Lines) throw new MalformedMessageError('too many lines');
    const start = this.#offset;
    for (let i = 0; i < count; i++) {
      const { length } = this.readLine();
      if (length > maxBase64LineLength || length % 4 !== 0)
        throw new MalformedMessageError('bad base64 line');
    }
    return decodeBase64(this.#file.subarray(start, Math.min(this.#offset, this.#file.length)));
  }
}

function decimal(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffff_ffff) throw new MalformedMessageError('not a number');
  return Number(text);
}

function hexBytes(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new MalformedMessageError('not lower-case hex');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
