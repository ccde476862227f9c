// Quiet for programs that nobody has heard of: one that copies itself has a new name for each request.
import { BoundedMap } from '../../basics/bounded-map.ts';
import type { Clock } from '../../basics/clock.ts';
import { timeLimits } from '../limits/time-limits.ts';
import { BackOff } from './back-off.ts';
import type { RequestSource } from './request-identity.ts';

/** So many programs may each have their first "no" for nothing. */
const freeNoes = 3;
const maxKnown = 1000;

/** SECURITY: of this machine alone; a machine elsewhere has one name, whatever asks there, and silences nobody here. */
export class Newcomers {
  readonly #known = new BoundedMap<string, true>(maxKnown);
  readonly #noes: BackOff;

  constructor(clock: Clock) {
    this.#noes = new BackOff(clock, { ...timeLimits.quietForNewcomers, freeNoes });
  }

  /** Whether it is too soon after a "no" to other programs to ask for one that was not asked about before. */
  isQuiet(source: RequestSource): boolean {
    return this.#isNew(source) && this.#noes.isQuiet('');
  }

  /** One "no" to all of these. */
  noteNo(sources: readonly RequestSource[]): void {
    if (sources.some((source) => this.#isNew(source))) this.#noes.noteNo('');
    for (const source of sources) this.noteKnown(source);
  }

  /** Has its own quiet from now on. */
  noteKnown({ group, isHere }: RequestSource): void {
    if (isHere) this.#known.set(group, true);
  }

  clear(): void {
    this.#known.clear();
    this.#noes.clear();
  }

  #isNew({ group, isHere }: RequestSource): boolean {
    return isHere && !this.#known.has(group);
  }
}
