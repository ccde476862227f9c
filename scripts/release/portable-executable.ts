// What a program or library for Windows says of itself: its processor, what it imports, its resources, its signature.
// The format: https://learn.microsoft.com/en-us/windows/win32/debug/pe-format (read 2026-11-28).

import { createHash } from 'node:crypto';

export interface PortableExecutable {
  readonly processor: string;
  /** Names of the libraries that are loaded with it, in capitals. */
  readonly imports: readonly string[];
  /** Names of those that are loaded when they are first called, in capitals. */
  readonly delayImports: readonly string[];
  /** The signature's bytes; none when it is not signed. */
  readonly certificate: Buffer | undefined;
  /** Whether the signature is at its end and names the SHA-256 of what it signs; who made it is not checked. */
  readonly isAsSigned: boolean;
  /** The bytes of a resource whose type and name are these texts; undefined when it has none. */
  resource(type: string, name: string): Buffer | undefined;
}

const processors = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
  [0x14c, 'x86'],
]);

interface Section {
  readonly address: number;
  readonly length: number;
  readonly offset: number;
}

/** Numbers of data directories. */
const [importTable, resourceTable, certificateTable, delayImportTable] = [1, 2, 4, 13];

export const isPortableExecutable = (bytes: Buffer) => bytes.toString('latin1', 0, 2) === 'MZ';

/** Throws an Error when the bytes are none, or none of 64 bits. */
export function readPortableExecutable(bytes: Buffer): PortableExecutable {
  const start = bytes.length > 0x40 ? bytes.readUInt32LE(0x3c) : 0;
  if (!isPortableExecutable(bytes) || bytes.toString('latin1', start, start + 4) !== 'PE\0\0')
    throw new Error('no program or library for Windows');
  const [coff, optional] = [start + 4, start + 24];
  const machine = bytes.readUInt16LE(coff);
  const processor = processors.get(machine) ?? `processor 0x${machine.toString(16)}`;
  if (bytes.readUInt16LE(optional) !== 0x20b) throw new Error(`for ${processor}, not of 64 bits`);
  const sections = readSections(
    bytes,
    optional + bytes.readUInt16LE(coff + 16),
    bytes.readUInt16LE(coff + 2),
  );
  const offsetOf = (address: number) => {
    const at = sections.find((part) => address >= part.address && address < part.address + part.length);
    if (at === undefined) throw new Error(`nothing is at address 0x${address.toString(16)}`);
    return at.offset + address - at.address;
  };
  const directory = (index: number) => ({
    address: bytes.readUInt32LE(optional + 112 + index * 8),
    length: bytes.readUInt32LE(optional + 116 + index * 8),
  });
  const namesIn = (index: number, entryLength: number, nameAt: number) => {
    const { address } = directory(index);
    return address === 0 ? [] : importedNames(bytes, { address, entryLength, nameAt, offsetOf });
  };
  // The only directory whose address is a place in the file.
  const { address: certificateAt, length } = directory(certificateTable);
  const certificate = length === 0 ? undefined : bytes.subarray(certificateAt, certificateAt + length);
  // All but the checksum, the place of the signature, and that itself.
  const checksum = optional + 64;
  const entry = optional + 112 + certificateTable * 8;
  const signed = createHash('sha256')
    .update(bytes.subarray(0, checksum))
    .update(bytes.subarray(checksum + 4, entry))
    .update(bytes.subarray(entry + 8, length === 0 ? bytes.length : certificateAt))
    .digest();
  return {
    processor,
    imports: namesIn(importTable, 20, 12),
    delayImports: namesIn(delayImportTable, 32, 4),
    certificate,
    isAsSigned: certificate?.includes(signed) === true && certificateAt + length === bytes.length,
    resource: (type, name) => {
      const { address } = directory(resourceTable);
      return address === 0 ? undefined : findResource(bytes, offsetOf(address), [type, name], offsetOf);
    },
  };
}

function readSections(bytes: Buffer, start: number, count: number): Section[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * 40;
    return {
      address: bytes.readUInt32LE(at + 12),
      length: bytes.readUInt32LE(at + 16),
      offset: bytes.readUInt32LE(at + 20),
    };
  });
}

interface ImportTable {
  readonly address: number;
  readonly entryLength: number;
  /** Where an entry has the address of its name. */
  readonly nameAt: number;
  readonly offsetOf: (address: number) => number;
}

function importedNames(bytes: Buffer, { address, entryLength, nameAt, offsetOf }: ImportTable): string[] {
  const names: string[] = [];
  for (let at = offsetOf(address); ; at += entryLength) {
    const name = bytes.readUInt32LE(at + nameAt);
    if (name === 0) return names;
    const start = offsetOf(name);
    names.push(bytes.toString('latin1', start, bytes.indexOf(0, start)).toUpperCase());
  }
}

/** Follows names through the tree of resources, and takes the first language. */
function findResource(
  bytes: Buffer,
  root: number,
  names: readonly string[],
  offsetOf: (address: number) => number,
): Buffer | undefined {
  let at = root;
  for (const wanted of [...names, undefined]) {
    const count = bytes.readUInt16LE(at + 12) + bytes.readUInt16LE(at + 14);
    const entries = Array.from({ length: count }, (_, index) => at + 16 + index * 8);
    const entry = entries.find(
      (each) => wanted === undefined || resourceName(bytes, root, bytes.readUInt32LE(each)) === wanted,
    );
    if (entry === undefined) return undefined;
    at = root + (bytes.readUInt32LE(entry + 4) & 0x7fffffff);
  }
  const start = offsetOf(bytes.readUInt32LE(at));
  return bytes.subarray(start, start + bytes.readUInt32LE(at + 4));
}

/** Undefined for a number in place of a name. */
function resourceName(bytes: Buffer, root: number, field: number): string | undefined {
  if (field < 0x80000000) return undefined;
  const at = root + (field & 0x7fffffff);
  return bytes.toString('utf16le', at + 2, at + 2 + bytes.readUInt16LE(at) * 2).toUpperCase();
}
