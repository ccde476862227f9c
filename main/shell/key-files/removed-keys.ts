// Keys that the person removed a moment ago, so that they can have them back: as they come back after a restart, encrypted.
import { randomUUID } from 'node:crypto';
import type { AddKey } from '../../agent/front-door.ts';
import { toError } from '../../agent/protocol/errors.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { type Clock, systemClock } from '../../basics/clock.ts';
import type { StoredKey } from '../../stored/key-index.ts';
import { explainRefusal } from './explain-problems.ts';
import { addStoredKey, storedKeys } from './keep-keys.ts';

/** Somewhat longer than the window offers it. */
const heldMs = 35_000;

interface Removed {
  readonly undoId: string;
  readonly stored: readonly (StoredKey & { readonly id: string })[];
  /** Ids of all keys without certificates in the order before the removal. */
  readonly order: readonly string[];
  readonly stop: () => void;
}

/** What was removed, and how many of it can be had back by `undoId`, which is left out where none can. */
export interface Removal {
  readonly undoId?: string;
  readonly restorable: number;
}

const movable = (keys: KeyAdministration) =>
  keys.list().flatMap(({ id, certificate }) => (certificate === undefined ? [id] : []));

/**
 * Holds the last removal for some seconds. SECURITY: never a key in clear, and nothing that has an end, which would
 * come back looser: only the encrypted files that were to come back at the next start.
 */
export class RemovedKeys {
  readonly #keys: KeyAdministration;
  readonly #addKey: AddKey;
  readonly #forgotten: () => void;
  readonly #clock: Clock;
  #removed: Removed | undefined;

  /** `forgotten` is called when something is held no longer, whether it was had back or not. */
  constructor(keys: KeyAdministration, addKey: AddKey, forgotten = () => {}, clock: Clock = systemClock()) {
    this.#keys = keys;
    this.#addKey = addKey;
    this.#forgotten = forgotten;
    this.#clock = clock;
  }

  /** The encrypted files that are held. */
  get files(): readonly Uint8Array[] {
    return this.#removed?.stored.map(({ file }) => file) ?? [];
  }

  /** Removes the keys at once. */
  remove(ids: readonly string[]): Removal {
    const isMeant = new Set(ids);
    const stored = storedKeys(this.#keys, ({ id }) => isMeant.has(id));
    const order = movable(this.#keys);
    for (const id of ids) this.#keys.remove(id);
    this.forget();
    if (stored.length === 0) return { restorable: 0 };
    const undoId = randomUUID();
    const stop = this.#clock.schedule(heldMs, () => this.forget());
    this.#removed = { undoId, stored, order, stop };
    return { undoId, restorable: new Set(stored.map(({ id }) => id)).size };
  }

  /**
   * Adds them again, encrypted, at their old places. Resolves with what went wrong, a sentence for each; undefined where
   * it is too late. What can't be added now, as the agent is locked, can be tried again while there is time.
   */
  async restore(undoId: string): Promise<string[] | undefined> {
    const removed = this.#removed;
    if (removed?.undoId !== undoId) return undefined;
    const problems = new Set<string>();
    for (const stored of removed.stored) {
      try {
        await addStoredKey(stored, this.#addKey);
      } catch (error) {
        problems.add(whyNotRestored(error));
      }
    }
    for (const { id } of removed.stored) this.#moveBack(id, removed.order);
    if (problems.size === 0) this.forget();
    return [...problems];
  }

  /** Drops what was removed. */
  forget(): void {
    if (this.#removed === undefined) return;
    this.#removed.stop();
    this.#removed = undefined;
    this.#forgotten();
  }

  /** Behind the nearest of those that were before it and are there. */
  #moveBack(id: string, order: readonly string[]): void {
    const now = movable(this.#keys).filter((other) => other !== id);
    const before = order.slice(0, Math.max(order.indexOf(id), 0)).findLast((other) => now.includes(other));
    if (order.includes(id)) this.#keys.move(id, before === undefined ? 0 : now.indexOf(before) + 1);
  }
}

function whyNotRestored(error: unknown): string {
  try {
    return explainRefusal(error);
  } catch {
    return `Something unexpected went wrong (${toError(error).name}).`;
  }
}
