// Named-pipe instances that only this user may open. libuv's own listen() can't: Everyone may read its pipes.

import { kernel32 } from '../libraries/kernel32.ts';
import { type Handle, INVALID_HANDLE_VALUE } from '../libraries/native-library.ts';
import { FILE_FLAG_OVERLAPPED } from '../libraries/win32-constants.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { currentUserSid } from '../security/current-user.ts';
import { ownIntegrityLevel } from '../security/integrity-level.ts';
import { assertKeepsLowerOut, labelFor } from '../security/mandatory-label.ts';
import { securityOf } from '../security/object-security.ts';
import { assertOnlyUserMayOpen } from '../security/security-descriptor.ts';
import { UserOnlySecurity } from '../security/user-only-security.ts';

const PIPE_ACCESS_DUPLEX = 0x0000_0003;
const FILE_FLAG_FIRST_PIPE_INSTANCE = 0x0008_0000;
const PIPE_REJECT_REMOTE_CLIENTS = 0x0000_0008;
const PIPE_UNLIMITED_INSTANCES = 255;
/** As libuv's own pipes. */
const BUFFER_BYTES = 65_536;

/** GENERIC_READ | GENERIC_WRITE, and what the system maps them to for a pipe. */
const PIPE_MASKS = [0xc000_0000, 0x0012_019f];

/**
 * The security of our pipes. SECURITY: GENERIC_WRITE includes the right to create further instances of
 * the name. It can't be left out: our own spare instances need it, and other programs of this user, who
 * owns the pipe, could grant it to themselves. A program of the same user is no boundary (SECURITY.md), but
 * one of a lower integrity level is kept out by the label.
 */
export function pipeSecurity(): UserOnlySecurity {
  return new UserOnlySecurity('GRGW', labelFor(ownIntegrityLevel()));
}

/**
 * Makes one instance of the pipe. `first`: fails with ERROR_ACCESS_DENIED when the name exists already;
 * otherwise a second server could join a name and inherit the other's access list.
 */
export function createPipeInstance(name: string, security: UserOnlySecurity, first: boolean): Handle {
  // SAFETY: the name lives for the call, the attributes until their owner disposes of them.
  const pipe = kernel32().CreateNamedPipeW(
    name,
    PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | (first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0),
    PIPE_REJECT_REMOTE_CLIENTS,
    PIPE_UNLIMITED_INSTANCES,
    BUFFER_BYTES,
    BUFFER_BYTES,
    0,
    security.address,
  );
  if (pipe === INVALID_HANDLE_VALUE) throw lastWin32Error('CreateNamedPipeW');
  return pipe;
}

/** Throws unless the pipe has got the owner, the access list and the label that we asked for. */
export function assertPipeIsForUserAlone(pipe: Handle): void {
  const descriptor = securityOf(pipe);
  assertOnlyUserMayOpen(descriptor, currentUserSid(), PIPE_MASKS);
  assertKeepsLowerOut(descriptor.label, ownIntegrityLevel());
}
