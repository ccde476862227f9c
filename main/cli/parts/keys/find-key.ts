// Finds the key that a person means: by fingerprint, comment or file.

import { stat } from 'node:fs/promises';
import { foreignName, insideQuotes } from '../../../../text/foreign-text.ts';
import type { ListedKey } from '../../../client/agent-replies.ts';
import { equalBytes } from '../../../keys/encoding/wire.ts';
import { loadKeyFile, readPublicKeyFile } from '../../../keys/files/load-key-file.ts';
import type { PublicKey } from '../../../keys/kinds/shared/public-key.ts';
import { CommandError } from '../command.ts';
import { describeBlob, describeListedKey } from './describe-key.ts';
import type { FoundKey } from './found-key.ts';

/** Listed keys that share a private key, in the order of the first of each. */
function groupByPlainKey(keys: readonly ListedKey[]): Map<string, ListedKey[]> {
  const groups = new Map<string, ListedKey[]>();
  for (const key of keys) {
    const { fingerprint, publicKey } = describeBlob(key.blob);
    const group = groups.get(fingerprint) ?? [];
    if (publicKey?.certificate) group.push(key);
    else group.unshift(key);
    groups.set(fingerprint, group);
  }
  return groups;
}

/** Characters of a fingerprint that nobody types by accident; colons don't count. */
export const meantCharacters = 8;

const isMeant = (word: string) =>
  word.replace(/^(?:SHA256|MD5):/, '').replaceAll(':', '').length >= meantCharacters;

/** `SHA256:…` and `MD5:…`, whole or cut. Base64 tells case, hex does not. */
function isFingerprintPrefix(word: string, blob: Uint8Array): boolean {
  const { fingerprint, md5 } = describeBlob(blob);
  const [, kind = '', start = ''] = /^(SHA256|MD5):(.+)$/.exec(word) ?? [];
  if (kind === 'MD5') return md5().startsWith(`MD5:${start.toLowerCase()}`);
  return kind === 'SHA256' && fingerprint.startsWith(word);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The public key in a `.pub` file or of a private key file; undefined when there is no such file, or it hides it. */
export async function publicKeyOfFile(path: string): Promise<PublicKey | undefined> {
  if (!(await isFile(path))) return undefined;
  if (path.endsWith('.pub')) {
    const line = await readPublicKeyFile(path);
    if ('problem' in line)
      throw new CommandError(
        `${foreignName(path)} is not a public key file that can be used: it ${line.problem}.`,
      );
    return line.publicKey;
  }
  const { file } = await loadKeyFile(path);
  if (file.kind === 'clear') file.wipe();
  return file.publicKey;
}

type Groups = ReadonlyMap<string, readonly ListedKey[]>;

function groupsWith(groups: Groups, fits: (key: ListedKey) => boolean): (readonly ListedKey[])[] {
  return [...groups.values()].filter((group) => group.some(fits));
}

/** The listed key of a file; only the certificate itself for the file of a certificate. */
async function findByFile(
  keys: readonly ListedKey[],
  groups: Groups,
  path: string,
): Promise<readonly ListedKey[]> {
  const publicKey = await publicKeyOfFile(path);
  if (!publicKey) return [];
  if (publicKey.certificate) return keys.filter((key) => equalBytes(key.blob, publicKey.blob));
  return groups.get(describeBlob(publicKey.blob).fingerprint) ?? [];
}

function ambiguous(word: string, found: readonly (readonly ListedKey[])[]): CommandError {
  const candidates = found
    .flat()
    .map((key) => describeListedKey(key))
    .join('; ');
  return new CommandError(
    `"${insideQuotes(word)}" may mean any of these keys, so none is chosen: ${candidates}`,
  );
}

function notFound(word: string): CommandError {
  const problem = /^(?:SHA256|MD5):./.test(word) && !isMeant(word);
  const sentence = problem
    ? `"${insideQuotes(word)}" is too little of a fingerprint to be meant: give ${meantCharacters} characters of it, or more.`
    : `The agent has no key "${insideQuotes(word)}".`;
  return new CommandError(`${sentence} "sallyport list" shows what it has.`);
}

/**
 * The key that `word` names: a fingerprint (SHA256 or MD5) or `meantCharacters` at least of its beginning, a comment, or a file.
 * A certificate's file names that certificate alone. Throws CommandError when no key or several fit.
 */
export async function findKey(keys: readonly ListedKey[], word: string): Promise<FoundKey> {
  const groups = groupByPlainKey(keys);
  const exact = groups.get(word);
  if (exact) return asFound(exact);
  const named = groupsWith(
    groups,
    (key) => key.comment === word || (isMeant(word) && isFingerprintPrefix(word, key.blob)),
  );
  // A comment may look like a path whose file is no key file; that is only news when nothing else fits.
  const ofFile = await findByFile(keys, groups, word).catch((error: unknown) => {
    if (named.length > 0) return [];
    throw error;
  });
  const found = [...new Set(ofFile.length > 0 ? [...named, ofFile] : named)];
  // `SHA256:` may be left out; the weakest reading, so that a short comment is not taken for a fingerprint.
  if (found.length === 0 && isMeant(word))
    found.push(...groupsWith(groups, (key) => isFingerprintPrefix(`SHA256:${word}`, key.blob)));
  const [first, ...others] = found;
  if (!first) throw notFound(word);
  if (others.length > 0) throw ambiguous(word, found);
  return asFound(first);
}

function asFound(group: readonly ListedKey[]): FoundKey {
  const [first, ...others] = group;
  if (!first) throw new Error('empty group of keys');
  return { entries: [first, ...others] };
}
