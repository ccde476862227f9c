// The keys the agent keeps: add, replace, remove, expire.
import { Listeners } from '../../basics/listeners.ts';
import type { EncryptedKeyFile } from '../../keys/files/shared/key-file.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { PromptQueue } from '../asking/prompt-queue.ts';
import type { AgentPorts } from '../ports/agent-ports.ts';
import { RefusedError, toError } from '../protocol/errors.ts';
import { CertificateEnds } from './certificate-ends.ts';
import { asksForAnything, tightened } from './constraints.ts';
import { DeferredKey } from './deferred-key.ts';
import {
  expiresAtMs,
  type Identity,
  makeIdentity,
  type NewIdentity,
  type PersonalSettings,
} from './identity.ts';
import { type Group, isOwn, KeyGroups, newSlot, type OwnPlace, type Slot, slotsOf } from './key-groups.ts';
import {
  dropWhatNobodyMayUse,
  filesToKeep,
  heldTo,
  holders,
  isLooser,
  jointLimits,
  limitsOfUse,
  mayBind,
  personalFor,
  sameLimits,
} from './key-proof.ts';
import { assertNotMadeUp, planted } from './planted-handles.ts';
import { type AddedForms, assertRoomFor, assertRoomForAll, commentWithFile } from './ring-room.ts';
import { StorePins } from './store-pin.ts';
import { StoreShelf } from './store-shelf.ts';

export class KeyRing {
  readonly #ports: AgentPorts;
  readonly #prompts: PromptQueue;
  readonly #groups = new KeyGroups();
  readonly #listeners: Listeners;
  readonly #certificateEnds: CertificateEnds;
  /** The keys of stores, which live elsewhere. */
  readonly shelf: StoreShelf;
  #snapshot: readonly Identity[] | undefined;
  #nextExpiryMs = Number.POSITIVE_INFINITY;

  constructor(ports: AgentPorts, prompts: PromptQueue) {
    this.#ports = ports;
    this.#prompts = prompts;
    // SECURITY: a listener that throws must not keep the keys after it from being encrypted again.
    this.#listeners = new Listeners((error) =>
      ports.log(`whoever is told of the keys failed: ${toError(error).name}`),
    );
    this.#certificateEnds = new CertificateEnds(ports, {
      groups: this.#groups,
      settle: (group) => this.#settle(group),
      remove: (identity) => this.remove(identity),
    });
    this.shelf = new StoreShelf({
      groups: this.#groups,
      replace: (slot, identity) => this.#replace(slot, identity),
      drop: (slot) => this.#takeOut(slot, 'where the key lives it is not there any more'),
      changed: () => this.#changed(),
      newPins: (held) => new StorePins(held, ports, prompts, () => this.#changed()),
    });
  }

  /** All identities, certificates right after their key: frozen, and after each change, of a key's state also, another array. */
  get identities(): readonly Identity[] {
    this.#purge();
    this.#snapshot ??= Object.freeze(
      this.#groups.groups.flatMap((group) => slotsOf(group).map((slot) => slot.identity)),
    );
    return this.#snapshot;
  }

  find(blob: Uint8Array): Identity | undefined {
    this.#purge();
    return this.#groups.slot(blob)?.identity;
  }

  /** All identities of the private key of `publicKey` that is held here: the plain key and its certificates. */
  sharing(publicKey: PublicKey): readonly Identity[] {
    this.#purge();
    return this.#groups.slotsOfKey(publicKey).map((slot) => slot.identity);
  }

  /** Calls back after each change of what is kept, or of a key's state; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Throws RefusedError unless all of these can be added, one after the other in one step, with `file`, in clear or both.
   * They are identities of one private key, from this machine.
   */
  assertRoomFor(
    together: readonly NewIdentity[],
    { file, isInClear }: Pick<AddedForms, 'isInClear'> & { readonly file?: EncryptedKeyFile | undefined },
  ): void {
    this.#purge();
    assertRoomForAll(together, this.#groups.ownSlots, { hasFile: file !== undefined, isInClear });
    if (!file) return;
    for (const { publicKey, rewrites, constraints } of together) {
      this.#groups.ownGroup(publicKey)?.key.assertRoomFor(file, false, rewrites);
      for (const slot of this.#heldBy(publicKey, file).holding) tightened(slot.constraints, constraints);
    }
  }

  /**
   * Adds a key in clear, or replaces an identity with its comment and constraints. Takes ownership of
   * `privateKey`, also when it throws RefusedError because the ring is full.
   */
  addClear(added: NewIdentity, privateKey: PrivateKey): void {
    this.#purge();
    let put: OwnPlace;
    try {
      for (const slot of planted(added, this.#groups.ownGroup(added.publicKey))) this.#takeOut(slot);
      if (added.isFromElsewhere) this.#assertLoosensNothing(added);
      assertNotMadeUp(added, privateKey, this.#groups.ownGroup(added.publicKey));
      put = this.#put(added, this.#endOf(added.constraints.lifetimeSeconds));
    } catch (error) {
      privateKey.destroy();
      throw error;
    }
    const { slot, key } = put;
    slot.cameInClear = true;
    // A lifetime of zero has ended: whoever waits for the key is not served by it.
    this.#purge();
    if (slot.removal.signal.aborted) {
      privateKey.destroy();
      return;
    }
    key.addClear(privateKey);
    this.#settleOwn(added.publicKey);
  }

  /**
   * Adds a key kept encrypted. SECURITY: a file proves nothing of who adds it, so an identity that is there already keeps
   * its comment, unless the person changed it, and is at most tightened, but not by another machine where it came from
   * this one, and nothing is left of another machine's that is not proved; and as anybody can make a certificate of any
   * key, a new identity of a private key that is there gets the constraints of those who proved to have it, or have the file.
   */
  addEncrypted(added: NewIdentity, file: EncryptedKeyFile): void {
    this.#purge();
    for (const slot of planted(added, this.#groups.ownGroup(added.publicKey))) this.#takeOut(slot);
    const isFromElsewhere = added.isFromElsewhere ?? false;
    const there = this.#ownSlot(added.publicKey);
    // SECURITY: nor would it take a key of this machine away that lives in a store, as it proves nothing.
    if (isFromElsewhere && this.find(added.publicKey.blob)?.key.store)
      throw new RefusedError('another machine can not replace a key of this one');
    if (there && isFromElsewhere && !there.isFromElsewhere && asksForAnything(added.constraints))
      throw new RefusedError('another machine can not tighten a key of this one');
    this.#groups.ownGroup(added.publicKey)?.key.assertRoomFor(file, isFromElsewhere, added.rewrites);
    const { present, holding } = this.#heldBy(added.publicKey, file, isFromElsewhere);
    const { constraints, endMs } = heldTo(holding, {
      constraints: added.constraints,
      endMs: this.#endOf(added.constraints.lifetimeSeconds),
    });
    const comment = commentWithFile(added, there, isFromElsewhere);
    const { slot, key } = this.#put({ ...added, comment, constraints }, endMs);
    // What was asked for it there is enforced no more.
    if (present === undefined) slot.forms.clear();
    const form = key.addEncrypted(file, isFromElsewhere, added.rewrites);
    slot.forms.set(form, slot.forms.get(form) ?? form.timesOpened);
    // Who waits for a key whose lifetime is zero now hears of it now.
    this.#purge();
    this.#settleOwn(added.publicKey);
  }

  #heldBy(publicKey: PublicKey, file: EncryptedKeyFile, isFromElsewhere = false) {
    return holders(this.#ownSlot(publicKey), this.#groups.slotsOfKey(publicKey), file, isFromElsewhere);
  }

  /** One of a store stays there, and comes back when the store lists it anew; what a store has, too, comes back now. */
  remove(identity: Identity): void {
    const slot = this.#groups.slot(identity.publicKey.blob);
    if (slot === undefined) return;
    if (slot.identity.key.store) this.shelf.noteRemoved(slot.identity);
    this.#takeOut(slot);
    this.shelf.restock();
    this.#settle(this.#groups.groupOf(slot));
  }

  /** Removes all of which that is true, what then comes back from a store among them. */
  removeAll(isMeant: (identity: Identity) => boolean = () => true): void {
    for (let left = this.identities.filter(isMeant); left.length > 0; left = this.identities.filter(isMeant))
      for (const identity of left) this.remove(identity);
  }

  /** Changes what the person wants for the identity, beside the client's constraints. */
  setPersonal(identity: Identity, change: (personal: PersonalSettings) => PersonalSettings): void {
    const slot = this.#groups.slot(identity.publicKey.blob);
    if (slot === undefined) return;
    slot.personal = change(slot.personal);
    this.shelf.noteSettings(slot);
    this.#settle(this.#groups.groupOf(slot));
  }

  /** The encrypted files to keep for the identity over a restart (`filesToKeep`), not copies. */
  filesOf(identity: Identity): readonly Uint8Array[] {
    const slot = this.#groups.slot(identity.publicKey.blob);
    return slot ? filesToKeep(slot, identity.key.forms) : [];
  }

  /** Moves the identity's key, with its certificates, to a place among the keys (0 is first). */
  move(identity: Identity, toIndex: number): void {
    if (this.#groups.move(identity.publicKey, toIndex)) this.#changed();
  }

  /** Closes all prompts and drops decrypted keys that have an encrypted form. */
  forgetDecrypted(reason: string): void {
    for (const { key } of this.#groups.groups) {
      key.cancelPrompt(reason);
      key.reencrypt();
    }
  }

  /**
   * Throws RefusedError where what holds for a key of this machine would hold no more. SECURITY: another machine that
   * has the key, too, can sign without us; but its add, which ssh makes by itself (AddKeysToAgent), would also free the
   * key here of the person's wishes, for all programs and all other machines.
   */
  #assertLoosensNothing({ publicKey, constraints }: NewIdentity): void {
    const endMs = this.#endOf(constraints.lifetimeSeconds) ?? Number.POSITIVE_INFINITY;
    const inStore = this.find(publicKey.blob);
    const ofHere = [...this.sharing(publicKey), ...(inStore?.key.store ? [inStore] : [])].filter(
      ({ isFromElsewhere }) => !isFromElsewhere,
    );
    if (ofHere.some((identity) => isLooser({ ...constraints, endMs }, identity)))
      throw new RefusedError('another machine can not loosen a key of this one');
  }

  /** When a lifetime that begins now ends, on the clock's scale. */
  #endOf(lifetimeSeconds: number | undefined): number | undefined {
    return lifetimeSeconds === undefined ? undefined : this.#ports.clock.elapsedMs() + lifetimeSeconds * 1000;
  }

  /** The place of the public key among those that are held here. */
  #ownSlot({ blob }: PublicKey): Slot | undefined {
    const slot = this.#groups.slot(blob);
    return slot?.identity.key.store ? undefined : slot;
  }

  #put(added: NewIdentity, clientExpiresAtMs: number | undefined): OwnPlace {
    const { publicKey, constraints } = added;
    const there = this.#groups.slot(publicKey.blob);
    const present = this.#ownSlot(publicKey);
    const isFromElsewhere = (there?.isFromElsewhere ?? true) && (added.isFromElsewhere ?? false);
    // SECURITY: another machine that has a key of this one, too, does not name it: by a long comment it could leave no
    // room for others in the list.
    const comment =
      there && added.isFromElsewhere && !isFromElsewhere ? there.identity.comment : added.comment;
    const newcomer = { publicKey, comment, constraints, isFromElsewhere: added.isFromElsewhere ?? false };
    assertRoomFor(newcomer, this.#groups.ownSlots, present);
    // What is held here goes before what lives in a store.
    if (there && there !== present) this.#takeOut(there);
    const group = this.#groups.ownGroup(publicKey);
    const key = group?.key ?? new DeferredKey(this.#ports, this.#prompts, () => this.#settleOwn(publicKey));
    const removal = present?.removal ?? new AbortController();
    const endMs = this.#endOf(added.personalLifetimeSeconds);
    const personal = personalFor(added, there ? [there] : this.#groups.slotsOfKey(publicKey), endMs);
    const identity = makeIdentity({
      publicKey,
      comment,
      constraints,
      ...(clientExpiresAtMs !== undefined && { clientExpiresAtMs }),
      personal,
      isFromElsewhere,
      restrictions: [],
      key,
      removed: removal.signal,
    });
    const slot = present ?? newSlot(identity, removal, { cameInClear: false });
    slot.constraints = constraints;
    slot.personal = personal;
    slot.isFromElsewhere = isFromElsewhere;
    this.#replace(slot, identity);
    if (present === undefined) this.#groups.putIn(slot);
    return { slot, key };
  }

  #takeOut(slot: Slot, why = 'the key was removed'): void {
    this.#snapshot = undefined;
    this.#groups.takeOut(slot.identity.publicKey);
    this.shelf.noteGone(slot);
    slot.stopExpiry();
    slot.removal.abort(new RefusedError(why));
    if (this.#groups.groupOf(slot) === undefined) slot.identity.key.dispose();
  }

  #settleOwn(publicKey: PublicKey): void {
    this.#settle(this.#groups.ownGroup(publicKey));
  }

  /** Something about a key or its identities has changed: drops what nobody is left to use, and judges the rest anew. */
  #settle(group: Group | undefined): void {
    if (group !== undefined) {
      const slots = slotsOf(group);
      if (isOwn(group)) dropWhatNobodyMayUse(group.key, slots, (slot) => this.#certificateEnds.isOver(slot));
      const joint = jointLimits(slots);
      for (const slot of slots) {
        const now = limitsOfUse(slot, joint);
        if (!sameLimits(slot.identity, now)) this.#replace(slot, makeIdentity({ ...slot.identity, ...now }));
      }
    }
    this.#changed();
  }

  #replace(slot: Slot, identity: Identity): void {
    this.#snapshot = undefined;
    slot.stopExpiry();
    slot.identity = identity;
    slot.stopExpiry = this.#scheduleExpiry(expiresAtMs(identity));
    this.#certificateEnds.watch(identity);
  }

  #scheduleExpiry(dueMs: number): () => void {
    if (dueMs === Number.POSITIVE_INFINITY) return () => {};
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, dueMs);
    const { clock } = this.#ports;
    return clock.schedule(dueMs - clock.elapsedMs(), () => this.#purge());
  }

  /** Timers may be late (a machine that slept): a key past its lifetime is gone for the next request all the same. */
  #purge(): void {
    if (Math.min(this.#certificateEnds.dueMs, this.#nextExpiryMs) === Number.POSITIVE_INFINITY) return;
    const nowMs = this.#ports.clock.elapsedMs();
    if (nowMs >= this.#certificateEnds.dueMs) this.#certificateEnds.check();
    if (nowMs < this.#nextExpiryMs) return;
    this.#nextExpiryMs = Number.POSITIVE_INFINITY;
    for (const slot of this.#groups.slots) {
      const { identity } = slot;
      if (expiresAtMs(identity) > nowMs) {
        this.#nextExpiryMs = Math.min(this.#nextExpiryMs, expiresAtMs(identity));
        continue;
      }
      // SECURITY: what was lent for a time must not stay in clear for a certificate that is kept encrypted. Another machine
      // that proved nothing has lent nothing: it would have the passphrase asked for again and again.
      if (mayBind(slot, false)) identity.key.reencrypt();
      this.remove(identity);
    }
  }

  #changed(): void {
    this.#snapshot = undefined;
    this.#listeners.tell();
  }
}
