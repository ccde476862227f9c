// Electron's archive of files: https://github.com/electron/asar#format (read 2026-11-28).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ArchivedFile {
  /** Below the archive, with slashes. */
  readonly path: string;
  readonly bytes: Buffer;
  /** Whether it lies beside the archive, in `app.asar.unpacked`. */
  readonly isUnpacked: boolean;
  /** Whether its bytes are those that the archive has hashes of, as a whole and by blocks, which Electron checks. */
  readonly isWhole: boolean;
}

interface Integrity {
  readonly algorithm: string;
  readonly hash: string;
  readonly blockSize: number;
  readonly blocks: readonly string[];
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly size?: number;
  readonly offset?: string;
  readonly unpacked?: boolean;
  readonly integrity?: Integrity;
}

export interface Archive {
  /** SHA-256 of the header, which is what Electron's program has of it. */
  readonly hash: string;
  readonly files: readonly ArchivedFile[];
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function matches(bytes: Buffer, { algorithm, hash, blockSize, blocks }: Integrity): boolean {
  if (algorithm !== 'SHA256' || hash !== sha256(bytes) || !(blockSize > 0)) return false;
  const count = Math.ceil(bytes.length / blockSize);
  const starts = Array.from({ length: count }, (_, index) => index * blockSize);
  return starts.every((start, index) => blocks[index] === sha256(bytes.subarray(start, start + blockSize)));
}

/** Throws when the archive, or a file that it says lies beside it, can't be read. */
export function readArchive(path: string): Archive {
  const archive = readFileSync(path);
  const header = archive.subarray(16, 16 + archive.readUInt32LE(12));
  const start = 8 + archive.readUInt32LE(4);
  const files: ArchivedFile[] = [];
  const visit = (entry: Entry, name: string) => {
    if (entry.files !== undefined)
      for (const [child, inner] of Object.entries(entry.files))
        visit(inner, name ? `${name}/${child}` : child);
    else {
      const from = start + Number(entry.offset);
      const isUnpacked = entry.unpacked === true;
      const bytes = isUnpacked
        ? readFileSync(join(`${path}.unpacked`, name))
        : archive.subarray(from, from + (entry.size ?? 0));
      const isWhole = entry.integrity !== undefined && matches(bytes, entry.integrity);
      files.push({ path: name, bytes, isUnpacked, isWhole });
    }
  };
  visit(JSON.parse(header.toString('utf8')) as Entry, '');
  return { hash: sha256(header), files };
}
