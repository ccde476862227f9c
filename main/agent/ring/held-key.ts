// A key in clear with its uses counted, so that forgetting it never breaks a signature under way.
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';

/** Permission to use a private key until `release()`, which must be called exactly once. */
export interface KeyLease {
  readonly privateKey: PrivateKey;
  release(): void;
}

/** Destroys the private key when its owner and all leases have let go. */
export class HeldKey {
  readonly #privateKey: PrivateKey;
  #holders = 1;

  /** The creator is the first holder and ends that with `release()`. */
  constructor(privateKey: PrivateKey) {
    this.#privateKey = privateKey;
  }

  lease(): KeyLease {
    this.#holders++;
    return { privateKey: this.#privateKey, release: () => this.release() };
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.#privateKey.destroy();
  }
}
