// The process that has connected to a Unix-domain socket, and no other that has got its number since.
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { ObservedProcess } from '../processes/process-facts.ts';
import { hasExited, readPeerProcessDescriptor } from './peer-credentials.ts';

/** Takes hold of the client of `socket`, whose process the kernel calls `pid`. Takes microseconds; never throws. */
export function observePeer(socket: Socket, pid: number): ObservedProcess {
  const descriptor = readPeerProcessDescriptor(socket);
  const client = new ObservedProcess(pid);
  if (descriptor === undefined) return client;
  // As long as the client runs, its number is nobody else's. A client that has ended waits for no answer.
  if (descriptor === 'ended' || hasExited(descriptor)) client.close();
  if (descriptor !== 'ended') closeSync(descriptor);
  return client;
}
