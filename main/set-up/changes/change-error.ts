// Why something of the person is left as it is.

/** `message` is for the person: what is in the way, and what to do. `byHand` are the lines that it is about. */
export class ChangeError extends Error {
  override readonly name = 'ChangeError';
  readonly byHand: readonly string[];

  constructor(message: string, byHand: readonly string[] = []) {
    super(message);
    this.byHand = byHand;
  }
}
