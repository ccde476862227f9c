// POSIX access lists (acl(5)), which let further users in beside owner, group and all.
import { constants } from 'node:os';
import { lastErrorNumber, libcFunction } from '../libc.ts';

/** Whether the system says that there is no list; node:os is loaded for a list of numbers only where it was asked. */
function saysNone(error: number | undefined): boolean {
  const { ENODATA, EOPNOTSUPP, ENOTSUP } = constants.errno;
  return error !== undefined && [ENODATA, EOPNOTSUPP, ENOTSUP].includes(error);
}

/**
 * Whether what lies at `path` has an access list. The group's bits of its mode then tell what any of the users and
 * groups named there may do, not the group alone. True when the system does not say; false on other systems than Linux,
 * whose lists are of another kind.
 */
export function hasAccessList(path: string): boolean {
  if (process.platform !== 'linux') return false;
  const getxattr = libcFunction(
    'intptr_t getxattr(const char *path, const char *name, _Out_ void *value, size_t size)',
  );
  // SAFETY: the strings live for the call; with size 0 nothing is written.
  const length: number = getxattr(path, 'system.posix_acl_access', null, 0);
  return length >= 0 || !saysNone(lastErrorNumber());
}
