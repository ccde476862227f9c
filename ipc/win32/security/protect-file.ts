// Makes a file the user's own: nobody else may read it, and programs don't overwrite it by mistake.

import { advapi32 } from '../libraries/advapi32.ts';
import { kernel32 } from '../libraries/kernel32.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { currentUserSid } from './current-user.ts';
import {
  DACL_SECURITY_INFORMATION,
  PROTECTED_DACL_SECURITY_INFORMATION,
  securityOfFile,
  withDescriptor,
} from './object-security.ts';
import { MalformedSecurityError } from './sid.ts';
import { ADMINISTRATORS, LOCAL_SYSTEM } from './well-known-sids.ts';

const FILE_ATTRIBUTE_READONLY = 0x01;
const FILE_ATTRIBUTE_SYSTEM = 0x04;
const FILE_ATTRIBUTE_NORMAL = 0x80;

/**
 * Gives the file an access list for this user alone and the attributes SYSTEM (Cygwin takes only such a
 * file for a socket) and READONLY (ssh.exe opens SSH_AUTH_SOCK for writing). Throws when the file system
 * does not keep the list, as FAT does not.
 */
export function protectFile(path: string): void {
  const sid = currentUserSid();
  withDescriptor(`D:P(A;;FA;;;${sid})`, (descriptor) => {
    // SAFETY: the descriptor lives for the call.
    const done = advapi32().SetFileSecurityW(
      path,
      DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
      descriptor,
    );
    if (!done) throw lastWin32Error('SetFileSecurityW');
  });
  assertFileIsForUserAlone(path, sid);
  setAttributes(path, FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_READONLY);
}

/** Takes the attributes away, so that the file can be replaced or removed. */
export function unprotectFile(path: string): void {
  setAttributes(path, FILE_ATTRIBUTE_NORMAL);
}

function assertFileIsForUserAlone(path: string, sid: string): void {
  const { dacl } = securityOfFile(path);
  // Some file systems add these two by themselves; they can read everything anyway.
  const mayBeThere = [sid, LOCAL_SYSTEM, ADMINISTRATORS];
  if (dacl === 'everyone' || dacl.length === 0 || dacl.some((entry) => !mayBeThere.includes(entry.sid))) {
    throw new MalformedSecurityError('the file system does not keep other users out of the file');
  }
}

function setAttributes(path: string, attributes: number): void {
  // SAFETY: the path lives for the call.
  if (!kernel32().SetFileAttributesW(path, attributes)) throw lastWin32Error('SetFileAttributesW');
}
