// The keys in the person's order, each with its certificates: found, put in, taken out, moved.
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { HeldStore } from '../stores/held-store.ts';
import { blobText } from '../stores/listed-keys.ts';
import type { DeferredKey } from './deferred-key.ts';
import type { Identity } from './identity.ts';
import type { Claim } from './key-proof.ts';
import type { RingKey } from './ring-key.ts';

/** An identity's place in the ring. */
export interface Slot extends Claim {
  identity: Identity;
  readonly removal: AbortController;
  stopExpiry: () => void;
}

/** The place of an identity that is new, with what was asked for itself alone. */
export function newSlot(
  identity: Identity,
  removal: AbortController,
  { cameInClear, inherited = [] }: Pick<Claim, 'cameInClear' | 'inherited'>,
): Slot {
  const { constraints, personal, isFromElsewhere } = identity;
  return {
    identity,
    constraints,
    personal,
    cameInClear,
    inherited,
    isFromElsewhere,
    forms: new Map(),
    removal,
    stopExpiry: () => {},
  };
}

/** The place of what is held here, and its private key. */
export interface OwnPlace {
  readonly slot: Slot;
  readonly key: DeferredKey;
}

/** A private key in one place: its plain identity and its certificates. */
export interface Group {
  readonly key: RingKey;
  plain: Slot | undefined;
  certificates: Slot[];
}

/** One that is held here. */
interface OwnGroup extends Group {
  readonly key: DeferredKey;
}

export const isOwn = (group: Group): group is OwnGroup => group.key.store === undefined;
export const slotsOf = ({ plain, certificates }: Group) => (plain ? [plain, ...certificates] : certificates);

/** A key that is held here and one of a store are two, also where their public halves are the same. */
const groupId = ({ base }: PublicKey, store: HeldStore | undefined) =>
  `${store?.store.id ?? ''}${blobText(base.blob)}`;

export class KeyGroups {
  /** A Map keeps the order of adding, which is the default order of the list. */
  #groups = new Map<string, Group>();
  /** By blob: what is listed is listed once. */
  readonly #slots = new Map<string, Slot>();

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  /** In the order of adding. */
  get slots(): readonly Slot[] {
    return [...this.#slots.values()];
  }

  /** Those of keys that are held here, in the order of adding. */
  get ownSlots(): readonly Slot[] {
    return this.slots.filter(({ identity }) => identity.key.store === undefined);
  }

  slot(blob: Uint8Array): Slot | undefined {
    return this.#slots.get(blobText(blob));
  }

  /** The identities of a key that is held here; none where there is no such key. */
  slotsOfKey(publicKey: PublicKey): readonly Slot[] {
    const group = this.ownGroup(publicKey);
    return group ? slotsOf(group) : [];
  }

  /** The key of the public key or certificate that is held here. */
  ownGroup(publicKey: PublicKey): OwnGroup | undefined {
    const group = this.#groups.get(groupId(publicKey, undefined));
    return group && isOwn(group) ? group : undefined;
  }

  /** The same in a store. */
  storeGroup(publicKey: PublicKey, store: HeldStore): Group | undefined {
    return this.#groups.get(groupId(publicKey, store));
  }

  groupOf({ identity: { publicKey, key } }: Slot): Group | undefined {
    return this.#groups.get(groupId(publicKey, key.store));
  }

  /** Puts in an identity that is not there yet: beside the others of its key, or as a new key at the end. */
  putIn(slot: Slot): void {
    const { publicKey, key } = slot.identity;
    const group = this.groupOf(slot) ?? { key, plain: undefined, certificates: [] };
    this.#groups.set(groupId(publicKey, key.store), group);
    this.#slots.set(blobText(publicKey.blob), slot);
    if (publicKey.certificate) group.certificates.push(slot);
    else group.plain = slot;
  }

  /** Takes the identity out, and its key with the last of them; undefined: it is not there. */
  takeOut({ blob }: PublicKey): Slot | undefined {
    const slot = this.slot(blob);
    const group = slot && this.groupOf(slot);
    if (slot === undefined || group === undefined) return undefined;
    this.#slots.delete(blobText(blob));
    if (group.plain === slot) group.plain = undefined;
    group.certificates = group.certificates.filter((certificate) => certificate !== slot);
    const { publicKey, key } = slot.identity;
    if (slotsOf(group).length === 0) this.#groups.delete(groupId(publicKey, key.store));
    return slot;
  }

  /** Moves the key, with its certificates, to a place among the keys (0 is first). False: it is not there. */
  move({ blob }: PublicKey, toIndex: number): boolean {
    const slot = this.slot(blob);
    const group = slot && this.groupOf(slot);
    if (group === undefined) return false;
    const all = [...this.#groups];
    const moved = all.filter(([, other]) => other === group);
    const others = all.filter(([, other]) => other !== group);
    others.splice(Math.max(0, toIndex), 0, ...moved);
    this.#groups = new Map(others);
    return true;
  }
}
