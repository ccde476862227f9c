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
  /** Whether its bytes are those that the archive has a hash of. */
  readonly isWhole: boolean;
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly size?: number;
  readonly offset?: string;
  readonly unpacked?: boolean;
  readonly integrity?: { readonly hash: string };
}

export interface Archive {
  /** SHA-256 of the header, which is what Electron's program has of it. */
  readonly hash: string;
  readonly files: readonly ArchivedFile[];
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

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
      files.push({ path: name, bytes, isUnpacked, isWhole: entry.integrity?.hash === sha256(bytes) });
    }
  };
  visit(JSON.parse(header.toString('utf8')) as Entry, '');
  return { hash: sha256(header), files };
}
