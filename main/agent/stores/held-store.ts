// One store as the agent holds it: its keys as they were listed last, whether it answers, and signatures by it.
import { createHash } from 'node:crypto';
import type { Clock } from '../../basics/clock.ts';
import type { Claimant } from '../../basics/fair-queue.ts';
import { Listeners } from '../../basics/listeners.ts';
import { Turns } from '../../basics/turns.ts';
import { unlessAborted, withinLimit } from '../../basics/waiting.ts';
import type { CryptoOffload } from '../../keys/crypto-offload.ts';
import type { SignatureWait } from '../../keys/kinds/shared/private-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { Connection } from '../facts/connection.ts';
import { limits } from '../limits/limits.ts';
import { timeLimits } from '../limits/time-limits.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import {
  type KeyStore,
  type PendingSignature,
  StoreError,
  type StoreState,
  type StoreUse,
} from '../ports/key-store.ts';
import { NotAllowedError, RefusedError, toError } from '../protocol/errors.ts';
import { goodSignature } from './good-signature.ts';
import { blobText, type ListedKey, ListedKeys } from './listed-keys.ts';

export interface StorePorts {
  readonly clock: Clock;
  readonly offload: CryptoOffload;
  readonly log: (line: string) => void;
}

const tooSlow = () =>
  new StoreError('It does not answer.', 'It may be stuck: end it and start it again, or remove it here.');

/** What wraps an error of a store's own code, too, which says nothing to a person. */
function inWords(error: unknown): StoreError {
  return error instanceof StoreError
    ? error
    : new StoreError('It failed in a way that nobody expected.', 'The log tells more.');
}

interface Pending {
  readonly shown: PendingSignature;
  readonly cancelling: AbortController;
}

export class HeldStore {
  readonly store: KeyStore;
  readonly #ports: StorePorts;
  readonly #listed = new ListedKeys();
  readonly #turns = new Turns({
    places: limits.signaturesPerStore,
    dearPlaces: limits.signaturesPerStore,
  });
  readonly #closed = new AbortController();
  readonly #changed: Listeners;
  readonly #stopListening: () => void;
  /** By connection, what it may know of. */
  readonly #views = new WeakMap<Connection, ReadonlySet<string>>();
  /** By the id of what is being signed now. */
  readonly #pending = new Map<string, Pending>();
  #keys: readonly ListedKey[] = [];
  #state: StoreState = { status: 'starting' };
  #listing: Promise<void> | undefined;
  /** It did not answer in time when it was asked last. */
  #isStuck = false;
  #askAgainAtMs = 0;

  constructor(store: KeyStore, ports: StorePorts) {
    this.store = store;
    this.#ports = ports;
    this.#changed = new Listeners((error) =>
      ports.log(`whoever is told of ${store.kind} keys failed: ${toError(error).name}`),
    );
    this.#stopListening = store.onChanged?.(() => void this.#listAnew()) ?? (() => {});
  }

  get state(): StoreState {
    return this.#state;
  }

  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** As they were listed last, also while the store is out of reach. */
  get keys(): readonly ListedKey[] {
    return this.#keys;
  }

  /** Where keys with this PIN live, for the person, as it was listed last: a store may tell how many tries are left. */
  titleOf(pinPlace: string | undefined): string {
    const listed = this.#keys.find((key) => key.pinPlace?.id === pinPlace);
    return listed?.pinPlace?.title ?? this.store.title;
  }

  /** What is being signed now. */
  get pending(): readonly PendingSignature[] {
    return [...this.#pending.values()].map(({ shown }) => shown);
  }

  /** Calls back when `state`, `keys` or `pending` have changed; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /**
   * Asks for its keys again. For the person, who wishes it, that takes as long as an answer may. For a connection, of which
   * it is also asked what that may know of, it takes a moment at the most, and none where the store did not answer the last
   * time. Never rejects.
   */
  async refresh(connection?: Connection): Promise<void> {
    if (this.#closed.signal.aborted) return;
    if (connection === undefined) return await this.#list();
    // SECURITY: who has this agent behind it may be behind that store, and then each would wait for the other.
    if (this.#isFurtherAgent(connection) || this.#ports.clock.elapsedMs() < this.#askAgainAtMs) return;
    const isWorthWaiting = !this.#isStuck;
    const listed = Promise.all([this.#list(), this.#look(connection)]);
    if (isWorthWaiting)
      await withinLimit(listed, timeLimits.listOfStoreMs, () => undefined, this.#ports.clock);
  }

  /** Whether the connection may see the key in a list. */
  isShownTo(connection: Connection, { blob }: PublicKey): boolean {
    if (this.#state.status !== 'ready' || this.#isFurtherAgent(connection)) return false;
    if (this.store.listFor === undefined || !connection.bindings.isOfSshSession) return true;
    return this.#views.get(connection)?.has(blobText(blob)) ?? false;
  }

  /** Rejects with RefusedError where the store can't be used now, or not over this connection. */
  async assertServes(connection: Connection): Promise<void> {
    // SECURITY: two agents that have each other would ask one another for ever.
    if (this.#isFurtherAgent(connection))
      throw new RefusedError('a key of another agent is not for a third one');
    if (this.#state.status !== 'ready') await this.refresh(connection);
    if (this.#state.status === 'unreachable')
      throw new RefusedError(`the key is out of reach: ${this.#state.reason}`);
  }

  /**
   * Signs in turn, and rejects with RefusedError, or with the reason of the claimant's signal. `key` is for the person.
   * `use.waitsFor` is told nothing any more once this has settled.
   */
  async sign(
    publicKey: PublicKey,
    use: Omit<StoreUse, 'blob'>,
    key: KeyIdentity,
    claimant: Claimant,
  ): Promise<Uint8Array> {
    const { blob } = publicKey;
    const id = createHash('sha256').update(blob).update(use.algorithm).update(use.data).digest('hex');
    // SECURITY: a request that comes back by a way that nobody sees would go round until all places are taken.
    if (this.#pending.has(id)) throw new RefusedError('the very same signature is being made already');
    const cancelling = new AbortController();
    const show = (waitsFor: SignatureWait) => {
      this.#pending.set(id, { shown: { id, key, ...(waitsFor && { waitsFor }) }, cancelling });
      this.#changed.tell();
    };
    show(undefined);
    // Not of one that has ended, for which a store may still say so.
    const note = (waitsFor: SignatureWait) => {
      if (this.#pending.get(id)?.cancelling !== cancelling) return;
      show(waitsFor);
      use.waitsFor(waitsFor);
    };
    const signal = AbortSignal.any([claimant.signal(), cancelling.signal]);
    const own = { ...claimant, signal: () => signal };
    try {
      const signature = await this.#turns.run({ key: use, isDear: false, claimant: own }, () =>
        this.#inTime(signal, (until) => this.store.sign({ ...use, blob, waitsFor: note }, until)),
      );
      return await goodSignature(publicKey, signature, use, { offload: this.#ports.offload, claimant: own });
    } catch (error) {
      throw error instanceof RefusedError || signal.aborted ? error : inWords(error);
    } finally {
      this.#pending.delete(id);
      this.#changed.tell();
    }
  }

  /** The person does not want the signature any more. False: there is none with this id. */
  cancel(id: string): boolean {
    const pending = this.#pending.get(id);
    pending?.cancelling.abort(new NotAllowedError('denied', 'the person cancelled the signature'));
    return pending !== undefined;
  }

  /** Opens it with a PIN, in time. Rejects with StoreError, or with the reason of `signal`. */
  async open(pin: Uint8Array, signal: AbortSignal, place?: string): Promise<void> {
    const { store } = this;
    if (store.open === undefined) throw new RefusedError('this place of keys has no PIN');
    await this.#inTime(signal, async (until) => {
      await store.open?.(pin, until, place);
      // SECURITY: nobody waits any more for what was opened.
      if (until.aborted) this.lock(place);
    });
  }

  /** Closes what the person has opened. */
  lock(place?: string): void {
    this.store.lock?.(place);
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed.abort(new RefusedError('the key was removed'));
    this.#stopListening();
    this.store.close();
  }

  #isFurtherAgent(connection: Connection): boolean {
    return this.store.kind === 'upstream' && connection.isOfAgent;
  }

  /** In the time that a person may take. */
  async #inTime<T>(client: AbortSignal, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const tooLate = new AbortController();
    const signal = AbortSignal.any([client, this.#closed.signal, tooLate.signal]);
    const stop = this.#ports.clock.schedule(timeLimits.storeSignatureMs, () => tooLate.abort(tooSlow()));
    try {
      // A store that does not follow the signal is left to itself.
      return await unlessAborted<T>(signal, (resolve, reject) => {
        act(signal).then(resolve, reject);
        return undefined;
      });
    } finally {
      stop();
    }
  }

  /** What is being read now may be older than the change. */
  async #listAnew(): Promise<void> {
    await this.#listing;
    if (!this.isClosed) await this.#list();
  }

  /** One list at a time for all who want it. */
  #list(): Promise<void> {
    // The store is asked once this is known: it may list the keys of this agent, which are told it at once.
    this.#listing ??= Promise.resolve()
      .then(() => this.#readList())
      .finally(() => {
        this.#listing = undefined;
      });
    return this.#listing;
  }

  async #readList(): Promise<void> {
    try {
      const identities = await this.#answer((signal) => this.store.list(signal));
      const keys = await this.#listed.read(identities);
      this.#isStuck = false;
      this.#settle({ status: 'ready', leftOut: this.#listed.leftOut }, keys);
    } catch (error) {
      if (!(error instanceof StoreError))
        this.#ports.log(`listing ${this.store.kind} keys failed: ${toError(error).name}`);
      const { message: reason, remedy } = inWords(error);
      this.#settle({ status: 'unreachable', reason, remedy }, this.#keys);
    }
  }

  async #look(connection: Connection): Promise<void> {
    const { store } = this;
    if (store.listFor === undefined || !connection.bindings.isOfSshSession) return;
    // SECURITY: what it might see by an earlier binding it may not by a later one.
    this.#views.delete(connection);
    const { bindings } = connection;
    const { all, doubt, toPassOn: binds } = bindings;
    try {
      const blobs = await this.#answer((signal) => store.listFor?.(binds, signal) ?? Promise.resolve([]));
      // SECURITY: nor is an answer for an earlier binding good for a later one, where it came late.
      if (bindings.all === all && bindings.doubt === doubt)
        this.#views.set(connection, new Set(blobs.slice(0, limits.keysPerStore).map(blobText)));
    } catch {
      // The list of all keys, which is asked for beside this one, tells why.
    }
  }

  async #answer<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const ended = new AbortController();
    const tooLate = () => {
      const { clock } = this.#ports;
      this.#isStuck = true;
      this.#askAgainAtMs = clock.elapsedMs() + timeLimits.storeRestMs;
      throw tooSlow();
    };
    try {
      const signal = AbortSignal.any([ended.signal, this.#closed.signal]);
      return await withinLimit(ask(signal), timeLimits.storeAnswerMs, tooLate, this.#ports.clock);
    } finally {
      ended.abort(tooSlow());
    }
  }

  #settle(state: StoreState, keys: readonly ListedKey[]): void {
    if (this.#closed.signal.aborted) return;
    const isSame =
      JSON.stringify(state) === JSON.stringify(this.#state) &&
      keys.length === this.#keys.length &&
      keys.every((key, index) => key === this.#keys[index]);
    this.#state = state;
    this.#keys = keys;
    if (!isSame) this.#changed.tell();
  }
}
