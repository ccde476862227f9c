// The places where keys live that are not held here: added, asked, and their keys brought into the ring.
import { BoundedMap } from '../../basics/bounded-map.ts';
import { Listeners } from '../../basics/listeners.ts';
import type { Connection } from '../facts/connection.ts';
import { limits } from '../limits/limits.ts';
import { type KeyStore, StoreError, type StoreSummary, WrongPinError } from '../ports/key-store.ts';
import { RefusedError } from '../protocol/errors.ts';
import { HeldStore, type StorePorts } from '../stores/held-store.ts';
import type { ListedKey } from '../stores/listed-keys.ts';
import { constraintsTogether, type KeyConstraints, unconstrained } from './constraints.ts';
import type { KeyRing } from './key-ring.ts';

export function summariseStore({ store, state, keys, pending }: HeldStore): StoreSummary {
  const { id, kind, address, title } = store;
  return { id, kind, address, title, state, keyCount: keys.length, pending };
}

interface AskedTerms {
  readonly constraints: KeyConstraints;
  /** Of the lifetime, on the clock's scale. */
  readonly endMs?: number;
}

export class KeyStores {
  readonly #ring: KeyRing;
  readonly #ports: StorePorts;
  /** By id, in the order of adding. */
  readonly #held = new Map<string, HeldStore>();
  readonly #listeners = new Listeners();
  /**
   * What clients have asked for, by id. SECURITY: kept while a store is away, or by removing it and adding it again, which
   * takes no secret, any program would be free of another's constraints.
   */
  readonly #asked = new BoundedMap<string, AskedTerms>(4 * limits.stores);
  /** By id, the PIN's places of which a client had a wrong one, or one whose try did not end. */
  readonly #mistried = new BoundedMap<string, Set<string>>(4 * limits.stores);
  #isClosed = false;

  constructor(ring: KeyRing, ports: StorePorts) {
    this.#ring = ring;
    this.#ports = ports;
  }

  get hasAny(): boolean {
    return this.#held.size > 0;
  }

  list(): readonly StoreSummary[] {
    return [...this.#held.values()].map(summariseStore);
  }

  /** Calls back when `list()` has changed; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Brings the keys of the store in as the person wishes, now and as they come and go, with these constraints for each. Takes ownership of it,
   * and of one with the same id in the place of the former. Throws RefusedError when there are too many.
   */
  add(store: KeyStore, constraints: KeyConstraints = unconstrained): void {
    this.#asked.delete(store.id);
    this.#mistried.delete(store.id);
    this.#bring(store, constraints);
  }

  /**
   * The same for a client: with what was asked for this place before beside these constraints. Resolves when its keys were
   * listed.
   */
  async addAsked(
    store: KeyStore,
    constraints: KeyConstraints,
  ): Promise<{ readonly keys: readonly ListedKey[]; readonly placesWithPin: readonly string[] }> {
    const nowMs = this.#ports.clock.elapsedMs();
    const asked = this.#asked.get(store.id);
    const leftSeconds = asked?.endMs === undefined ? undefined : Math.ceil((asked.endMs - nowMs) / 1000);
    const together = constraintsTogether(asked?.constraints ?? unconstrained, constraints, leftSeconds);
    const { lifetimeSeconds, ...lasting } = together;
    this.#bring(store, together);
    this.#asked.set(store.id, {
      constraints: lasting,
      ...(lifetimeSeconds !== undefined && { endMs: nowMs + lifetimeSeconds * 1000 }),
    });
    const held = this.#held.get(store.id);
    await held?.refresh();
    const keys = held?.keys ?? [];
    const places = keys.flatMap(({ need, pinPlace }) => (need === 'pin' && pinPlace ? [pinPlace.id] : []));
    return { keys, placesWithPin: [...new Set(places)] };
  }

  /**
   * With a PIN that came without being asked for; wipes it. Rejects as HeldStore.open does. False: it was not tried.
   * SECURITY: few wrong ones lock a token for good, so no client has a second try of them after a wrong one, or while
   * another's is under way, nor any where the token has seen wrong ones.
   */
  async openByPin(id: string, place: string, pin: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const held = this.#held.get(id);
    const mistried = this.#mistried.get(id) ?? new Set();
    const isNearlyLocked = held?.keys.some(
      ({ pinPlace }) => pinPlace?.id === place && pinPlace.isNearlyLocked,
    );
    if (held === undefined || mistried.has(place) || isNearlyLocked) {
      pin.fill(0);
      return false;
    }
    this.#mistried.set(id, mistried.add(place));
    try {
      await this.#ring.shelf.open(held, place, pin, signal);
    } catch (error) {
      if (error instanceof StoreError && !(error instanceof WrongPinError)) mistried.delete(place);
      throw error;
    }
    mistried.delete(place);
    return true;
  }

  #bring(store: KeyStore, constraints: KeyConstraints): void {
    if (this.#isClosed || (!this.#held.has(store.id) && this.#held.size >= limits.stores)) {
      store.close();
      throw new RefusedError(this.#isClosed ? 'the agent is ending' : 'too many places of keys');
    }
    this.#end(this.#held.get(store.id));
    const held = new HeldStore(store, this.#ports);
    // In the place of the former.
    this.#held.set(store.id, held);
    const { lifetimeSeconds } = constraints;
    this.#ring.shelf.put(held, {
      constraints,
      ...(lifetimeSeconds !== undefined && {
        expiresAtMs: this.#ports.clock.elapsedMs() + lifetimeSeconds * 1000,
      }),
    });
    held.onChanged(() => {
      this.#ring.shelf.restock();
      this.#listeners.tell();
    });
    void held.refresh();
    this.#listeners.tell();
  }

  /** False: there is none with this id. */
  remove(id: string): boolean {
    const held = this.#held.get(id);
    if (held === undefined) return false;
    this.#held.delete(id);
    this.#end(held);
    this.#listeners.tell();
    return true;
  }

  /**
   * Asks all of them for their keys again, and waits a moment for the answers; with a connection also what it may know
   * of. Never rejects.
   */
  async refresh(connection?: Connection): Promise<void> {
    await Promise.all([...this.#held.values()].map((held) => held.refresh(connection)));
  }

  /** Ends the signature, as the person wishes. False: there is none with this id. */
  cancel(id: string): boolean {
    return [...this.#held.values()].some((held) => held.cancel(id));
  }

  #end(held: HeldStore | undefined): void {
    if (held === undefined) return;
    held.close();
    this.#ring.shelf.take(held);
  }

  /** The agent was locked. */
  lock(): void {
    for (const held of this.#held.values()) held.lock();
  }

  /** Ends all of them for good. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#held.keys()]) this.remove(id);
  }
}
