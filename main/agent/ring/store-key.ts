// A key that lives in a store: what the ring lends of it signs there.
import type { Claimant } from '../../basics/fair-queue.ts';
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import type { PrivateKey, SignatureWait } from '../../keys/kinds/shared/private-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { type PersonNeed, PinNeededError } from '../ports/key-store.ts';
import type { HeldStore } from '../stores/held-store.ts';
import type { KeyLease } from './held-key.ts';
import type { KeyAsker, RingKey } from './ring-key.ts';
import type { StorePin } from './store-pin.ts';

/** One use of a key of a store. */
class StorePrivateKey implements PrivateKey {
  readonly #store: HeldStore;
  readonly #asker: KeyAsker;
  readonly #reopen: () => Promise<void>;

  /** `reopen` asks for the PIN, when the store turns out to be closed again. */
  constructor(store: HeldStore, asker: KeyAsker, reopen: () => Promise<void>) {
    this.#store = store;
    this.#asker = asker;
    this.#reopen = reopen;
  }

  get publicKey(): PublicKey {
    return this.#asker.publicKey.base;
  }

  async sign(
    data: Uint8Array,
    algorithm: SignatureAlgorithm,
    claimant?: Claimant,
    waitsFor: (what: SignatureWait) => void = () => {},
  ): Promise<Uint8Array> {
    const { publicKey, key, sessionBinds, signal } = this.#asker;
    const nobody: Claimant = { process: undefined, connection: this, signal };
    const use = { data, algorithm, sessionBinds: sessionBinds(), waitsFor };
    const sign = () => this.#store.sign(publicKey, use, key(), claimant ?? nobody);
    try {
      return await sign();
    } catch (error) {
      if (!(error instanceof PinNeededError)) throw error;
      // The token was away meanwhile, or the key wants the PIN for each signature.
      await this.#reopen();
      return await sign();
    }
  }

  /** There is nothing of it here. */
  destroy(): void {}
}

export class StoreKey implements RingKey {
  readonly store: HeldStore;
  readonly need: PersonNeed;
  readonly pinPlace: string | undefined;
  readonly isReencryptable = false;
  readonly isGone = false;
  readonly forms = [];
  readonly #pin: StorePin | undefined;

  /** `pin` is that of the store, or of this place of it, shared by its keys that want one. */
  constructor(store: HeldStore, need: PersonNeed, pinPlace: string | undefined, pin: StorePin) {
    this.store = store;
    this.need = need;
    this.pinPlace = pinPlace;
    this.#pin = need === 'pin' ? pin : undefined;
  }

  get hasEncryptedForm(): boolean {
    return this.#pin !== undefined;
  }

  get isEncryptedOnly(): boolean {
    return this.#pin?.isOpen === false;
  }

  get openUntilMs(): number {
    return this.#pin?.openUntilMs ?? Number.POSITIVE_INFINITY;
  }

  /** Nothing of it is in clear here; what a PIN has opened is closed. */
  reencrypt(): boolean {
    this.#pin?.drop();
    return true;
  }

  cancelPrompt(reason: string): void {
    this.#pin?.cancelPrompt(reason);
  }

  /** Other keys may have the same PIN; what waits ends with the identity. */
  dispose(): void {}

  leaseOpen(): undefined {
    return undefined;
  }

  async lease(asker: KeyAsker): Promise<KeyLease> {
    const pin = this.#pin;
    let opened = await pin?.lease(asker);
    // SECURITY: it was open when this use was judged, by a client that may ask nobody maybe, or was refused a moment ago.
    const reopen = () =>
      asker.asking(async () => {
        pin?.drop();
        opened?.release();
        opened = undefined;
        opened = await pin?.lease(asker);
      });
    return {
      privateKey: new StorePrivateKey(this.store, asker, reopen),
      release: () => opened?.release(),
    };
  }
}
