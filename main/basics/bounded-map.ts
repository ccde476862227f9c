// A map that forgets: what others fill must not fill the memory.

/** Keeps the `max` entries that were set latest; goes through them from the one set longest ago. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #max: number;
  readonly #dropped: (value: V) => void;

  /** `dropped` is called with what gave way, and not with what was replaced or deleted. */
  constructor(max: number, dropped: (value: V) => void = () => {}) {
    super();
    this.#max = max;
    this.#dropped = dropped;
  }

  /** Sets the entry as the latest, also where its key is there already; the oldest gives way to one too many. */
  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    const [oldest] = this;
    if (this.size <= this.#max || oldest === undefined) return this;
    this.delete(oldest[0]);
    this.#dropped(oldest[1]);
    return this;
  }
}
