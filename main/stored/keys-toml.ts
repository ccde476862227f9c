// What `keys.toml` says of keys: hosts that they are for, their order there, when to ask.
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { insideQuotes } from '../../text/foreign-text.ts';
import type { HostsOfKeys } from '../agent/consent/offers/keys-for-hosts.ts';
import { type AskLevel, askLevelSchema, stricterLevel } from '../agent/consent/rules/ask-level.ts';
import { parsePublicKeyLine } from '../keys/files/public-key-line.ts';
import { sha256Fingerprint } from '../keys/kinds/shared/fingerprint.ts';
import { placesIn } from './keys-toml-places.ts';

const maxKeys = 1000;
/** Of one entry. */
export const maxHosts = 200;
const maxShownCharacters = 80;

export interface KeysToml {
  readonly hosts: HostsOfKeys;
  /** By key; for people. */
  readonly names: ReadonlyMap<string, string>;
  /** By key; the lowest of its entries. */
  readonly orders: ReadonlyMap<string, number>;
  /** By key; the strictest of its entries. */
  readonly levels: ReadonlyMap<string, AskLevel>;
  /** What is not understood, and where: the rest of a sentence each, for the person. */
  readonly problems: readonly string[];
  /** True: nothing of it is understood. */
  readonly isBroken: boolean;
  /** True: it asks for a level, and nobody knows of which key. */
  readonly hasStrayLevel: boolean;
}

/** The key in a file: `SHA256:…`, why there is none (the rest of a sentence about the file), or nothing known yet. */
export type KeyInFile =
  | { readonly key: string }
  | { readonly problem: string; readonly isAbsent?: boolean }
  | 'not known yet';

const noFiles = (): KeyInFile => 'not known yet';

/** A host for a key: a fingerprint of its key, or `[USER@]NAME` with `*` and `?`. */
export function isHostOfKey(text: string): boolean {
  if (text.startsWith('SHA256:')) return /^SHA256:[\w+/]{43}$/.test(text);
  return text.length <= 512 && /^(?:[^\s@\p{C}]+@)?[^\s@\p{C}]+$/u.test(text);
}

/** Whether it is the path of a public key file: whole, or from the person's home on. */
const isPath = (text: string) => /^(?:~?[\\/]|[a-z]:[\\/]).*\.pub$/i.test(text);

/** The plain key that `SHA256:…`, a line of a `.pub`, or the path of one names. */
function keyIn(text: string, keyInFile: (path: string) => KeyInFile): KeyInFile {
  if (/^SHA256:[\w+/]{43}$/.test(text)) return { key: text };
  if (isPath(text)) return keyInFile(text);
  try {
    return { key: sha256Fingerprint(parsePublicKeyLine(text).publicKey.base.blob) };
  } catch {
    return {
      problem:
        '“key” is a fingerprint (SHA256:…), the path of a .pub file (~/.ssh/id_ed25519.pub), or the line in it',
    };
  }
}

const documentSchema = v.strictObject({
  key: v.optional(v.pipe(v.array(v.looseObject({})), v.maxLength(maxKeys)), []),
});
const entrySchema = v.looseObject({
  key: v.string(),
  name: v.optional(v.string()),
  hosts: v.optional(v.pipe(v.array(v.string()), v.maxLength(maxHosts)), []),
  order: v.optional(v.unknown()),
  level: v.optional(v.unknown()),
});
const orderSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
const fields = new Set(Object.keys(entrySchema.entries));

class Reader {
  readonly hosts = new Map<string, readonly string[]>();
  readonly names = new Map<string, string>();
  readonly orders = new Map<string, number>();
  readonly levels = new Map<string, AskLevel>();
  readonly problems: string[] = [];
  hasStrayLevel = false;
  readonly #keyInFile: (path: string) => KeyInFile;
  readonly #placeOf: (entry: number, what?: string) => string;

  constructor(keyInFile: (path: string) => KeyInFile, placeOf: (entry: number, what?: string) => string) {
    this.#keyInFile = keyInFile;
    this.#placeOf = placeOf;
  }

  take(stored: Record<string, unknown>, index: number): void {
    const tell = (problem: string, what?: string) =>
      this.problems.push(`${this.#placeOf(index, what)}: ${problem}`);
    const entry = v.safeParse(entrySchema, stored);
    if (!entry.success) {
      this.hasStrayLevel ||= 'level' in stored;
      tell('it has “key” and “name” as text, and “hosts” as a list of texts in square brackets');
      return;
    }
    const { key: named, name, hosts, level, order } = entry.output;
    const found = keyIn(named, this.#keyInFile);
    if (found === 'not known yet' || 'problem' in found) {
      // A file that many share may name keys that this person does not have.
      const isAbsent = found !== 'not known yet' && found.isAbsent === true;
      this.hasStrayLevel ||= level !== undefined && !isAbsent;
      if (found !== 'not known yet')
        tell(isPath(named) ? `${quoted(named)} ${found.problem}` : found.problem, named);
      return;
    }
    const { key } = found;
    if (name && !this.names.has(key)) this.names.set(key, name);
    const good = hosts.filter(isHostOfKey);
    this.hosts.set(key, [...(this.hosts.get(key) ?? []), ...good]);
    for (const host of hosts)
      if (!isHostOfKey(host))
        tell(
          `${quoted(host)} is no host: write example.com, *.example.com, git@example.com or SHA256:…`,
          host,
        );
    this.#takeOrder(key, order, good, tell);
    if (level !== undefined) this.#takeLevel(key, level, tell);
    for (const name of Object.keys(entry.output))
      if (!fields.has(name)) tell(`${quoted(name)} is no part of it, and counts for nothing`, name);
  }

  #takeOrder(
    key: string,
    order: unknown,
    hosts: readonly string[],
    tell: (problem: string, what?: string) => void,
  ): void {
    if (order === undefined) return;
    if (!v.is(orderSchema, order)) tell('“order” is a number from 0 on, and the lowest comes first', 'order');
    else if (hosts.length === 0)
      tell('“order” counts among the keys of a host, so name “hosts”, too', 'order');
    else this.orders.set(key, Math.min(order, this.orders.get(key) ?? order));
  }

  /** SECURITY: what is not understood is the strictest. */
  #takeLevel(key: string, level: unknown, tell: (problem: string, what?: string) => void): void {
    if (!v.is(askLevelSchema, level))
      tell('“level” is never, forwarded, new or always; each use is asked about until it is', 'level');
    const read = v.is(askLevelSchema, level) ? level : 'always';
    this.levels.set(key, stricterLevel(read, this.levels.get(key) ?? read));
  }
}

const nothing = {
  hosts: new Map(),
  names: new Map(),
  orders: new Map(),
  levels: new Map(),
  hasStrayLevel: false,
};
const quoted = (text: string) => `“${insideQuotes(text, maxShownCharacters)}”`;

/**
 * Entries of one key add up. Never throws: what is not understood sets nothing, and is told. `keyInFile` says which key is
 * in the file at a path, which may begin with `~`.
 */
export function readKeysToml(text: string, keyInFile: (path: string) => KeyInFile = noFiles): KeysToml {
  const broken = (problem: string): KeysToml => ({ ...nothing, problems: [problem], isBroken: true });
  let stored: unknown;
  try {
    stored = parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return broken(`line ${error.line}, column ${error.column}: this is no TOML`);
  }
  const document = v.safeParse(documentSchema, stored);
  if (!document.success) return broken(`it has nothing but [[key]] entries, ${maxKeys} at the most`);
  const entries = document.output.key;
  const reader = new Reader(keyInFile, placesIn(text, entries.length));
  for (const [index, entry] of entries.entries()) reader.take(entry, index);
  const { hosts, names, orders, levels, problems, hasStrayLevel } = reader;
  return { hosts, names, orders, levels, problems, hasStrayLevel, isBroken: false };
}

/** An entry to be put at the end of the file. `key` and `hosts` are good ones. */
export function keysTomlEntry(key: string, name: string, hosts: readonly string[]): string {
  // JSON's strings are TOML's, but for DEL, which no name has after this.
  const quoted = (text: string) => JSON.stringify(text.replace(/\p{C}/gu, ' '));
  return `[[key]]\nname = ${quoted(name)}\nkey = ${quoted(key)}\nhosts = [${hosts.map(quoted).join(', ')}]\n`;
}
