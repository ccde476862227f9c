// Who runs this process: the SID that must own our doors, and the names that PuTTY may know the user by.

import { throughSystemCodePage } from '../code-page/system-code-page.ts';
import { advapi32 } from '../libraries/advapi32.ts';
import { kernel32 } from '../libraries/kernel32.ts';
import { koffi, wideText } from '../libraries/native-library.ts';
import { secur32 } from '../libraries/secur32.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { ownerSidOf } from './object-security.ts';
import { ownTokenSid, TOKEN_USER, tokenSidOfProcess } from './process-token.ts';

const NAME_USER_PRINCIPAL = 8;
/** Longest principal name that is read, in UTF-16 code units. */
const PRINCIPAL_UNITS = 1024;

let userSid: string | undefined;

/** The user SID of our own token. Not the default owner: for an administrator that is a group. */
export function currentUserSid(): string {
  userSid ??= ownTokenSid(TOKEN_USER);
  return userSid;
}

/** Owner of our process object: what an object made without a descriptor gets, here and in like programs. */
export function processOwnerSid(): string | undefined {
  // SAFETY: a constant that needs no closing; it carries all rights to ourselves.
  return ownerSidOf(kernel32().GetCurrentProcess());
}

/** The user SID of another process's token; undefined when it has ended or the system does not tell. */
export function userSidOfProcess(pid: number): string | undefined {
  return tokenSidOfProcess(pid, TOKEN_USER);
}

/** The account name without domain, as an ANSI program gets it. */
export function accountName(): string {
  const name = new Uint16Array(257);
  const size = [name.length];
  // SAFETY: at most name.length units are written; size then counts the NUL.
  if (!advapi32().GetUserNameW(name, size)) throw lastWin32Error('GetUserNameW');
  return throughSystemCodePage(wideText(name));
}

/**
 * The part of the user principal name before the first `@`; undefined for accounts without a directory. Asked on
 * another thread, since a directory that can't be reached keeps who asks for seconds. `format` is replaced in tests.
 */
export async function principalName(format: number = NAME_USER_PRINCIPAL): Promise<string | undefined> {
  // Memory that does not move while another thread writes to it.
  const memory: bigint = koffi().alloc('uint16_t', PRINCIPAL_UNITS);
  try {
    const told = await new Promise<number>((resolve, reject) => {
      // SAFETY: at most PRINCIPAL_UNITS are written; the memory is freed after the call has ended.
      secur32().GetUserNameExW.async(format, memory, [PRINCIPAL_UNITS], (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
    if (!told) return undefined;
    // SAFETY: copies our own block.
    const name = wideText(koffi().decode(memory, 'uint16_t', PRINCIPAL_UNITS) as Uint16Array);
    return throughSystemCodePage(name.split('@', 1)[0] ?? '') || undefined;
  } finally {
    koffi().free(memory);
  }
}

/**
 * The names PuTTY may compute for this user, the likelier one first: the principal name, and the account
 * name, which it uses when the directory does not answer. Pipe names don't tell upper from lower case.
 */
export async function puttyUserNames(): Promise<readonly [string, ...string[]]> {
  const account = accountName();
  const principal = await principalName();
  if (principal === undefined || principal.toLowerCase() === account.toLowerCase()) return [account];
  return [principal, account];
}
