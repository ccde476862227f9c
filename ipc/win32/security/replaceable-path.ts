// Whether another user could put something of their own in the place of a file of ours: by a directory on the way
// to it that they may change, or that they own. As ipc/posix/files/replaceable-path.ts, by access lists.
import { lstatSync, readlinkSync } from 'node:fs';
import { win32 } from 'node:path';
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { INVALID_HANDLE_VALUE } from '../libraries/native-library.ts';
import { OPEN_EXISTING, READ_CONTROL } from '../libraries/win32-constants.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { ACCESS_DENIED_ACE_TYPE, type Ace } from './access-list.ts';
import { currentUserSid } from './current-user.ts';
import { securityOf } from './object-security.ts';
import type { SecurityDescriptor } from './security-descriptor.ts';
import {
  ADMINISTRATORS,
  CREATOR_OWNER,
  DOMAIN_ADMINS,
  LOCAL_SYSTEM,
  OWNER_RIGHTS,
  TRUSTED_INSTALLER,
} from './well-known-sids.ts';

export interface Weakness {
  /** The directory, or the link, that others have a hand in. */
  readonly path: string;
  readonly kind: 'foreign-owner' | 'writable';
  /** Who that is; `everyone` where there are no access lists. */
  readonly sid: string;
}

/** `root`: of a drive or share, which nobody can rename. `last`: where our file is to be. */
export type Place = 'root' | 'between' | 'last' | 'link';

const FILE_SHARE_ALL = 7;
/** FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT: directories, and links themselves. */
const DIRECTORY_OR_LINK = 0x0220_0000;

const OBJECT_INHERIT_ACE = 0x01;
const INHERIT_ONLY_ACE = 0x08;

/** FILE_ADD_FILE, or to write into a file that inherits the right. */
const WRITE_DATA = 0x0002;
const DELETE_CHILD = 0x0040;
const WRITE_ATTRIBUTES = 0x0100;
const DELETE = 0x0001_0000;
/** WRITE_DAC | WRITE_OWNER | GENERIC_ALL: the right to take all others. */
const TAKE_RIGHTS = 0x100c_0000;
const GENERIC_WRITE = 0x4000_0000;

const EXCHANGES_ENTRIES = DELETE_CHILD | TAKE_RIGHTS;
const CHANGES_FILES = WRITE_DATA | DELETE | TAKE_RIGHTS | GENERIC_WRITE;
/** Rights that others may not have. To lead a directory or link elsewhere takes the right to write data or attributes. */
const forbidden: Readonly<Record<Place, number>> = {
  root: EXCHANGES_ENTRIES,
  between: EXCHANGES_ENTRIES | DELETE,
  last: EXCHANGES_ENTRIES | CHANGES_FILES | WRITE_ATTRIBUTES,
  link: EXCHANGES_ENTRIES | CHANGES_FILES | WRITE_ATTRIBUTES,
};

const MAX_LINKS = 40;

/** What is at a path. */
export interface Seen {
  readonly security: SecurityDescriptor;
  /** Where it leads, if it is a link or junction. */
  readonly target?: string;
}

/**
 * The first place on the way to the entries of directory `dir` (absolute), itself included, where somebody else could
 * exchange what is there, or a file before it is closed to them; undefined when there is none. What does not exist yet
 * is left out. Trusted beside this user are the system and administrators.
 * @throws the system's error when a place can't be looked at.
 */
export function findWeakness(dir: string): Weakness | undefined {
  return searchWay(dir, lookAt, trustedBeside(currentUserSid()));
}

/**
 * The first place on the way to `path` (absolute), itself included, that belongs to somebody else, whatever access lists say: who
 * has made what is there. Throws the system's error when a place can't be looked at.
 */
export function findForeignOwner(path: string): Weakness | undefined {
  return searchWay(path, (place) => withoutList(lookAt(place)), trustedBeside(currentUserSid()));
}

const withoutList = (seen: Seen | undefined): Seen | undefined =>
  seen && { ...seen, security: { ...seen.security, dacl: [] } };

/**
 * The user, the system and administrators. Those of the user's domain are administrators of its machines, and stand in
 * the access lists of many a profile that is kept on a server.
 */
export function trustedBeside(userSid: string): string[] {
  const [, domain] = /^(S-1-5-21-\d+-\d+-\d+)-\d+$/.exec(userSid) ?? [];
  return [
    userSid,
    LOCAL_SYSTEM,
    ADMINISTRATORS,
    TRUSTED_INSTALLER,
    ...(domain === undefined ? [] : [`${domain}-${DOMAIN_ADMINS}`]),
  ];
}

/** As `findWeakness`, by what `look` sees; `trusted` are SIDs. */
export function searchWay(
  dir: string,
  look: (path: string) => Seen | undefined,
  trusted: readonly string[],
  links = 0,
): Weakness | undefined {
  for (const path of wayTo(dir)) {
    const seen = look(path);
    if (!seen) return undefined;
    const { security, target } = seen;
    const weakness = weaknessOf(path, placeOf(path, dir, target !== undefined), security, trusted);
    if (weakness) return weakness;
    if (target === undefined) continue;
    if (links === MAX_LINKS) throw new Error(`there are too many links on the way to ${dir}`);
    const real = win32.resolve(win32.dirname(path), target);
    return searchWay(win32.join(real, win32.relative(path, dir)), look, trusted, links + 1);
  }
  return undefined;
}

/** The directories from the root to `dir`. */
export function wayTo(dir: string): string[] {
  const way = [win32.resolve(dir)];
  for (let path = way[0] as string; win32.dirname(path) !== path; path = win32.dirname(path))
    way.unshift(win32.dirname(path));
  return way;
}

function placeOf(path: string, dir: string, isLink: boolean): Place {
  if (isLink) return 'link';
  if (path === win32.resolve(dir)) return 'last';
  return win32.dirname(path) === path ? 'root' : 'between';
}

function lookAt(path: string): Seen | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return undefined;
  const security = securityAt(path);
  return { security, ...(stats.isSymbolicLink() && { target: readlinkSync(path) }) };
}

function securityAt(path: string): SecurityDescriptor {
  // SAFETY: the path lives for the call; no structure is passed.
  const directory = kernel32().CreateFileW(
    path,
    READ_CONTROL,
    FILE_SHARE_ALL,
    null,
    OPEN_EXISTING,
    DIRECTORY_OR_LINK,
    null,
  );
  if (directory === INVALID_HANDLE_VALUE) throw lastWin32Error('CreateFileW');
  try {
    return securityOf(directory);
  } finally {
    closeHandle(directory);
  }
}

/** What is wrong with one place, as its owner and access list say. `trusted` are SIDs. */
export function weaknessOf(
  path: string,
  place: Place,
  { ownerSid, dacl }: SecurityDescriptor,
  trusted: readonly string[],
): Weakness | undefined {
  if (ownerSid === undefined || !trusted.includes(ownerSid))
    return { path, kind: 'foreign-owner', sid: ownerSid ?? 'nobody' };
  if (dacl === 'everyone') return { path, kind: 'writable', sid: 'everyone' };
  const harmless = [...trusted, CREATOR_OWNER, OWNER_RIGHTS];
  // A right that another entry denies counts all the same. So does that of an entry of unknown kind, which has no SID.
  const open = dacl.find(
    (entry) =>
      entry.type !== ACCESS_DENIED_ACE_TYPE && !harmless.includes(entry.sid) && isForbidden(entry, place),
  );
  return open && { path, kind: 'writable', sid: open.sid || 'somebody' };
}

function isForbidden({ flags, mask }: Ace, place: Place): boolean {
  const here = (flags & INHERIT_ONLY_ACE) === 0 ? mask & forbidden[place] : 0;
  // Our file has the entry, too, from when it is made until it is closed to others.
  const inFiles = place === 'last' && (flags & OBJECT_INHERIT_ACE) !== 0 ? mask & CHANGES_FILES : 0;
  return (here | inFiles) !== 0;
}
