// What a process can do for its own safety on Windows, before it holds a key.
import { advapi32 } from '../libraries/advapi32.ts';
import { kernel32 } from '../libraries/kernel32.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { ACCESS_DENIED_ACE_TYPE } from './access-list.ts';
import { currentUserSid } from './current-user.ts';
import {
  DACL_SECURITY_INFORMATION,
  OWNER_SECURITY_INFORMATION,
  securityOf,
  withDescriptor,
} from './object-security.ts';
import { MalformedSecurityError } from './sid.ts';

const LOAD_LIBRARY_SEARCH_APPLICATION_DIR = 0x0200;
const LOAD_LIBRARY_SEARCH_USER_DIRS = 0x0400;
const LOAD_LIBRARY_SEARCH_SYSTEM32 = 0x0800;
const SEM_FAILCRITICALERRORS = 0x0001;
const SEM_NOGPFAULTERRORBOX = 0x0002;
const SEM_NOOPENFILEERRORBOX = 0x8000;
const WER_FAULT_REPORTING_FLAG_NOHEAP = 1;

const EVERYONE = 'WD';
/** Reading and writing memory, threads, handles, suspension, and changing the list itself. */
const DENIED_RIGHTS = 0x000c_0bfa;
/** Terminate, set session, query. */
const ALLOWED_RIGHTS = 0x1405;

/**
 * From now on DLLs named without a path come from System32 or registered folders only, never from the
 * working directory or PATH. `andFrom: 'application'` adds the executable's own folder, where Electron has
 * its DLLs. Call before anything else.
 */
export function restrictDllSearch({ andFrom }: { readonly andFrom?: 'application' } = {}): void {
  const system = LOAD_LIBRARY_SEARCH_SYSTEM32 | LOAD_LIBRARY_SEARCH_USER_DIRS;
  const folders = andFrom === 'application' ? system | LOAD_LIBRARY_SEARCH_APPLICATION_DIR : system;
  // SAFETY: takes a number; DLLs that are loaded already stay.
  if (!kernel32().SetDefaultDllDirectories(folders)) throw lastWin32Error('SetDefaultDllDirectories');
}

/**
 * A crash of this process shows no box and sends no report, and a report that is made all the same has no
 * heap, where keys are. What an administrator has set up (LocalDumps) can't be refused from here.
 */
export function suppressCrashDumps(): void {
  // SAFETY: takes and gives numbers.
  kernel32().SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  // SAFETY: takes a number. A failure leaves what SetErrorMode has done.
  kernel32().WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP);
}

/**
 * `--restrict-acl`: other processes of this user can't read our memory or inject code. Partial, since one
 * that acted before can; and programs that look into others, such as screen readers, stop working with
 * us. Throws when the system did not keep the list.
 */
export function restrictProcessAccess(): void {
  const sid = currentUserSid();
  const list = `(D;;0x${DENIED_RIGHTS.toString(16)};;;${EVERYONE})(A;;0x${ALLOWED_RIGHTS.toString(16)};;;${sid})`;
  // SAFETY: a constant that carries all rights to ourselves and needs no closing.
  const self = kernel32().GetCurrentProcess();
  withDescriptor(`O:${sid}D:P${list}`, (descriptor) => {
    // SAFETY: the descriptor lives for the call.
    const done = advapi32().SetKernelObjectSecurity(
      self,
      OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
      descriptor,
    );
    if (!done) throw lastWin32Error('SetKernelObjectSecurity');
  });
  assertProcessIsRestricted(sid);
}

function assertProcessIsRestricted(sid: string): void {
  // SAFETY: as above.
  const { ownerSid, dacl } = securityOf(kernel32().GetCurrentProcess());
  const [denied, allowed] = dacl === 'everyone' ? [] : dacl;
  const kept =
    ownerSid === sid &&
    denied?.type === ACCESS_DENIED_ACE_TYPE &&
    (denied.mask & DENIED_RIGHTS) === DENIED_RIGHTS &&
    allowed?.sid === sid &&
    dacl.length === 2;
  if (!kept) throw new MalformedSecurityError('the system did not restrict access to this process');
}
