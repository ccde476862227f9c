// Which programs and hosts have used which key before, so that the first time can be told.

const maxKnown = 10_000;

export class FirstUses {
  /** The least recently used is first. */
  readonly #known = new Map<string, true>();

  /** Says whether `who` never used the key before. */
  isFirst(keyFingerprint: string, kind: 'program' | 'host', who: string): boolean {
    return !this.#known.has(JSON.stringify([keyFingerprint, kind, who]));
  }

  note(keyFingerprint: string, kind: 'program' | 'host', who: string): void {
    const id = JSON.stringify([keyFingerprint, kind, who]);
    this.#known.delete(id);
    this.#known.set(id, true);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
  }
}
