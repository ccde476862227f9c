// The sockets that a process has open (Linux).
import { type Dir, opendirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { libcFunction } from '../libc.ts';
import { readProcLink } from './proc-files.ts';

const MAX_DESCRIPTORS = 4096;
/** As many are looked at before others get a turn. */
const DESCRIPTORS_PER_TURN = 64;

/**
 * Inodes of the sockets that a process has open; empty when we may not look. `tcpOnly` leaves out those that can't
 * be TCP's. `processDirectory` as /proc/PID.
 */
export async function readSocketInodes(processDirectory: string, tcpOnly = false): Promise<Set<number>> {
  const inodes = new Set<number>();
  const descriptors = openDescriptors(processDirectory);
  if (!descriptors) return inodes;
  try {
    for (let index = 1; index <= MAX_DESCRIPTORS; index++) {
      const name = descriptors.readSync()?.name;
      if (name === undefined) break;
      const path = `${processDirectory}/fd/${name}`;
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readProcLink(path) ?? '') ?? [];
      if (inode !== undefined && (!tcpOnly || mayBeTcp(path))) inodes.add(Number(inode));
      if (index % DESCRIPTORS_PER_TURN === 0) await nextTurn();
    }
  } catch {
    // The process has ended meanwhile.
  } finally {
    descriptors.closeSync();
  }
  return inodes;
}

/** To be read bit by bit: a process may have a million descriptors, and a list of them takes the kernel a second. */
function openDescriptors(processDirectory: string): Dir | undefined {
  try {
    return opendirSync(`${processDirectory}/fd`, { bufferSize: DESCRIPTORS_PER_TURN });
  } catch {
    return undefined;
  }
}

/** Linux tells a socket's protocol by a file attribute, for those who can't ask the socket (lsof does so, too). */
function mayBeTcp(path: string): boolean {
  const name = new Uint8Array(32);
  try {
    const getxattr = libcFunction(
      'intptr_t getxattr(const char *path, const char *name, _Out_ void *value, size_t size)',
    );
    // SAFETY: the strings live for the call; at most `name.length` bytes are written.
    const length: number = getxattr(path, 'system.sockprotoname', name, name.length);
    // TCP, TCPv6, MPTCP … Where the kernel does not tell, the table of connections does.
    return length <= 0 || Buffer.from(name.subarray(0, length)).includes('TCP');
  } catch {
    return true;
  }
}
