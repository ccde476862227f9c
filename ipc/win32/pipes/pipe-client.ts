// Opens a named pipe as its client, after a look at who owns it.
import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileDescriptorOf } from '../libraries/host-executable.ts';
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { type Handle, INVALID_HANDLE_VALUE } from '../libraries/native-library.ts';
import { FILE_FLAG_OVERLAPPED, OPEN_EXISTING } from '../libraries/win32-constants.ts';
import { ERROR_PIPE_BUSY, lastWin32Error } from '../libraries/win32-error.ts';
import { currentUserSid, processOwnerSid } from '../security/current-user.ts';
import { ownIntegrityLevel } from '../security/integrity-level.ts';
import { assertNotMadeBelow } from '../security/mandatory-label.ts';
import {
  LABEL_SECURITY_INFORMATION,
  OWNER_SECURITY_INFORMATION,
  securityOf,
} from '../security/object-security.ts';
import { ADMINISTRATORS, LOCAL_SYSTEM } from '../security/well-known-sids.ts';

const GENERIC_READ_WRITE = 0xc000_0000;
/** SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION: the server may learn who we are, but not act in our name. */
const IDENTIFY_ONLY = 0x0011_0000;
const BUSY_PATIENCE_MS = 10_000;
const BUSY_RETRY_MS = 20;

/** The pipe is there and belongs to another user, or to a program of lower integrity than ours. */
export class ForeignPipeError extends Error {
  override readonly name = 'ForeignPipeError';
}

/**
 * Opens the pipe for reading and writing and resolves with a descriptor for `new Socket({ fd })`. Waits up to ten
 * seconds while all instances are busy. Rejects with Win32Error, or with ForeignPipeError.
 *
 * SECURITY: any user may take a pipe name that is free, and would then be given the private keys that are added. The
 * handle that was looked at is the one that is used.
 */
export async function openPipe(name: string): Promise<number> {
  const pipe = await openWhenFree(name);
  try {
    assertTrustedOwner(pipe, name);
    return fileDescriptorOf(pipe);
  } catch (error: unknown) {
    closeHandle(pipe);
    throw error;
  }
}

/** Whether `openPipe` would refuse the pipe for whose it is. False also when it can't be opened. */
export async function isForeignPipe(name: string): Promise<boolean> {
  try {
    closeSync(await openPipe(name));
    return false;
  } catch (error: unknown) {
    return error instanceof ForeignPipeError;
  }
}

async function openWhenFree(name: string): Promise<Handle> {
  const flags = FILE_FLAG_OVERLAPPED | IDENTIFY_ONLY;
  for (let waitedMs = 0; ; waitedMs += BUSY_RETRY_MS) {
    // SAFETY: the name lives for the call; no structure is passed.
    const pipe = kernel32().CreateFileW(name, GENERIC_READ_WRITE, 0, null, OPEN_EXISTING, flags, null);
    if (pipe !== INVALID_HANDLE_VALUE) return pipe;
    const error = lastWin32Error('CreateFileW');
    if (error.code !== ERROR_PIPE_BUSY || waitedMs >= BUSY_PATIENCE_MS) throw error;
    await delay(BUSY_RETRY_MS);
  }
}

function assertTrustedOwner(pipe: Handle, name: string): void {
  const { ownerSid, label } = securityOf(pipe, OWNER_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION);
  // The last two can read our memory anyway; Windows' own ssh-agent service runs as the first of them.
  const trusted = [currentUserSid(), processOwnerSid(), LOCAL_SYSTEM, ADMINISTRATORS];
  if (ownerSid === undefined || !trusted.includes(ownerSid))
    throw new ForeignPipeError(`${name} belongs to another user`);
  try {
    assertNotMadeBelow(label, ownIntegrityLevel());
  } catch (cause: unknown) {
    throw new ForeignPipeError(`${name} belongs to a program of lower integrity`, { cause });
  }
}
