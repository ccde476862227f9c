import { describe, expect, test } from 'vitest';
import { ownerWords } from '../../../../ipc/posix/files/owner-words.ts';

const inside = (uidMap: string) => (path: string) =>
  path === '/proc/self/uid_map' ? uidMap : path === '/proc/sys/kernel/overflowuid' ? '65534\n' : '';

describe('the owner of a place', () => {
  test.each([
    ['of a host', '         0          0 4294967295\n', 65_534],
    ['that is mapped', '0 1000 1\n1 100000 65536\n', 65_534],
    ['that is another than the one for all unknown ones', '0 1000 1\n', 1001],
    ['where there are no user namespaces', '', 65_534],
  ])('%s is another user', (_, uidMap, uid) => {
    expect(ownerWords(uid, inside(uidMap))).toBe(`another user (uid ${uid})`);
  });

  test.each(['0 1000 1\n', '0 1000 1\n1 100000 1000\n'])(
    'of whom a container knows nothing may be anybody: %j',
    (uidMap) => {
      expect(ownerWords(65_534, inside(uidMap))).toMatch(/not known in this container/);
    },
  );
});
