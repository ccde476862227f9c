// Whether a socket's place will be ours still when the agent is not there.
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import type { Surroundings } from '../changes/surroundings.ts';

const WRITABLE_BY_ALL = 0o002;

/** From the directory up to the root. */
function withAbove(dir: string): readonly string[] {
  const above = dirname(dir);
  return above === dir ? [dir] : [dir, ...withAbove(above)];
}

/** The directory, or what there is of the way to it, behind links; undefined where a link leads nowhere. */
function realDirectory(dir: string): string | undefined {
  const there = withAbove(dir).find((one) => lstatSync(one, { throwIfNoEntry: false }) !== undefined);
  try {
    return there && realpathSync.native(there);
  } catch {
    return undefined;
  }
}

function isWithin(home: string, dir: string): boolean {
  const inHome = posix.relative(home, dir);
  return !posix.isAbsolute(inHome) && inHome !== '..' && !inHome.startsWith('../');
}

/**
 * SECURITY: a name that stays in files of the person must not become another user's: in /tmp, which a restart empties,
 * who makes the directory first would be the agent of all of the person's programs. A HOME that is said to be `/` or
 * `/tmp`, and a link that leads there, make that place no better.
 */
export function isLastingPlace({ home }: Pick<Surroundings, 'home'>, socket: string): boolean {
  const dir = dirname(socket);
  const [real, realHome] = [realDirectory(dir), realDirectory(home)];
  if (real === undefined || realHome === undefined) return false;
  const isInHome = isWithin(realHome, real);
  // In a folder of the person's alone, only they make what is missing.
  if (!isInHome && !statSync(dir, { throwIfNoEntry: false })) return false;
  const below = isInHome ? withAbove(real).filter((one) => isWithin(realHome, one)) : withAbove(real);
  return below.every((one) => (statSync(one).mode & WRITABLE_BY_ALL) === 0);
}

/** For the person. */
export const notLasting = (socket: string) =>
  `Sallyport listens at ${socket}, in a folder that others may make first after a restart, so no program is told of it for good. End it (sallyport agent --stop), and start it where XDG_RUNTIME_DIR is set, or in a folder of your own, such as: sallyport agent --background --socket ~/.ssh/sallyport.sock`;
