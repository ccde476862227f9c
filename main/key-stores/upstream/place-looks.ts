// What the address of another agent leads to: looked up so that a disk or server that never answers holds up nothing else.
import { realpath } from 'node:fs/promises';
import { type Clock, systemClock } from '../../basics/clock.ts';
import { withinLimit } from '../../basics/waiting.ts';

/** Reading a few links of a disk. Less than a store's time to answer, so that its error tells what is wrong. */
const limitMs = 2000;

/** Each that never ends takes a thread of the process for ever, of which the signatures need some. */
const maxLooks = 2;

/** The disk or server that a path leads to did not answer in time. */
export class SilentPlaceError extends Error {
  override readonly name = 'SilentPlaceError';
}

export class PlaceLooks {
  readonly #clock: Clock;
  readonly #follow: (path: string) => Promise<string>;
  readonly #underWay = new Map<string, Promise<string | undefined>>();

  constructor(
    clock: Clock = systemClock(),
    follow: (path: string) => Promise<string> = (path) => realpath(path),
  ) {
    this.#clock = clock;
    this.#follow = follow;
  }

  /**
   * What the path leads to, by all links. Undefined: there is nothing that we may see. Rejects with SilentPlaceError where
   * that is not told in time, also as other places that never answer leave no room to look. SECURITY: never on the event
   * loop, which a mount of a server that is gone would stop.
   */
  async target(path: string): Promise<string | undefined> {
    const endMs = this.#clock.elapsedMs() + limitMs;
    const inTime = <T>(work: Promise<T>) =>
      withinLimit(
        work,
        endMs - this.#clock.elapsedMs(),
        () => Promise.reject(new SilentPlaceError()),
        this.#clock,
      );
    while (!this.#underWay.has(path) && this.#underWay.size >= maxLooks)
      await inTime(Promise.race(this.#underWay.values()));
    return await inTime(this.#underWay.get(path) ?? this.#begin(path));
  }

  #begin(path: string): Promise<string | undefined> {
    const look = this.#follow(path)
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(path));
    this.#underWay.set(path, look);
    return look;
  }
}

/** One for the process, as its threads are. */
export const placeLooks = new PlaceLooks();
