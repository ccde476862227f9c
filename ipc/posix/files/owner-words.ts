// What to call the owner of a place, who in a container may be nobody that it knows.
import { readFileSync } from 'node:fs';

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Says whether each line of a uid_map (user_namespaces(7): first id inside, first id outside, count) leaves `uid` out. */
function isUnmapped(uid: number, uidMap: string): boolean {
  const ranges = uidMap.split('\n').filter((line) => line.trim() !== '');
  return ranges.every((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return uid < first || uid >= first + count;
  });
}

/**
 * “another user (uid …)”, or that it can't be told who: where the owner's id has no name in this user namespace, as in
 * a container without root, Linux shows one number for all of them, the host's root and strangers alike.
 */
export function ownerWords(uid: number, read: (path: string) => string = readProc): string {
  const uidMap = read('/proc/self/uid_map');
  const isNobody = uidMap !== '' && uid === Number(read('/proc/sys/kernel/overflowuid') || -1);
  if (!isNobody || !isUnmapped(uid, uidMap)) return `another user (uid ${uid})`;
  return `a user of the host that is not known in this container (uid ${uid}: root, or anybody)`;
}
