// The group of its own that many a Linux gives each user, so that files may be writable by it.
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/** passwd(5), group(5): fields with colons between them. */
function readFields(path: string): string[][] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}

/**
 * Whether the group is this user's alone: named as they are, their primary one and nobody else's, without another
 * member. Only the files passwd and group in `etc` are asked: a group that they don't have is shared. Never throws.
 */
export function isPrivateGroup(gid: number, etc = '/etc'): boolean {
  try {
    const { username } = userInfo();
    const users = readFields(`${etc}/passwd`).filter((fields) => fields[3] === String(gid));
    const groups = readFields(`${etc}/group`).filter((fields) => fields[2] === String(gid));
    return (
      users.length > 0 &&
      users.every(([name]) => name === username) &&
      groups.length > 0 &&
      groups.every(([name, , , members = '']) => name === username && ['', username].includes(members.trim()))
    );
  } catch {
    return false;
  }
}
