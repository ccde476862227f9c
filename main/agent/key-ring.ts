// The keys the agent keeps, in the person's order: add, replace, remove, expire.
import type { EncryptedKeyFile } from '../keys/key-file.ts';
import type { PrivateKey } from '../keys/private-key.ts';
import type { PublicKey } from '../keys/public-key.ts';
import { WireWriter } from '../keys/wire.ts';
import type { AgentPorts } from './agent-ports.ts';
import { type KeyConstraints, tightened } from './constraints.ts';
import { DeferredKey } from './deferred-key.ts';
import { RefusedError } from './errors.ts';
import { limits } from './limits.ts';

/** One public key or certificate as it is listed. Frozen: a change makes a new one. */
export interface Identity {
  readonly publicKey: PublicKey;
  /** As the client or the file gave it; often but not always UTF-8. */
  readonly comment: Uint8Array;
  readonly constraints: KeyConstraints;
  /** On the clock's scale. */
  readonly expiresAtMs?: number;
  /** Shared with the other identities of the same private key. */
  readonly key: DeferredKey;
  /** `string` blob, `string` comment: the identity as it stands in a list reply. */
  readonly listEntry: Uint8Array;
  /** Aborted when the identity leaves the ring (not when it is replaced). */
  readonly removed: AbortSignal;
}

export interface NewIdentity {
  readonly publicKey: PublicKey;
  readonly comment: Uint8Array;
  readonly constraints: KeyConstraints;
}

interface Slot {
  identity: Identity;
  readonly removal: AbortController;
  stopExpiry: (() => void) | undefined;
}

interface Group {
  readonly key: DeferredKey;
  plain: Slot | undefined;
  certificates: Slot[];
}

const idOf = (blob: Uint8Array) => Buffer.from(blob.buffer, blob.byteOffset, blob.length).toString('latin1');

export class KeyRing {
  readonly #ports: AgentPorts;
  /** By plain public key. A Map keeps the order of adding, which is the default order of the list. */
  readonly #groups = new Map<string, Group>();
  readonly #slots = new Map<string, Slot>();
  #snapshot: readonly Identity[] | undefined;
  #nextExpiryMs = Number.POSITIVE_INFINITY;

  constructor(ports: AgentPorts) {
    this.#ports = ports;
  }

  /** All identities, certificates right after their key. The array is frozen and shared until something changes. */
  get identities(): readonly Identity[] {
    this.#purge();
    this.#snapshot ??= Object.freeze(
      [...this.#groups.values()].flatMap(({ plain, certificates }) =>
        (plain ? [plain, ...certificates] : certificates).map((slot) => slot.identity),
      ),
    );
    return this.#snapshot;
  }

  find(blob: Uint8Array): Identity | undefined {
    this.#purge();
    return this.#slots.get(idOf(blob))?.identity;
  }

  /**
   * Adds a key in clear, or replaces an identity with its comment and constraints. Takes ownership of
   * `privateKey`, also when it throws RefusedError because the ring is full.
   */
  addClear(added: NewIdentity, privateKey: PrivateKey): void {
    try {
      this.#put(added, added.constraints);
    } catch (error) {
      privateKey.destroy();
      throw error;
    }
    this.#groupOf(added.publicKey).key.addClear(privateKey);
  }

  /** Adds a key kept encrypted. An identity that is there already keeps its comment and all its constraints. */
  addEncrypted(added: NewIdentity, file: EncryptedKeyFile): void {
    const present = this.find(added.publicKey.blob);
    if (present === undefined) this.#put(added, added.constraints);
    else this.#put({ ...added, comment: present.comment }, this.#tightened(present, added.constraints));
    this.#groupOf(added.publicKey).key.addEncrypted(file);
  }

  remove(identity: Identity): void {
    const id = idOf(identity.publicKey.blob);
    const slot = this.#slots.get(id);
    const groupId = idOf(identity.publicKey.base.blob);
    const group = this.#groups.get(groupId);
    if (slot === undefined || group === undefined) return;
    this.#slots.delete(id);
    if (group.plain === slot) group.plain = undefined;
    group.certificates = group.certificates.filter((certificate) => certificate !== slot);
    slot.stopExpiry?.();
    slot.removal.abort(new RefusedError('the key was removed'));
    if (group.plain === undefined && group.certificates.length === 0) {
      this.#groups.delete(groupId);
      group.key.dispose();
    }
    this.#changed();
  }

  /** Closes all prompts and drops decrypted keys that have an encrypted form. */
  forgetDecrypted(reason: string): void {
    for (const { key } of this.#groups.values()) {
      key.cancelPrompt(reason);
      key.reencrypt();
    }
  }

  #tightened(present: Identity, added: KeyConstraints): KeyConstraints {
    const { lifetimeSeconds: _, ...withoutLifetime } = present.constraints;
    if (present.expiresAtMs === undefined) return tightened(withoutLifetime, added);
    const remainingMs = present.expiresAtMs - this.#ports.clock.elapsedMs();
    return tightened({ ...withoutLifetime, lifetimeSeconds: Math.max(remainingMs, 1) / 1000 }, added);
  }

  #groupOf(publicKey: PublicKey): Group {
    const id = idOf(publicKey.base.blob);
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = {
        key: new DeferredKey(this.#ports, () => this.#changed()),
        plain: undefined,
        certificates: [],
      };
      this.#groups.set(id, group);
    }
    return group;
  }

  #put(added: NewIdentity, constraints: KeyConstraints): void {
    if (added.comment.length > limits.commentBytes) throw new RefusedError('comment is too long');
    const id = idOf(added.publicKey.blob);
    const present = this.#slots.get(id);
    if (present === undefined && this.#slots.size >= limits.keys) throw new RefusedError('too many keys');
    const group = this.#groupOf(added.publicKey);
    const removal = present?.removal ?? new AbortController();
    const identity = this.#identity(added, constraints, group.key, removal.signal);
    if (present) {
      present.stopExpiry?.();
      present.identity = identity;
      present.stopExpiry = this.#expire(identity);
    } else {
      const slot: Slot = { identity, removal, stopExpiry: this.#expire(identity) };
      this.#slots.set(id, slot);
      if (added.publicKey.certificate) group.certificates.push(slot);
      else group.plain = slot;
    }
    this.#changed();
  }

  #identity(
    added: NewIdentity,
    constraints: KeyConstraints,
    key: DeferredKey,
    removed: AbortSignal,
  ): Identity {
    const { publicKey } = added;
    const comment = added.comment.slice();
    const listEntry = new WireWriter().string(publicKey.blob).string(comment).finish();
    const { lifetimeSeconds } = constraints;
    const expiry =
      lifetimeSeconds === undefined
        ? {}
        : { expiresAtMs: this.#ports.clock.elapsedMs() + lifetimeSeconds * 1000 };
    return Object.freeze({ publicKey, comment, constraints, key, listEntry, removed, ...expiry });
  }

  #expire(identity: Identity): (() => void) | undefined {
    if (identity.expiresAtMs === undefined) return undefined;
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, identity.expiresAtMs);
    const delayMs = identity.expiresAtMs - this.#ports.clock.elapsedMs();
    return this.#ports.clock.schedule(delayMs, () => this.#purge());
  }

  /** Timers may be late (a machine that slept): a key past its lifetime is gone for the next request all the same. */
  #purge(): void {
    const nowMs = this.#ports.clock.elapsedMs();
    if (nowMs < this.#nextExpiryMs) return;
    this.#nextExpiryMs = Number.POSITIVE_INFINITY;
    for (const { identity } of [...this.#slots.values()]) {
      if (identity.expiresAtMs === undefined) continue;
      if (identity.expiresAtMs <= nowMs) this.remove(identity);
      else this.#nextExpiryMs = Math.min(this.#nextExpiryMs, identity.expiresAtMs);
    }
  }

  #changed(): void {
    this.#snapshot = undefined;
  }
}
