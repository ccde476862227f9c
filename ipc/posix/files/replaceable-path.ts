// Whether another user could put something of their own in the place of a file of ours: by the file, or a directory on
// the way to it, that they may change or own.
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { hasAccessList } from './access-list.ts';

export interface Weakness {
  /** What others have a hand in. */
  readonly path: string;
  readonly what: 'directory' | 'link' | 'file';
  readonly kind: 'foreign-owner' | 'writable';
  readonly uid: number;
  /** Permission bits. Those of the group show a list of further users (ACL) as well. */
  readonly mode: number;
}

const STICKY = 0o1000;
const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * The first place on the way to the file, or to the entries of the directory, `path`, itself included, where somebody
 * else could exchange what is there; undefined when there is none. What does not exist yet is left out. In a directory
 * with the sticky bit, such as /tmp, nobody can exchange another's entries, and so it is none.
 *
 * A group counts as others, even one that has no other member now, unless `isTrustedGroup` says otherwise. Trusted
 * beside this user is who owns the root directory: root, or whatever root is called in this user namespace.
 * @throws the system's error when a place can't be looked at.
 */
export function findWeakness(
  path: string,
  isTrustedGroup: (gid: number) => boolean = () => false,
): Weakness | undefined {
  const trusted = [process.geteuid?.(), lstatSync(sep).uid, 0];
  let links = 0;
  let reached: string = sep;
  const names = resolve(path).split(sep).filter(Boolean);
  for (;;) {
    const stats = lstatSync(reached, { throwIfNoEntry: false });
    if (!stats) return undefined;
    const weakness = weaknessOf(reached, stats, trusted, isTrustedGroup);
    if (weakness) return weakness;
    if (stats.isSymbolicLink()) {
      if (++links > MAX_LINKS) throw new Error(`there are too many links on the way to ${path}`);
      const target = readlinkSync(reached);
      names.unshift(...target.split(sep).filter(Boolean));
      reached = isAbsolute(target) ? sep : dirname(reached);
      continue;
    }
    const next = names.shift();
    if (next === undefined) return undefined;
    // `..` of a link's target leads up from where its links have led: `reached` has none.
    reached = join(reached, next);
  }
}

function weaknessOf(
  path: string,
  stats: Stats,
  trusted: readonly (number | undefined)[],
  isTrustedGroup: (gid: number) => boolean,
): Weakness | undefined {
  const { uid, gid, mode } = stats;
  const what = stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'file';
  const weakness = { path, what, uid, mode: mode & 0o7777 } as const;
  if (!trusted.includes(uid)) return { ...weakness, kind: 'foreign-owner' };
  // The mode of a link says nothing.
  if (what === 'link' || (what === 'directory' && (mode & STICKY) !== 0)) return undefined;
  // SECURITY: those bits may be for users whom an access list names, beside a group that is trusted.
  const isForGroupAlone = () => isTrustedGroup(gid) && !hasAccessList(path);
  const isWritable =
    (mode & WRITABLE_BY_ALL) !== 0 || ((mode & WRITABLE_BY_GROUP) !== 0 && !isForGroupAlone());
  return isWritable ? { ...weakness, kind: 'writable' } : undefined;
}
