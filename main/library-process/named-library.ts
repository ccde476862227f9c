// What a path leads to that a program names: only looked up, and so that it can't hold up anything of ours.
import { realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Clock } from '../basics/clock.ts';
import { withinLimit } from '../basics/waiting.ts';

/** Reading a few links of a disk. */
const limitMs = 2000;

/**
 * On Windows alone: other paths than those of drives lead to other machines, who are sent a hash of the person's password, or
 * to pipes.
 */
const isOfDrive = /^[a-z]:[\\/]/i;

export class NamedLibraries {
  readonly #clock: Clock;
  readonly #follow: (path: string) => Promise<string>;
  #underWay: Promise<unknown> | undefined;

  constructor(clock: Clock, follow: (path: string) => Promise<string> = (path) => realpath(path)) {
    this.#clock = clock;
    this.#follow = follow;
  }

  /**
   * The file that the path leads to, by all links. Undefined: there is none, or it is not told in time. SECURITY: a path may
   * lead into a file system that never answers, and that takes one thread for ever: it gets no second one.
   */
  async target(path: string): Promise<string | undefined> {
    if (!(process.platform === 'win32' ? isOfDrive.test(path) : isAbsolute(path))) return undefined;
    const endMs = this.#clock.elapsedMs() + limitMs;
    const inTime = <T>(work: Promise<T>) =>
      withinLimit(work, endMs - this.#clock.elapsedMs(), () => undefined, this.#clock);
    while (this.#underWay !== undefined) {
      await inTime(this.#underWay);
      if (this.#clock.elapsedMs() >= endMs) return undefined;
    }
    const followed = this.#follow(path).catch(() => undefined);
    const underWay = followed.finally(() => {
      if (this.#underWay === underWay) this.#underWay = undefined;
    });
    this.#underWay = underWay;
    return await inTime(underWay);
  }
}
