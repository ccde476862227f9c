// Security descriptors of live objects: read them from a handle or file, make them from SDDL.
import { advapi32 } from '../libraries/advapi32.ts';
import { kernel32 } from '../libraries/kernel32.ts';
import type { BOOL, Handle } from '../libraries/native-library.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { parseSecurityDescriptor, type SecurityDescriptor } from './security-descriptor.ts';

export const OWNER_SECURITY_INFORMATION = 1;
export const DACL_SECURITY_INFORMATION = 4;
export const LABEL_SECURITY_INFORMATION = 0x10;
export const PROTECTED_DACL_SECURITY_INFORMATION = 0x8000_0000;
const SDDL_REVISION_1 = 1;
/** A descriptor can't be longer: an access list has at most 64 KiB, and there are two. */
const MAX_DESCRIPTOR_BYTES = 160 * 1024;

type Read = (buffer: Uint8Array, size: number, needed: (number | null)[]) => BOOL;

/** Owner, access list and label of a kernel object (pipe, mapping, process …). The handle needs READ_CONTROL. */
export function securityOf(
  handle: Handle,
  information: number = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
): SecurityDescriptor {
  return readDescriptor('GetKernelObjectSecurity', (buffer, size, needed) =>
    // SAFETY: at most `size` bytes are written; the caller holds the handle open.
    advapi32().GetKernelObjectSecurity(handle, information, buffer, size, needed),
  );
}

/** Owner and access list of a file. */
export function securityOfFile(path: string): SecurityDescriptor {
  const information = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  return readDescriptor('GetFileSecurityW', (buffer, size, needed) =>
    // SAFETY: at most `size` bytes are written.
    advapi32().GetFileSecurityW(path, information, buffer, size, needed),
  );
}

/** The owner's SID as text; undefined for an object without one. */
export function ownerSidOf(handle: Handle): string | undefined {
  return securityOf(handle, OWNER_SECURITY_INFORMATION).ownerSid;
}

function readDescriptor(call: string, read: Read): SecurityDescriptor {
  let buffer = new Uint8Array(512);
  const needed = [0];
  if (!read(buffer, buffer.length, needed)) {
    const error = lastWin32Error(call);
    const size = needed[0] ?? 0;
    if (size <= buffer.length || size > MAX_DESCRIPTOR_BYTES) throw error;
    buffer = new Uint8Array(size);
    if (!read(buffer, buffer.length, needed)) throw lastWin32Error(call);
  }
  return parseSecurityDescriptor(buffer);
}

/** Makes a descriptor from SDDL, lends its address to `use`, and frees it. */
export function withDescriptor<Result>(sddl: string, use: (descriptor: Handle) => Result): Result {
  const descriptor = descriptorFromSddl(sddl);
  try {
    return use(descriptor);
  } finally {
    freeDescriptor(descriptor);
  }
}

/** Makes a descriptor that stays until `freeDescriptor`. */
export function descriptorFromSddl(sddl: string): Handle {
  const result: (Handle | null)[] = [null];
  // SAFETY: one address is written; the memory is ours until LocalFree.
  const done = advapi32().ConvertStringSecurityDescriptorToSecurityDescriptorW(
    sddl,
    SDDL_REVISION_1,
    result,
    [0],
  );
  if (!done || !result[0]) throw lastWin32Error('ConvertStringSecurityDescriptorToSecurityDescriptorW');
  return result[0];
}

export function freeDescriptor(descriptor: Handle): void {
  // SAFETY: it came from descriptorFromSddl and is not used again.
  kernel32().LocalFree(descriptor);
}
