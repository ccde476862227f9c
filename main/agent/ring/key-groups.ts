// The keys in the person's order, each with its certificates: found, put in, taken out, moved.
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { DeferredKey } from './deferred-key.ts';
import type { Identity } from './identity.ts';
import type { Claim } from './key-proof.ts';

/** An identity's place in the ring. */
export interface Slot extends Claim {
  identity: Identity;
  readonly removal: AbortController;
  stopExpiry: () => void;
}

/** A private key: its plain identity and its certificates. */
export interface Group {
  readonly key: DeferredKey;
  plain: Slot | undefined;
  certificates: Slot[];
}

/** The blob as a key of a Map, to which two arrays of the same bytes are two keys. */
const blobText = (blob: Uint8Array) =>
  Buffer.from(blob.buffer, blob.byteOffset, blob.length).toString('latin1');
export const slotsOf = ({ plain, certificates }: Group) => (plain ? [plain, ...certificates] : certificates);

export class KeyGroups {
  /** By plain public key. A Map keeps the order of adding, which is the default order of the list. */
  #groups = new Map<string, Group>();
  readonly #slots = new Map<string, Slot>();

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  /** In the order of adding. */
  get slots(): readonly Slot[] {
    return [...this.#slots.values()];
  }

  slot(blob: Uint8Array): Slot | undefined {
    return this.#slots.get(blobText(blob));
  }

  /** The key of the public key or certificate. */
  group({ base }: PublicKey): Group | undefined {
    return this.#groups.get(blobText(base.blob));
  }

  /** Puts in an identity that is not there yet: beside the others of its key, or as a new key at the end. */
  putIn(slot: Slot): void {
    const { publicKey, key } = slot.identity;
    const group = this.group(publicKey) ?? { key, plain: undefined, certificates: [] };
    this.#groups.set(blobText(publicKey.base.blob), group);
    this.#slots.set(blobText(publicKey.blob), slot);
    if (publicKey.certificate) group.certificates.push(slot);
    else group.plain = slot;
  }

  /** Takes the identity out, and its key with the last of them; undefined: it is not there. */
  takeOut(publicKey: PublicKey): Slot | undefined {
    const slot = this.slot(publicKey.blob);
    const group = this.group(publicKey);
    if (slot === undefined || group === undefined) return undefined;
    this.#slots.delete(blobText(publicKey.blob));
    if (group.plain === slot) group.plain = undefined;
    group.certificates = group.certificates.filter((certificate) => certificate !== slot);
    if (slotsOf(group).length === 0) this.#groups.delete(blobText(publicKey.base.blob));
    return slot;
  }

  /** Moves the key, with its certificates, to a place among the keys (0 is first). False: it is not there. */
  move(publicKey: PublicKey, toIndex: number): boolean {
    const text = blobText(publicKey.base.blob);
    const group = this.#groups.get(text);
    if (group === undefined) return false;
    const others = [...this.#groups].filter(([other]) => other !== text);
    others.splice(Math.max(0, toIndex), 0, [text, group]);
    this.#groups = new Map(others);
    return true;
  }
}
