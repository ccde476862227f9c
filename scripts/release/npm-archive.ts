// The archive of a package for npm: a tar file, packed by gzip.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface NpmPackageFile {
  /** Below the package, with slashes. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly isExecutable: boolean;
}

/** Throws when it is none; `size` is that of the archive in bytes. */
export function readNpmPackage(path: string): { size: number; files: readonly NpmPackageFile[] } {
  const archive = readFileSync(path);
  const tar = gunzipSync(archive);
  const files: NpmPackageFile[] = [];
  // npm writes names of up to 256 characters in the older header; ours are shorter.
  for (let at = 0; tar[at] !== 0; ) {
    const text = (start: number, length: number) =>
      tar.toString('utf8', at + start, at + start + length).replace(/[\0 ].*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const name = [text(345, 155), text(0, 100)].filter(Boolean).join('/');
    if (text(257, 5) !== 'ustar' || text(156, 1) !== '0')
      throw new Error(`${path} has an entry that npm does not write: ${name}`);
    const isExecutable = (Number.parseInt(text(100, 8), 8) & 0o111) !== 0;
    const bytes = tar.subarray(at + 512, at + 512 + size);
    files.push({ path: name.replace(/^package\//, ''), bytes, isExecutable });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return { size: archive.length, files };
}
