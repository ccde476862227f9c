// Which keys of stores stand in the ring: those that are listed, but what is held here, too, or was removed here.
import { BoundedMap } from '../../basics/bounded-map.ts';
import { equalBytes } from '../../keys/encoding/wire.ts';
import { limits } from '../limits/limits.ts';
import type { HeldStore } from '../stores/held-store.ts';
import { blobText, type ListedKey } from '../stores/listed-keys.ts';
import type { KeyConstraints } from './constraints.ts';
import { type Identity, makeIdentity, mustConfirm, type PersonalSettings } from './identity.ts';
import { type KeyGroups, newSlot, type Slot } from './key-groups.ts';
import { StoreKey } from './store-key.ts';
import type { StorePins } from './store-pin.ts';

/** What was asked for all keys of a store when it was added. */
export interface StoreTerms {
  readonly constraints: KeyConstraints;
  /** On the clock's scale. */
  readonly expiresAtMs?: number;
}

interface Shelf {
  readonly held: HeldStore;
  readonly terms: StoreTerms;
  readonly pins: StorePins;
  /** Removed here, until the store lists them no more. */
  readonly removed: Set<string>;
  /** As the person wants them, by blob. */
  readonly personal: BoundedMap<string, PersonalSettings>;
  /** By blob, the destinations of what was held here of them, or lived in another store. */
  readonly inherited: BoundedMap<string, Identity['restrictions']>;
}

/** Places of which the person's settings are remembered: more than there may be at a time. */
const maxRemembered = 4 * limits.stores;

/** A key and where it comes from. */
interface Standing {
  readonly shelf: Shelf;
  readonly listed: ListedKey;
}

/** What the ring does with the identities that come and go. */
interface RingSide {
  readonly groups: KeyGroups;
  /** Gives a slot another identity, and watches for its end. */
  readonly replace: (slot: Slot, identity: Identity) => void;
  /** Takes it out for good. */
  readonly drop: (slot: Slot) => void;
  readonly changed: () => void;
  readonly newPins: (held: HeldStore) => StorePins;
}

export class StoreShelf {
  readonly #ring: RingSide;
  readonly #shelves = new Map<HeldStore, Shelf>();
  /**
   * By the store's id. SECURITY: kept while a store does not list its keys, and when it is removed: a confirmation that the
   * person wished must not be gone when it comes back.
   */
  readonly #personal = new BoundedMap<string, Shelf['personal']>(maxRemembered);

  constructor(ring: RingSide) {
    this.#ring = ring;
  }

  /** Lets the keys of the store stand in the ring, those also that were removed before; its own order is kept. */
  put(held: HeldStore, terms: StoreTerms): void {
    const personal = new BoundedMap<string, PersonalSettings>(limits.keysPerStore);
    // A lifetime that has ended is over: who adds the store wants to see its keys.
    for (const [text, { expiresAtMs: _, ...lasting }] of this.#personal.get(held.store.id) ?? [])
      personal.set(text, lasting);
    this.#personal.set(held.store.id, personal);
    const pins = this.#ring.newPins(held);
    const inherited = new BoundedMap<string, Identity['restrictions']>(limits.keysPerStore);
    this.#shelves.set(held, { held, terms, pins, removed: new Set(), personal, inherited });
    this.restock();
  }

  take(held: HeldStore): void {
    this.#shelves.get(held)?.pins.dispose();
    if (this.#shelves.delete(held)) this.#reconcile();
  }

  /** The identity was removed from the ring by somebody: it stays away until its store lists it anew. */
  noteRemoved({ publicKey, key }: Identity): void {
    const shelf = key.store && this.#shelves.get(key.store);
    shelf?.removed.add(blobText(publicKey.blob));
    // SECURITY: what a PIN has opened is closed with the last key of the store.
    const isOther = ({ identity }: Slot) =>
      identity.key.store === key.store && identity.publicKey !== publicKey;
    if (!this.#ring.groups.slots.some(isOther)) shelf?.pins.drop();
  }

  /**
   * The identity has left the ring. SECURITY: another machine that is shown a key may remove it, and must not find the same
   * key of a store free of the confirmation and the destinations that were asked for it.
   */
  noteGone({ identity, isFromElsewhere }: Slot): void {
    const { publicKey, key, restrictions } = identity;
    const mustAsk = mustConfirm(identity);
    if (isFromElsewhere || !(mustAsk || restrictions.length > 0)) return;
    const text = blobText(publicKey.blob);
    for (const { held, personal, inherited } of this.#shelves.values()) {
      const hasIt = held.keys.some((listed) => equalBytes(listed.publicKey.blob, publicKey.blob));
      if (held === key.store || !hasIt) continue;
      if (mustAsk) personal.set(text, { ...personal.get(text), askEachUse: true });
      if (restrictions.length > 0) inherited.set(text, restrictions);
    }
  }

  /** Opens a place of the store by a PIN that came without being asked for; wipes it. Rejects as HeldStore.open does. */
  async open(
    held: HeldStore,
    place: string | undefined,
    pin: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#shelves.get(held)?.pins.open(place, pin, signal);
  }

  /** Keeps what the person wants of it now. */
  noteSettings({ identity, personal }: Slot): void {
    const shelf = identity.key.store && this.#shelves.get(identity.key.store);
    shelf?.personal.set(blobText(identity.publicKey.blob), personal);
  }

  /** Makes the ring have what the stores list now, and tells of a change if there is one. */
  restock(): void {
    if (this.#shelves.size > 0) this.#reconcile();
  }

  #reconcile(): void {
    const standing = this.#standing();
    const { groups } = this.#ring;
    let hasChanged = false;
    for (const slot of groups.slots) {
      const { publicKey, key } = slot.identity;
      if (key.store === undefined) continue;
      const text = blobText(publicKey.blob);
      const now = standing.get(text);
      standing.delete(text);
      if (now && isSameKey(slot, now)) {
        if (equalBytes(slot.identity.comment, now.listed.comment)) continue;
        hasChanged = true;
        this.#ring.replace(slot, makeIdentity({ ...slot.identity, comment: now.listed.comment }));
        continue;
      }
      hasChanged = true;
      this.#ring.drop(slot);
      if (now) this.#putIn(now);
    }
    for (const now of standing.values()) this.#putIn(now);
    if (hasChanged || standing.size > 0) this.#ring.changed();
  }

  /** By blob; of a key in two stores the first one's. */
  #standing(): Map<string, Standing> {
    const standing = new Map<string, Standing>();
    for (const shelf of this.#shelves.values()) {
      const { keys, state } = shelf.held;
      const texts = new Set(keys.map(({ publicKey }) => blobText(publicKey.blob)));
      if (state.status === 'ready')
        for (const text of shelf.removed) if (!texts.has(text)) shelf.removed.delete(text);
      for (const listed of keys) {
        const { blob } = listed.publicKey;
        const text = blobText(blob);
        const there = this.#ring.groups.slot(blob);
        const isHeldHere = there !== undefined && there.identity.key.store === undefined;
        if (!isHeldHere && !shelf.removed.has(text) && !standing.has(text))
          standing.set(text, { shelf, listed });
      }
    }
    return standing;
  }

  #putIn({ shelf, listed }: Standing): void {
    const { held, terms } = shelf;
    const { publicKey, comment, need, pinPlace } = listed;
    const { constraints, expiresAtMs } = terms;
    const text = blobText(publicKey.blob);
    const personal = shelf.personal.get(text) ?? { askEachUse: false };
    const inherited = shelf.inherited.get(text) ?? [];
    const known = this.#ring.groups.storeGroup(publicKey, held)?.key;
    const key = known ?? new StoreKey(held, need, pinPlace?.id, shelf.pins.of(pinPlace?.id));
    const removal = new AbortController();
    const identity = makeIdentity({
      publicKey,
      comment,
      constraints,
      ...(expiresAtMs !== undefined && { clientExpiresAtMs: expiresAtMs }),
      personal,
      isFromElsewhere: false,
      restrictions: [...(constraints.destinations ? [constraints.destinations] : []), ...inherited],
      key,
      removed: removal.signal,
    });
    const slot = newSlot(identity, removal, { cameInClear: true, inherited });
    this.#ring.replace(slot, identity);
    this.#ring.groups.putIn(slot);
  }
}

/** The same place still has it under the same terms. */
function isSameKey({ identity, constraints }: Slot, { shelf, listed }: Standing): boolean {
  const { store, need, pinPlace } = identity.key;
  return (
    store === shelf.held &&
    constraints === shelf.terms.constraints &&
    need === listed.need &&
    pinPlace === listed.pinPlace?.id
  );
}
