// Which keys are offered first: those that worked for this host before, then others than those that it took none of.
// Answers "too many authentication failures".
import { BoundedMap } from '../../../basics/bounded-map.ts';

/** How many keys a connection whose host is known gets to see. */
export type OfferLimit = number | 'all';

/** Undefined: a key that never comes before others, whatever it was used for. */
type FingerprintOf<T> = (key: T) => string | undefined;

export interface OfferedKeys<T> {
  /** Most useful first. */
  readonly offered: readonly T[];
  /** Kept back by the limit. */
  readonly hidden: readonly T[];
  /** How many of `offered` come first because they were used for this host before. */
  readonly usedBefore: number;
}

const maxHosts = 1000;
const maxKeysPerHost = 16;

/**
 * A list that a host took no key of makes the next one there begin so many keys later. OpenSSH's server ends a login at
 * the sixth key unless told otherwise (MaxAuthTries, sshd_config(5)), hardened ones at the fourth or third.
 */
const keysPerVainList = 3;

export class KeyOrder {
  /** Host to keys, the latest used first; the least recently used host is first. */
  readonly #keysByHost = new BoundedMap<string, readonly string[]>(maxHosts);
  /** All keys ever used, the latest first. */
  #recentKeys: readonly string[] = [];
  /** How many lists in a row a host took no key of; the host of the oldest is first. */
  readonly #vainLists = new BoundedMap<string, number>(maxHosts);
  /** By host, of clients that may sign for keys that are not taken; `vainLists`: how many there were before. */
  readonly #lastLogins = new BoundedMap<string, { session: string; key: string; vainLists: number }>(
    maxHosts,
  );

  /**
   * The key signed a login to this host. Clients ask for a signature only after the server has said that it would
   * take the key, so this is as good as success. But for some (paramiko, libssh2), which sign without asking: name the
   * `session` of who may be one, as of the keys of one session only the last can have been taken.
   */
  noteUse(keyFingerprint: string, host: string | undefined, session?: string): void {
    const first = (keys: readonly string[] = [], max: number) =>
      [keyFingerprint, ...keys.filter((key) => key !== keyFingerprint)].slice(0, max);
    if (this.#recentKeys[0] !== keyFingerprint) this.#recentKeys = first(this.#recentKeys, maxHosts);
    if (host === undefined) return;
    const refused = this.#noteLogin(keyFingerprint, host, session);
    const taken = this.#keysByHost.get(host)?.filter((key) => key !== refused);
    this.#keysByHost.set(host, first(taken, maxKeysPerHost));
  }

  /** The key before this one in the same session, which the host has not taken. */
  #noteLogin(key: string, host: string, session: string | undefined): string | undefined {
    const last = this.#lastLogins.get(host);
    const isSameSession = session !== undefined && last?.session === session;
    const vainLists = isSameSession ? last.vainLists : (this.#vainLists.get(host) ?? 0);
    this.noteTaken(host);
    if (session === undefined) this.#lastLogins.delete(host);
    else this.#lastLogins.set(host, { session, key, vainLists });
    if (!isSameSession || last.key === key) return undefined;
    this.#vainLists.set(host, vainLists + 1);
    return last.key;
  }

  /** A client got a list for this host, and left without having asked for a login there. */
  noteVain(host: string): void {
    this.#vainLists.set(host, (this.#vainLists.get(host) ?? 0) + 1);
  }

  /** The host took a key, whether the person allowed its use or not. */
  noteTaken(host: string): void {
    this.#vainLists.delete(host);
  }

  /** Says whether anything was learnt of this host, so that its list may be another than the person's. */
  knows(host: string): boolean {
    return this.#keysByHost.has(host) || this.#vainLists.has(host);
  }

  /** Says whether hosts matter for the order of so many keys. */
  mayMatter(keyCount: number): boolean {
    return this.#keysByHost.size > 0 || keyCount > keysPerVainList;
  }

  /**
   * Orders `keys` for a host: those used for it before, the latest first, then the others as they stand, but that
   * those come last which were offered in vain. Keys without a fingerprint keep their place at the end. A limit counts
   * only where at least one of them was used for the host before, so that it never hides the right key from a host
   * that is not known yet.
   */
  forHost<T>(
    keys: readonly T[],
    fingerprintOf: FingerprintOf<T>,
    host: string,
    limit: OfferLimit,
  ): OfferedKeys<T> {
    const used = this.#keysByHost.get(host) ?? [];
    const sorted = sortByRank(keys, fingerprintOf, used);
    const usedBefore = keys.filter((key) => used.includes(fingerprintOf(key) ?? '')).length;
    const others = sorted.slice(usedBefore);
    const vainLists = this.#vainLists.get(host) ?? 0;
    const ordered = [
      ...sorted.slice(0, usedBefore),
      ...rotate(
        others.filter((key) => fingerprintOf(key) !== undefined),
        vainLists * keysPerVainList,
      ),
      ...others.filter((key) => fingerprintOf(key) === undefined),
    ];
    const count = limit === 'all' || usedBefore === 0 ? keys.length : Math.max(limit, usedBefore, 1);
    return { offered: ordered.slice(0, count), hidden: ordered.slice(count), usedBefore };
  }

  /** Orders `keys` by their latest use anywhere, for a list that has to be cut. */
  byRecentUse<T>(keys: readonly T[], fingerprintOf: FingerprintOf<T>): readonly T[] {
    return sortByRank(keys, fingerprintOf, this.#recentKeys);
  }
}

function rotate<T>(keys: readonly T[], count: number): readonly T[] {
  const start = keys.length === 0 ? 0 : count % keys.length;
  return [...keys.slice(start), ...keys.slice(0, start)];
}

/** Those in `ranked` first and in its order; the others keep theirs. */
function sortByRank<T>(
  keys: readonly T[],
  fingerprintOf: FingerprintOf<T>,
  ranked: readonly string[],
): readonly T[] {
  if (ranked.length === 0) return keys;
  const ranks = new Map(ranked.map((fingerprint, rank) => [fingerprint, rank]));
  const rankOf = (key: T) => ranks.get(fingerprintOf(key) ?? '') ?? ranked.length;
  return keys
    .map((key) => ({ key, rank: rankOf(key) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ key }) => key);
}
