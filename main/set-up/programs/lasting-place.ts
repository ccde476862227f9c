// Whether a socket's place will be ours still when the agent is not there.
import { lstatSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import type { Surroundings } from '../changes/surroundings.ts';

const WRITABLE_BY_ALL = 0o002;

/** From the directory up to the root. */
function withAbove(dir: string): readonly string[] {
  const above = dirname(dir);
  return above === dir ? [dir] : [dir, ...withAbove(above)];
}

/**
 * SECURITY: a name that stays in files of the person must not become another user's: in /tmp, which a restart empties,
 * who makes the directory first would be the agent of all of the person's programs.
 */
export function isLastingPlace({ home }: Pick<Surroundings, 'home'>, socket: string): boolean {
  const inHome = posix.relative(home, socket);
  if (!posix.isAbsolute(inHome) && inHome !== '..' && !inHome.startsWith('../')) return true;
  return withAbove(dirname(socket)).every((dir) => {
    const stats = lstatSync(dir, { throwIfNoEntry: false });
    return stats !== undefined && (stats.mode & WRITABLE_BY_ALL) === 0;
  });
}

/** For the person. */
export const notLasting = (socket: string) =>
  `Sallyport listens at ${socket}, in a folder that others may make first after a restart, so no program is told of it for good. Start it where XDG_RUNTIME_DIR is set, or by “sallyport agent --socket” with a place in your own folder.`;
