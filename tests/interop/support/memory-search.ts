// Looks for secrets in the memory of another process, by /proc/PID/mem.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

export interface Secret {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is looked for is cut into pieces: what overwrites a freed copy seldom takes all of it. */
const pieceBytes = 12;
const chunkPages = 1024;
const pageBytes = 4096;
const zeroPage = Buffer.alloc(pageBytes);

interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The secret as it may lie in memory: as it is, as a number of a little-endian machine, and as text. */
function formsOf({ name, bytes }: Secret): Needle[] {
  const plain = Buffer.from(bytes);
  const hex = plain.toString('hex');
  return [
    { name, bytes: plain },
    { name: `${name}, little-endian`, bytes: Buffer.from(plain).reverse() },
    { name: `${name}, hex`, bytes: Buffer.from(hex) },
    { name: `${name}, HEX`, bytes: Buffer.from(hex.toUpperCase()) },
    { name: `${name}, UTF-16`, bytes: Buffer.from(plain.toString('latin1'), 'utf16le') },
    // Three places in a group of three bytes; the characters at the ends have neighbours' bits in them.
    ...[0, 1, 2].map((shift) => ({
      name: `${name}, base64`,
      bytes: Buffer.from(
        Buffer.concat([Buffer.alloc(shift), plain])
          .toString('base64')
          .slice(4, -4),
      ),
    })),
  ];
}

function piecesOf({ name, bytes }: Needle): Needle[] {
  const starts = Array.from({ length: Math.floor(bytes.length / pieceBytes) }, (_, i) => i * pieceBytes);
  const lastStart = bytes.length - pieceBytes;
  return [...new Set([...starts, Math.max(0, lastStart)])].map((start) => ({
    name,
    bytes: bytes.subarray(start, start + pieceBytes),
  }));
}

/** The pieces by their first two bytes, so that memory is gone through once. */
function indexOf(needles: readonly Needle[]): readonly (readonly Needle[] | undefined)[] {
  const index: Needle[][] = new Array(0x10000);
  for (const needle of needles) {
    const key = needle.bytes.readUInt16LE(0);
    const sameKey = index[key] ?? [];
    index[key] = sameKey;
    sameKey.push(needle);
  }
  return index;
}

interface Region {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** All that can be read, but for what the kernel maps for itself. */
function regionsOf(pid: number): Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, start = '', end = '', label = ''] =
        /^([0-9a-f]+)-([0-9a-f]+) r\S* \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
      if (start === '' || /^\[v(var|dso|syscall)/.test(label)) return [];
      return [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), label }];
    });
}

/** Runs of pages that are in memory or in swap, by /proc/PID/pagemap: V8 reserves half a gigabyte and uses little. */
function presentRuns(pagemap: number, { start, end }: Region): Region[] {
  const entries = Buffer.alloc(8 * ((end - start) / pageBytes));
  const length = readAt(pagemap, entries, entries.length, (start / pageBytes) * 8);
  const runs: Region[] = [];
  for (let page = 0; page * 8 < length; page++) {
    const isPresent = (entries[page * 8 + 7] as number) >= 0x40;
    if (!isPresent) continue;
    const at = start + page * pageBytes;
    const last = runs.at(-1);
    if (last && last.end === at && last.end - last.start < chunkPages * pageBytes)
      runs[runs.length - 1] = { ...last, end: at + pageBytes };
    else runs.push({ start: at, end: at + pageBytes, label: '' });
  }
  return runs;
}

/** Where a piece of which secret lies in the memory of `pid`: one line each, none when the memory is clean. */
export function searchMemory(pid: number, secrets: readonly Secret[]): string[] {
  const index = indexOf(secrets.flatMap(formsOf).flatMap(piecesOf));
  const found = new Set<string>();
  const buffer = Buffer.alloc(chunkPages * pageBytes + pieceBytes);
  const [memory, pagemap] = ['mem', 'pagemap'].map((file) => openSync(`/proc/${pid}/${file}`, 'r')) as [
    number,
    number,
  ];
  try {
    for (const region of regionsOf(pid)) {
      for (const { start, end } of presentRuns(pagemap, region)) {
        // A piece may lie across the end of a run.
        const length = readAt(memory, buffer, Math.min(end + pieceBytes, region.end) - start, start);
        for (const { name, offset } of matches(buffer.subarray(0, length), index))
          found.add(`${name} at ${(start + offset).toString(16)} (${region.label || 'anonymous'})`);
      }
    }
  } finally {
    closeSync(memory);
    closeSync(pagemap);
  }
  return [...found];
}

/** Pages that are gone or can't be read are nothing. */
function readAt(memory: number, buffer: Buffer, length: number, position: number): number {
  try {
    return readSync(memory, buffer, 0, length, position);
  } catch {
    return 0;
  }
}

function matches(
  memory: Buffer,
  index: readonly (readonly Needle[] | undefined)[],
): { name: string; offset: number }[] {
  const found: { name: string; offset: number }[] = [];
  for (let offset = 0; offset + pieceBytes <= memory.length; offset++) {
    // Pieces that begin with zeros would be compared all over them.
    if (
      offset % pageBytes === 0 &&
      offset + pageBytes <= memory.length &&
      memory.compare(zeroPage, 0, pageBytes, offset, offset + pageBytes) === 0
    ) {
      offset += pageBytes - pieceBytes;
      continue;
    }
    const candidates = index[(memory[offset] as number) | ((memory[offset + 1] as number) << 8)];
    if (candidates === undefined) continue;
    // Looked at here first: a call for each place costs more than all else.
    for (const { name, bytes } of candidates)
      if (
        memory[offset + 2] === bytes[2] &&
        memory[offset + 3] === bytes[3] &&
        memory[offset + 4] === bytes[4] &&
        memory.compare(bytes, 0, pieceBytes, offset, offset + pieceBytes) === 0
      )
        found.push({ name, offset });
  }
  return found;
}

/** Why no memory can be read here; undefined when it can. */
export const memoryCantBeRead: string | undefined = (() => {
  if (process.platform !== 'linux') return 'there is no /proc/PID/mem';
  return process.getuid?.() === 0 ? undefined : 'only root can read the memory of an agent';
})();
