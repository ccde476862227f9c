// The keys the agent keeps, in the person's order: add, replace, remove, expire.
import type { EncryptedKeyFile } from '../keys/key-file.ts';
import type { PrivateKey } from '../keys/private-key.ts';
import type { PublicKey } from '../keys/public-key.ts';
import type { AgentPorts } from './agent-ports.ts';
import { type KeyConstraints, tightened } from './constraints.ts';
import { DeferredKey } from './deferred-key.ts';
import { countHostKeys } from './destination-constraints.ts';
import { RefusedError } from './errors.ts';
import { expiresAtMs, type Identity, makeIdentity, type PersonalSettings } from './identity.ts';
import { limits } from './limits.ts';

export interface NewIdentity {
  readonly publicKey: PublicKey;
  readonly comment: Uint8Array;
  readonly constraints: KeyConstraints;
  /** The person's wish at the time of adding; left out: what they want of it already stays. */
  readonly personalLifetimeSeconds?: number;
}

interface Slot {
  identity: Identity;
  readonly removal: AbortController;
  stopExpiry: () => void;
}

interface Group {
  readonly key: DeferredKey;
  plain: Slot | undefined;
  certificates: Slot[];
}

const idOf = (blob: Uint8Array) => Buffer.from(blob.buffer, blob.byteOffset, blob.length).toString('latin1');
const slotsOf = ({ plain, certificates }: Group) => (plain ? [plain, ...certificates] : certificates);

/** What the person wants for a key holds for a certificate of it that is added later. */
function strictest(slots: readonly Slot[]): PersonalSettings {
  const settings = slots.map(({ identity }) => identity.personal);
  const expiry = Math.min(...settings.map(({ expiresAtMs: end }) => end ?? Number.POSITIVE_INFINITY));
  return {
    askEachUse: settings.some(({ askEachUse }) => askEachUse),
    ...(Number.isFinite(expiry) && { expiresAtMs: expiry }),
  };
}

export class KeyRing {
  readonly #ports: AgentPorts;
  /** By plain public key. A Map keeps the order of adding, which is the default order of the list. */
  #groups = new Map<string, Group>();
  readonly #slots = new Map<string, Slot>();
  readonly #listeners = new Set<() => void>();
  #snapshot: readonly Identity[] | undefined;
  #nextExpiryMs = Number.POSITIVE_INFINITY;

  constructor(ports: AgentPorts) {
    this.#ports = ports;
  }

  /** All identities, certificates right after their key. The array is frozen and shared until something changes. */
  get identities(): readonly Identity[] {
    this.#purge();
    this.#snapshot ??= Object.freeze(
      [...this.#groups.values()].flatMap((group) => slotsOf(group).map((slot) => slot.identity)),
    );
    return this.#snapshot;
  }

  find(blob: Uint8Array): Identity | undefined {
    this.#purge();
    return this.#slots.get(idOf(blob))?.identity;
  }

  /** All identities that sign with the same private key as `publicKey`: the plain key and its certificates. */
  sharing(publicKey: PublicKey): readonly Identity[] {
    this.#purge();
    const group = this.#groups.get(idOf(publicKey.base.blob));
    return group ? slotsOf(group).map((slot) => slot.identity) : [];
  }

  /** Calls back after each change of what is kept, or of a key's state; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Adds a key in clear, or replaces an identity with its comment and constraints. Takes ownership of
   * `privateKey`, also when it throws RefusedError because the ring is full.
   */
  addClear(added: NewIdentity, privateKey: PrivateKey): void {
    try {
      this.#put(added, this.#endOf(added.constraints.lifetimeSeconds));
    } catch (error) {
      privateKey.destroy();
      throw error;
    }
    this.#groupOf(added.publicKey).key.addClear(privateKey);
  }

  /**
   * Adds a key kept encrypted. SECURITY: a file proves nothing of who adds it, so an identity that is there
   * already keeps its comment and is at most tightened; and as anybody can make a certificate of any key, a new
   * identity of a private key that is there gets the constraints of the others.
   */
  addEncrypted(added: NewIdentity, file: EncryptedKeyFile): void {
    const present = this.find(added.publicKey.blob);
    this.#groups.get(idOf(added.publicKey.base.blob))?.key.assertRoomFor(file);
    let { constraints } = added;
    let expiry = this.#endOf(constraints.lifetimeSeconds) ?? Number.POSITIVE_INFINITY;
    for (const other of present ? [present] : this.sharing(added.publicKey)) {
      constraints = tightened(other.constraints, constraints);
      expiry = Math.min(expiry, other.clientExpiresAtMs ?? Number.POSITIVE_INFINITY);
    }
    const comment = present?.comment ?? added.comment;
    this.#put({ ...added, comment, constraints }, Number.isFinite(expiry) ? expiry : undefined);
    this.#groupOf(added.publicKey).key.addEncrypted(file);
  }

  remove(identity: Identity): void {
    const id = idOf(identity.publicKey.blob);
    const groupId = idOf(identity.publicKey.base.blob);
    const slot = this.#slots.get(id);
    const group = this.#groups.get(groupId);
    if (slot === undefined || group === undefined) return;
    this.#slots.delete(id);
    if (group.plain === slot) group.plain = undefined;
    group.certificates = group.certificates.filter((certificate) => certificate !== slot);
    slot.stopExpiry();
    slot.removal.abort(new RefusedError('the key was removed'));
    if (slotsOf(group).length === 0) {
      this.#groups.delete(groupId);
      group.key.dispose();
    }
    this.#changed();
  }

  /** Sets what the person wants for the identity, beside the client's constraints. */
  setPersonal(identity: Identity, personal: PersonalSettings): void {
    const slot = this.#slots.get(idOf(identity.publicKey.blob));
    if (slot === undefined) return;
    this.#replace(slot, makeIdentity({ ...slot.identity, personal }));
    this.#changed();
  }

  /** Moves the identity's key, with its certificates, to a place among the keys (0 is first). */
  move(identity: Identity, toIndex: number): void {
    const groupId = idOf(identity.publicKey.base.blob);
    const group = this.#groups.get(groupId);
    if (group === undefined) return;
    const others = [...this.#groups].filter(([id]) => id !== groupId);
    others.splice(Math.max(0, toIndex), 0, [groupId, group]);
    this.#groups = new Map(others);
    this.#changed();
  }

  /** Closes all prompts and drops decrypted keys that have an encrypted form. */
  forgetDecrypted(reason: string): void {
    for (const { key } of this.#groups.values()) {
      key.cancelPrompt(reason);
      key.reencrypt();
    }
  }

  /** When a lifetime that begins now ends, on the clock's scale. */
  #endOf(lifetimeSeconds: number | undefined): number | undefined {
    return lifetimeSeconds === undefined ? undefined : this.#ports.clock.elapsedMs() + lifetimeSeconds * 1000;
  }

  #groupOf(publicKey: PublicKey): Group {
    const id = idOf(publicKey.base.blob);
    let group = this.#groups.get(id);
    if (group === undefined) {
      const key = new DeferredKey(this.#ports, () => this.#changed());
      group = { key, plain: undefined, certificates: [] };
      this.#groups.set(id, group);
    }
    return group;
  }

  #put(added: NewIdentity, clientExpiresAtMs: number | undefined): void {
    const { publicKey, comment, constraints } = added;
    const id = idOf(publicKey.blob);
    const present = this.#slots.get(id);
    this.#assertRoomFor(added, present);
    const group = this.#groupOf(publicKey);
    const removal = present?.removal ?? new AbortController();
    const expiresAtMs = this.#endOf(added.personalLifetimeSeconds);
    const identity = makeIdentity({
      publicKey,
      comment,
      constraints,
      ...(clientExpiresAtMs !== undefined && { clientExpiresAtMs }),
      personal: {
        ...(present?.identity.personal ?? strictest(slotsOf(group))),
        ...(expiresAtMs !== undefined && { expiresAtMs }),
      },
      key: group.key,
      removed: removal.signal,
    });
    const slot: Slot = present ?? { identity, removal, stopExpiry: () => {} };
    this.#replace(slot, identity);
    if (present === undefined) {
      this.#slots.set(id, slot);
      if (publicKey.certificate) group.certificates.push(slot);
      else group.plain = slot;
    }
    this.#changed();
  }

  /** Throws RefusedError past a limit; `present` is what the identity replaces. */
  #assertRoomFor({ comment, publicKey, constraints }: NewIdentity, present: Slot | undefined): void {
    if (comment.length > limits.commentBytes) throw new RefusedError('comment is too long');
    if (publicKey.blob.length > limits.publicKeyBytes) throw new RefusedError('public key is too long');
    if (present === undefined && this.#slots.size >= limits.keys) throw new RefusedError('too many keys');
    let hostKeys = countHostKeys(constraints.destinations);
    if (hostKeys === 0) return;
    for (const slot of this.#slots.values())
      if (slot !== present) hostKeys += countHostKeys(slot.identity.constraints.destinations);
    if (hostKeys > limits.hostKeys) throw new RefusedError('too many host keys in destination constraints');
  }

  #replace(slot: Slot, identity: Identity): void {
    slot.stopExpiry();
    slot.identity = identity;
    slot.stopExpiry = this.#scheduleExpiry(expiresAtMs(identity));
  }

  #scheduleExpiry(dueMs: number): () => void {
    if (dueMs === Number.POSITIVE_INFINITY) return () => {};
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, dueMs);
    const { clock } = this.#ports;
    return clock.schedule(dueMs - clock.elapsedMs(), () => this.#purge());
  }

  /** Timers may be late (a machine that slept): a key past its lifetime is gone for the next request all the same. */
  #purge(): void {
    const nowMs = this.#ports.clock.elapsedMs();
    if (nowMs < this.#nextExpiryMs) return;
    this.#nextExpiryMs = Number.POSITIVE_INFINITY;
    for (const { identity } of [...this.#slots.values()]) {
      if (expiresAtMs(identity) > nowMs) {
        this.#nextExpiryMs = Math.min(this.#nextExpiryMs, expiresAtMs(identity));
        continue;
      }
      // SECURITY: what was lent for a time must not stay in clear for a certificate that is kept encrypted.
      identity.key.reencrypt();
      this.remove(identity);
    }
  }

  #changed(): void {
    this.#snapshot = undefined;
    for (const listener of this.#listeners) listener();
  }
}
