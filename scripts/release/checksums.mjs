// SHA256SUMS: every file of a release by its SHA-256, as `sha256sum` writes and reads it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const checksumsName = 'SHA256SUMS';
export const signatureName = `${checksumsName}.sig`;

/** SHA-256 of a file in hexadecimal. */
export const sha256Of = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** What is published from `dir`: its files, by name, without the list and its signature. */
const publishedIn = (dir) =>
  readdirSync(dir)
    .filter((name) => name !== checksumsName && name !== signatureName)
    .sort();

/** Line feeds alone, so that ssh-keygen reads the same bytes where standard input is text (Windows). */
export function writeChecksums(dir) {
  const lines = publishedIn(dir).map((name) => `${sha256Of(join(dir, name))}  ${name}\n`);
  writeFileSync(join(dir, checksumsName), lines.join(''));
}

/** Throws an Error that names the first file that is not as the list says, is missing, or is not listed. */
export function checkChecksums(dir) {
  const text = readFileSync(join(dir, checksumsName), 'utf8');
  const listed = new Map();
  for (const line of text.trimEnd().split('\n')) {
    const [, sum, name] = /^([0-9a-f]{64}) {2}([\w.+-]+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`${checksumsName} has a line that is no checksum: ${line}`);
    listed.set(name, sum);
  }
  const published = publishedIn(dir);
  for (const name of listed.keys())
    if (!published.includes(name)) throw new Error(`${name} is in ${checksumsName} and not in ${dir}`);
  for (const name of published) {
    if (!listed.has(name)) throw new Error(`${name} is not in ${checksumsName}`);
    if (listed.get(name) !== sha256Of(join(dir, name)))
      throw new Error(`${name} is not the file of which ${checksumsName} has the checksum`);
  }
}
