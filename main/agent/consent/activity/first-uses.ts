// Which programs and hosts have used which key before, so that the first time can be told.
import { BoundedMap } from '../../../basics/bounded-map.ts';

const maxKnown = 10_000;

export class FirstUses {
  /** The least recently used is first. */
  readonly #known = new BoundedMap<string, true>(maxKnown);

  /** Says whether `who` never used the key before. */
  isFirst(keyFingerprint: string, kind: 'program' | 'host', who: string): boolean {
    return !this.#known.has(JSON.stringify([keyFingerprint, kind, who]));
  }

  note(keyFingerprint: string, kind: 'program' | 'host', who: string): void {
    this.#known.set(JSON.stringify([keyFingerprint, kind, who]), true);
  }
}
