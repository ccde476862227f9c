// Finds names by host key, not keys by name: what prompts, rules and the activity need.
import { isValidHostCertificate } from '../../agent/facts/host-certificate.ts';
import type { HostName } from '../../agent/facts/host-names.ts';
import { BoundedMap } from '../../basics/bounded-map.ts';
import { nextTurn } from '../../basics/waiting.ts';
import {
  type Certificate,
  isChecked,
  type PublicKey,
  type UncheckedPublicKey,
} from '../../keys/kinds/shared/public-key.ts';
import {
  entryIsFor,
  entryKey,
  type HashedName,
  type HostKeyEntry,
  hostAtPort,
  isHashOf,
  isPattern,
} from './host-key-entry.ts';

const maxEntries = 50_000;
const maxNames = 8;
/** Names of one key among which the best are looked for: a fraction of a millisecond, for each request. */
const maxRankedNames = 500;
/** Guesses that are tried on a hashed name: some 2 ms, once for each host that is asked about. */
const maxGuesses = 500;
/** A host has a hashed name and hashed addresses; more of them than this are not guessed. */
const maxHashedNames = 16;
/** Entries of one key: a host's own are a few, an authority's one for each domain. */
const maxEntriesOfKey = 1000;
/** Entries that are compared with an address before others get a turn: a millisecond, as hashed names are dear. */
const entriesPerTurn = 64;
/** Addresses whose keys are remembered. */
const maxAddresses = 1000;

const isAddress = (name: string) => /^\[?(?:[0-9.]+|[0-9a-f]*:[0-9a-f:.]*)(?:%\w+)?(?:\]:\d+)?$/.test(name);

/** Host names first, then addresses, then patterns. */
function nameRank(name: string): number {
  if (isPattern(name)) return 2;
  return isAddress(name) ? 1 : 0;
}

export class HostKeyIndex {
  readonly #entries: HostKeyEntry[] = [];
  readonly #hosts = new Map<string, HostKeyEntry[]>();
  readonly #authorities = new Map<string, HostKeyEntry[]>();
  readonly #revoked = new Set<string>();
  readonly #guesses: Set<string>;
  readonly #guessed = new Map<HashedName, string | undefined>();
  readonly #keysAt = new BoundedMap<string, Promise<ReadonlySet<string>>>(maxAddresses);

  /** `guesses`: names under which hashed entries may be known, beside those that other entries give in clear. */
  constructor(guesses: readonly string[] = []) {
    this.#guesses = new Set(guesses.slice(0, maxGuesses).map((guess) => guess.toLowerCase()));
  }

  /** Takes one more entry. All are taken, in turns, before the first question. */
  take(entry: HostKeyEntry): void {
    if (this.#entries.length >= maxEntries) return;
    this.#entries.push(entry);
    if (entry.role === 'revoked') this.#revoked.add(entry.key);
    else {
      const byKey = entry.role === 'host' ? this.#hosts : this.#authorities;
      const present = byKey.get(entry.key);
      if (present && present.length < maxEntriesOfKey) present.push(entry);
      else if (!present) byKey.set(entry.key, [entry]);
    }
    for (const pattern of entry.patterns)
      if (this.#guesses.size < maxGuesses && !pattern.startsWith('!') && !isPattern(pattern))
        this.#guesses.add(pattern);
  }

  /** What is known of a host key, or of a certificate that its authority has signed (which the caller has verified). */
  nameOf(hostKey: PublicKey | UncheckedPublicKey): HostName | undefined {
    const [{ blob }, certificate] = isChecked(hostKey) ? [hostKey.base, hostKey.certificate] : [hostKey];
    const key = entryKey(blob);
    const authorityKey = certificate && entryKey(certificate.signatureKeyBlob);
    const own = this.#hosts.get(key) ?? [];
    const authorities = (authorityKey && this.#authorities.get(authorityKey)) || [];
    const names = [...this.#certifiedNames(certificate, authorities), ...this.#namesOf(own)];
    const isRevoked =
      this.#revoked.has(key) || (authorityKey !== undefined && this.#revoked.has(authorityKey));
    const source = own[0]?.source ?? (names.length > 0 || isRevoked ? 'known_hosts' : undefined);
    return source && { names: sortedNames(names), source, isRevoked };
  }

  /** What is known of the host at this address and port. */
  async nameAt(address: string, port: number): Promise<HostName | undefined> {
    const keys = await this.#keysOf(hostAtPort(address, port));
    const own = [...keys].slice(0, maxEntriesOfKey).flatMap((key) => this.#hosts.get(key) ?? []);
    const [first] = own;
    if (first === undefined) return undefined;
    return {
      names: sortedNames(this.#namesOf(own)),
      source: first.source,
      isRevoked: [...keys].some((key) => this.#revoked.has(key)),
    };
  }

  #keysOf(sought: string): Promise<ReadonlySet<string>> {
    const known = this.#keysAt.get(sought);
    if (known !== undefined) return known;
    const keys = this.#findKeysOf(sought);
    this.#keysAt.set(sought, keys);
    return keys;
  }

  async #findKeysOf(sought: string): Promise<ReadonlySet<string>> {
    const keys = new Set<string>();
    for (const [index, entry] of this.#entries.entries()) {
      if (index % entriesPerTurn === entriesPerTurn - 1) await nextTurn();
      if (entry.role === 'host' && entryIsFor(entry, sought)) keys.add(entry.key);
    }
    return keys;
  }

  #namesOf(entries: readonly HostKeyEntry[]): string[] {
    const hashed = entries.flatMap(({ hashedName }) => hashedName ?? []).slice(0, maxHashedNames);
    const names: string[] = [];
    for (const { patterns } of entries) {
      if (names.length >= maxRankedNames) break;
      names.push(...patterns.filter((pattern) => !pattern.startsWith('!')));
    }
    return [...names, ...hashed.flatMap((name) => this.#guess(name) ?? [])];
  }

  #guess(hashedName: HashedName): string | undefined {
    if (!this.#guessed.has(hashedName))
      this.#guessed.set(
        hashedName,
        [...this.#guesses].find((guess) => isHashOf(hashedName, guess)),
      );
    return this.#guessed.get(hashedName);
  }

  /** The certificate's principals, as far as the authority is trusted for them. */
  #certifiedNames(certificate: Certificate | undefined, authorities: readonly HostKeyEntry[]): string[] {
    if (certificate === undefined) return [];
    return certificate.principals
      .slice(0, maxNames)
      .map((principal) => principal.toLowerCase())
      .filter(
        (principal) =>
          !isPattern(principal) &&
          isValidHostCertificate(certificate, principal) &&
          authorities.some((entry) => entryIsFor(entry, principal)),
      );
  }
}

function sortedNames(names: readonly string[]): readonly string[] {
  const ranks = new Map(names.map((name) => [name, nameRank(name)]));
  const byRank = [...ranks].sort(([, a], [, b]) => a - b);
  return byRank.slice(0, maxNames).map(([name]) => name);
}
