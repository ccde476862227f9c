// Work that waits, taken in turns, so that nobody's crowd of requests holds up another's few.

/** For whom work is done. Values of `process` and `connection` are compared as a Map compares its keys. */
export interface Claimant {
  /**
   * All connections of one process together get the share that another process gets with a single one.
   * Processes that are not known (undefined) are one.
   */
  readonly process: unknown;
  readonly connection: unknown;
  /** Aborted when the work is no longer wanted; asked for only when it has to wait. */
  readonly signal: () => AbortSignal;
}

/** Goes round the processes, and at each one round its connections; work of one connection stays in order. */
export class FairQueue<T> {
  /** A Map keeps the order of insertion: whoever was served goes to the end. */
  readonly #processes = new Map<unknown, Map<unknown, T[]>>();

  get isEmpty(): boolean {
    return this.#processes.size === 0;
  }

  /** Work without a claimant waits together, as one process with one connection. */
  add(item: T, claimant?: Claimant): void {
    const connections = this.#processes.get(claimant?.process) ?? new Map<unknown, T[]>();
    const items = connections.get(claimant?.connection) ?? [];
    items.push(item);
    connections.set(claimant?.connection, items);
    this.#processes.set(claimant?.process, connections);
  }

  /** Removes and returns the first item whose turn it is and that `mayRun`. */
  take(mayRun: (item: T) => boolean = () => true): T | undefined {
    for (const [process, connections] of this.#processes) {
      for (const [connection, items] of connections) {
        const index = items.findIndex(mayRun);
        if (index < 0) continue;
        const [item] = items.splice(index, 1);
        connections.delete(connection);
        if (items.length > 0) connections.set(connection, items);
        this.#processes.delete(process);
        if (connections.size > 0) this.#processes.set(process, connections);
        return item;
      }
    }
    return undefined;
  }

  /** Takes an item out whose turn has not come; false when it is not in the queue. */
  remove(item: T, claimant?: Claimant): boolean {
    const connections = this.#processes.get(claimant?.process);
    const items = connections?.get(claimant?.connection);
    const index = items?.indexOf(item) ?? -1;
    if (!connections || !items || index < 0) return false;
    items.splice(index, 1);
    if (items.length === 0) connections.delete(claimant?.connection);
    if (connections.size === 0) this.#processes.delete(claimant?.process);
    return true;
  }

  /** All items, in no particular order. */
  *[Symbol.iterator](): Iterator<T> {
    for (const connections of this.#processes.values())
      for (const items of connections.values()) yield* items;
  }
}
