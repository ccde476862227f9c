// How many PINs of security keys a page may have tried: security keys count them, and lock for good after eight wrong ones.

export class PinTrials {
  readonly #mayTryAnother: () => Promise<boolean>;
  /** Since the last PIN that was right. */
  #hasTried = false;
  #isAsking = false;

  /** `mayTryAnother`: whether the person allows it, asked where no page can answer. */
  constructor(mayTryAnother: () => Promise<boolean>) {
    this.#mayTryAnother = mayTryAnother;
  }

  /**
   * Whether this PIN may be tried, once: the first may, each that follows one that opened nothing when the person allows it.
   * An empty one is none.
   */
  async mayTry(pin: Uint8Array): Promise<boolean> {
    if (pin.length === 0) return true;
    if (!this.#hasTried) {
      // SECURITY: before anything is known of it, so that of many at once one is tried.
      this.#hasTried = true;
      return true;
    }
    if (this.#isAsking) return false;
    this.#isAsking = true;
    try {
      return await this.#mayTryAnother();
    } finally {
      this.#isAsking = false;
    }
  }

  /** A PIN was right. */
  opened(): void {
    this.#hasTried = false;
  }
}

/** What the page is told of a PIN that was not tried. */
export const notTried = {
  kind: 'pin-wanted',
  message: 'The PIN was not tried. Type it again when you want it tried.',
} as const;
