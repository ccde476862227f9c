// Whether who listens at the other end of a connection is this process.
import type { Socket } from 'node:net';
import { readPeerCredentials } from '../../../ipc/posix/sockets/peer-credentials.ts';

/** False also where the system does not tell. */
export async function isOwnProcess(socket: Socket, address: string): Promise<boolean> {
  if (process.platform !== 'win32') return readPeerCredentials(socket)?.pid === process.pid;
  const { findPipeHolder } = await import('../../../ipc/win32/pipes/pipe-holder.ts');
  return findPipeHolder(address)?.pid === process.pid;
}
