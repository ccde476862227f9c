// What `keys.toml` says: which hosts a key is for.
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { insideQuotes } from '../../text/foreign-text.ts';
import type { HostsOfKeys } from '../agent/consent/offers/keys-for-hosts.ts';
import { parsePublicKeyLine } from '../keys/files/public-key-line.ts';
import { sha256Fingerprint } from '../keys/kinds/shared/fingerprint.ts';

const maxKeys = 1000;
const maxHosts = 200;
const maxShownCharacters = 80;

export interface KeysToml {
  readonly hosts: HostsOfKeys;
  /** What is not understood: the rest of a sentence each, for the person. */
  readonly problems: readonly string[];
}

/** A host for a key: a fingerprint of its key, or `[USER@]NAME` with `*` and `?`. */
export function isHostOfKey(text: string): boolean {
  if (text.startsWith('SHA256:')) return /^SHA256:[\w+/]{43}$/.test(text);
  return text.length <= 512 && /^(?:[^\s@\p{C}]+@)?[^\s@\p{C}]+$/u.test(text);
}

/** The fingerprint of the plain key that `SHA256:…` or a line of a `.pub` names; undefined for neither. */
function keyIn(text: string): string | undefined {
  if (/^SHA256:[\w+/]{43}$/.test(text)) return text;
  try {
    return sha256Fingerprint(parsePublicKeyLine(text).publicKey.base.blob);
  } catch {
    return undefined;
  }
}

const documentSchema = v.strictObject({
  key: v.optional(v.pipe(v.array(v.looseObject({})), v.maxLength(maxKeys)), []),
});
const entrySchema = v.looseObject({
  key: v.string(),
  name: v.optional(v.string()),
  hosts: v.optional(v.pipe(v.array(v.string()), v.maxLength(maxHosts)), []),
});
const fields = new Set(Object.keys(entrySchema.entries));

function takeEntry(stored: object, hosts: Map<string, readonly string[]>): string[] {
  const entry = v.safeParse(entrySchema, stored);
  if (!entry.success)
    return ['it has “key” and “name” as text, and “hosts” as a list of texts in square brackets'];
  const key = keyIn(entry.output.key);
  if (key === undefined) return ['“key” is a fingerprint (SHA256:…), or the line in its .pub file'];
  const good = entry.output.hosts.filter(isHostOfKey);
  hosts.set(key, [...(hosts.get(key) ?? []), ...good]);
  const quoted = (text: string) => `“${insideQuotes(text, maxShownCharacters)}”`;
  return [
    ...entry.output.hosts
      .filter((host) => !isHostOfKey(host))
      .map(
        (host) => `${quoted(host)} is no host: write example.com, *.example.com, git@example.com or SHA256:…`,
      ),
    ...Object.keys(entry.output)
      .filter((name) => !fields.has(name))
      .map((name) => `${quoted(name)} is no part of it, and counts for nothing`),
  ];
}

/** Entries of one key add up. Never throws: what is not understood sets nothing, and is told. */
export function readKeysToml(text: string): KeysToml {
  let stored: unknown;
  try {
    stored = parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { hosts: new Map(), problems: [`line ${error.line}, column ${error.column}: this is no TOML`] };
  }
  const document = v.safeParse(documentSchema, stored);
  if (!document.success)
    return { hosts: new Map(), problems: [`it has nothing but [[key]] entries, ${maxKeys} at the most`] };
  const hosts = new Map<string, readonly string[]>();
  const problems = document.output.key.flatMap((entry, index) =>
    takeEntry(entry, hosts).map((problem) => `entry ${index + 1}: ${problem}`),
  );
  return { hosts, problems };
}

/** An entry to be put at the end of the file. `key` and `hosts` are good ones. */
export function keysTomlEntry(key: string, name: string, hosts: readonly string[]): string {
  // JSON's strings are TOML's, but for DEL, which no name has after this.
  const quoted = (text: string) => JSON.stringify(text.replace(/\p{C}/gu, ' '));
  return `[[key]]\nname = ${quoted(name)}\nkey = ${quoted(key)}\nhosts = [${hosts.map(quoted).join(', ')}]\n`;
}
