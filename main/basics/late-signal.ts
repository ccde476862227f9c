// A signal that is made when somebody asks for it: most are aborted without anybody having done so.

export class LateSignal {
  readonly #reason: unknown;
  #controller: AbortController | undefined;
  #isAborted = false;

  /** `reason` says why it is aborted, where it is. */
  constructor(reason: unknown) {
    this.#reason = reason;
  }

  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** The same one always, aborted already where `abort` was called before. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#controller?.abort(this.#reason);
  }
}
