// Finds the key that a person means: by fingerprint, comment or file.
import { readFile, stat } from 'node:fs/promises';
import type { ListedKey } from '../client/agent-replies.ts';
import { loadKeyFile } from '../keys/load-key-file.ts';
import type { PublicKey } from '../keys/public-key.ts';
import { parsePublicKeyLine } from '../keys/public-key-line.ts';
import { equalBytes } from '../keys/wire.ts';
import { CommandError } from './command.ts';
import { describeBlob, describeListedKey } from './describe-key.ts';

/** One private key of the agent: its plain listing and those of its certificates. */
export interface FoundKey {
  /** Plain key first, then certificates in the agent's order; at least one. */
  readonly entries: readonly [ListedKey, ...ListedKey[]];
}

const maxPublicFileBytes = 65_536;

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

function isFingerprintPrefix(word: string, blob: Uint8Array): boolean {
  const { fingerprint, md5 } = describeBlob(blob);
  const bare = word.replace(/^(SHA256|MD5):/i, '');
  if (bare === '') return false;
  // Base64 tells case, hex does not.
  return (
    fingerprint.slice('SHA256:'.length).startsWith(bare) ||
    md5.slice('MD5:'.length).startsWith(bare.toLowerCase())
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The public key in a `.pub` file or of a private key file; undefined when there is no such file. */
async function publicKeyOfFile(path: string): Promise<PublicKey | undefined> {
  if (!(await isFile(path))) return undefined;
  if (path.endsWith('.pub')) {
    const text = (await readFile(path)).subarray(0, maxPublicFileBytes).toString('utf8');
    try {
      return parsePublicKeyLine(text.trim()).publicKey;
    } catch {
      throw new CommandError(`${path} is not a public key file.`);
    }
  }
  const { file } = await loadKeyFile(path);
  const { publicKey } = file;
  if (file.kind === 'clear') file.wipe();
  if (publicKey) return publicKey;
  throw new CommandError(
    `${path} hides its public key until it is decrypted. Name the key by its fingerprint.`,
  );
}

function findByText(groups: Map<string, ListedKey[]>, word: string): ListedKey[][] {
  return [...groups.values()].filter((group) =>
    group.some((key) => key.comment === word || isFingerprintPrefix(word, key.blob)),
  );
}

function ambiguous(word: string, found: readonly ListedKey[][]): CommandError {
  const candidates = found.flat().map(describeListedKey).join('; ');
  return new CommandError(`"${word}" may mean any of these keys, so none is chosen: ${candidates}`);
}

/**
 * The key that `word` names: a fingerprint (SHA256 or MD5) or the beginning of one, a comment, or a file.
 * A certificate's file names that certificate alone. Throws CommandError when no key or several fit.
 */
export async function findKey(keys: readonly ListedKey[], word: string): Promise<FoundKey> {
  const groups = groupByPlainKey(keys);
  const exact = groups.get(word);
  if (exact) return asFound(exact);
  const found = new Set(findByText(groups, word));
  const fromFile = await publicKeyOfFile(word);
  if (fromFile?.certificate) {
    const entry = keys.find((key) => equalBytes(key.blob, fromFile.blob));
    if (entry && found.size === 0) return { entries: [entry] };
  } else if (fromFile) {
    const group = groups.get(describeBlob(fromFile.blob).fingerprint);
    if (group) found.add(group);
  }
  const [first, ...others] = found;
  if (!first) throw new CommandError(`The agent has no key "${word}". "sallyport list" shows what it has.`);
  if (others.length > 0) throw ambiguous(word, [first, ...others]);
  return asFound(first);
}

function asFound(group: readonly ListedKey[]): FoundKey {
  const [first, ...others] = group;
  if (!first) throw new Error('empty group of keys');
  return { entries: [first, ...others] };
}
