// A key in clear with its uses counted, so that forgetting it never breaks a signature under way.
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';

/** What is open as long as somebody uses it: a private key, or what a PIN has opened. */
export type Opened = Pick<PrivateKey, 'destroy'>;

/** Permission to use a private key until `release()`, which must be called exactly once. */
export interface KeyLease<T extends Opened = PrivateKey> {
  readonly privateKey: T;
  release(): void;
}

/** Destroys the private key when its owner and all leases have let go. */
export class HeldKey<T extends Opened = PrivateKey> {
  readonly #privateKey: T;
  #holders = 1;

  /** The creator is the first holder and ends that with `release()`. */
  constructor(privateKey: T) {
    this.#privateKey = privateKey;
  }

  /** To look at. */
  get privateKey(): T {
    return this.#privateKey;
  }

  lease(): KeyLease<T> {
    this.#holders++;
    return { privateKey: this.#privateKey, release: () => this.release() };
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.#privateKey.destroy();
  }
}
