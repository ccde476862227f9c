// Puts the Cygwin door together from the system's own parts.
import type { ObserveProcess } from '../observe-process.ts';
import type { Transport } from '../transport.ts';
import { createCygwinSocketTransport } from './cygwin-socket.ts';

/** A transport on the Cygwin socket file at `path`. */
export function createCygwinTransport(path: string): Promise<Transport> {
  return process.platform === 'win32' ? onWindows(path) : onUnix(path);
}

// Imported where they are wanted only: these modules bind to the system's own libraries.

async function onUnix(path: string): Promise<Transport> {
  const [{ peerOfTcp }, { socketPeerState: peerState }, { ObservedProcess }] = await Promise.all([
    import('../../posix/processes/tcp-peer.ts'),
    import('../../posix/sockets/socket-peer-state.ts'),
    import('../../posix/processes/process-facts.ts'),
  ]);
  const observeProcess: ObserveProcess = (pid) => new ObservedProcess(pid);
  return createCygwinSocketTransport({ path, peerOfTcp, peerState, observeProcess });
}

async function onWindows(path: string): Promise<Transport> {
  const [{ peerOfTcp }, { tcpPeerState: peerState }, { ObservedProcess }, protection, directory] =
    await Promise.all([
      import('../../win32/processes/tcp-peer.ts'),
      import('../../win32/processes/tcp-peer-state.ts'),
      import('../../win32/processes/process-facts.ts'),
      import('../../win32/security/protect-file.ts'),
      import('./windows-socket-directory.ts'),
    ]);
  const observeProcess: ObserveProcess = (pid) => new ObservedProcess(pid);
  const { protectFile, unprotectFile } = protection;
  return createCygwinSocketTransport({
    ...{ path, peerOfTcp, peerState, observeProcess, protectFile, unprotectFile },
    prepareDirectory: directory.prepareWindowsSocketDirectory,
  });
}
