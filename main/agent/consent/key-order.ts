// Which keys are offered first: those that worked for this host before. Answers "too many authentication failures".

/** How many keys a connection whose host is known gets to see. */
export type OfferLimit = number | 'all';

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

export class KeyOrder {
  /** Host to keys, the latest used first; the least recently used host is first. */
  readonly #keysByHost = new Map<string, readonly string[]>();
  /** All keys ever used, the latest first. */
  #recentKeys: readonly string[] = [];

  /**
   * The key signed a login to this host. Clients ask for a signature only after the server has said that it would
   * take the key, so this is as good as success.
   */
  noteUse(keyFingerprint: string, host: string | undefined): void {
    const first = (keys: readonly string[] = [], max: number) =>
      [keyFingerprint, ...keys.filter((key) => key !== keyFingerprint)].slice(0, max);
    this.#recentKeys = first(this.#recentKeys, maxHosts);
    if (host === undefined) return;
    const keys = first(this.#keysByHost.get(host), maxKeysPerHost);
    this.#keysByHost.delete(host);
    this.#keysByHost.set(host, keys);
    const [oldest] = this.#keysByHost.keys();
    if (this.#keysByHost.size > maxHosts && oldest !== undefined) this.#keysByHost.delete(oldest);
  }

  /** Says whether any key was used for this host. */
  knows(host: string): boolean {
    return this.#keysByHost.has(host);
  }

  get isEmpty(): boolean {
    return this.#keysByHost.size === 0;
  }

  /**
   * Orders `keys` for a host: those used for it before, the latest first, then the others as they stand. A limit
   * counts only where at least one of them was used for the host before, so that it never hides the right key
   * from a host that is not known yet.
   */
  forHost<T>(
    keys: readonly T[],
    fingerprintOf: (key: T) => string,
    host: string | undefined,
    limit: OfferLimit,
  ): OfferedKeys<T> {
    const used = (host === undefined ? undefined : this.#keysByHost.get(host)) ?? [];
    const ordered = sortByRank(keys, fingerprintOf, used);
    const usedBefore = keys.filter((key) => used.includes(fingerprintOf(key))).length;
    const count = limit === 'all' || usedBefore === 0 ? keys.length : Math.max(limit, usedBefore, 1);
    return { offered: ordered.slice(0, count), hidden: ordered.slice(count), usedBefore };
  }

  /** Orders `keys` by their latest use anywhere, for a list that has to be cut. */
  byRecentUse<T>(keys: readonly T[], fingerprintOf: (key: T) => string): readonly T[] {
    return sortByRank(keys, fingerprintOf, this.#recentKeys);
  }
}

/** Those in `ranked` first and in its order; the others keep theirs. */
function sortByRank<T>(
  keys: readonly T[],
  fingerprintOf: (key: T) => string,
  ranked: readonly string[],
): readonly T[] {
  if (ranked.length === 0) return keys;
  const ranks = new Map(ranked.map((fingerprint, rank) => [fingerprint, rank]));
  const rankOf = (key: T) => ranks.get(fingerprintOf(key)) ?? ranked.length;
  return keys
    .map((key) => ({ key, rank: rankOf(key) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ key }) => key);
}
