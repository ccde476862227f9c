// A key that lives in a store: what the ring lends of it signs there.
import type { Claimant } from '../../basics/fair-queue.ts';
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { PersonNeed } from '../ports/key-store.ts';
import type { HeldStore } from '../stores/held-store.ts';
import type { KeyLease } from './held-key.ts';
import type { KeyAsker, RingKey } from './ring-key.ts';

/** One use of a key of a store. */
class StorePrivateKey implements PrivateKey {
  readonly #store: HeldStore;
  readonly #asker: KeyAsker;

  constructor(store: HeldStore, asker: KeyAsker) {
    this.#store = store;
    this.#asker = asker;
  }

  get publicKey(): PublicKey {
    return this.#asker.publicKey.base;
  }

  sign(data: Uint8Array, algorithm: SignatureAlgorithm, claimant?: Claimant): Promise<Uint8Array> {
    const { publicKey, sessionBinds, signal } = this.#asker;
    const nobody: Claimant = { process: undefined, connection: this, signal };
    return this.#store.sign(publicKey, { data, algorithm, sessionBinds: sessionBinds() }, claimant ?? nobody);
  }

  /** There is nothing of it here. */
  destroy(): void {}
}

export class StoreKey implements RingKey {
  readonly store: HeldStore;
  readonly need: PersonNeed;
  readonly hasEncryptedForm = false;
  readonly isReencryptable = false;
  readonly isEncryptedOnly = false;
  readonly forms = [];

  constructor(store: HeldStore, need: PersonNeed) {
    this.store = store;
    this.need = need;
  }

  /** Nothing of it is in clear here. */
  reencrypt(): boolean {
    return true;
  }

  /** No prompt is ours; what waits for the store ends with the identity, the agent's lock or the client. */
  cancelPrompt(): void {}

  dispose(): void {}

  lease(asker: KeyAsker): Promise<KeyLease> {
    return Promise.resolve({ privateKey: new StorePrivateKey(this.store, asker), release: () => {} });
  }
}
