// Makes the transports for a list of doors, none of them open.
import type { ObserveProcess } from '../../ipc/transports/observe-process.ts';
import type { Transport } from '../../ipc/transports/transport.ts';
import type { DoorChoice } from './door-list.ts';

/** How clients that send WM_COPYDATA are served; `off`: not at all. */
export type LegacyClients = 'prompt' | 'usable-keys-only' | 'off';

export const legacyClientChoices: readonly LegacyClients[] = ['prompt', 'usable-keys-only', 'off'];

async function createCopydataDoor(legacyClients: Exclude<LegacyClients, 'off'>): Promise<Transport> {
  const { createCopydataTransport } = await import(
    '../../ipc/transports/copydata/create-copydata-transport.ts'
  );
  // All parts of the built program lie in one directory.
  const workerUrl = new URL('./copydata-worker.js', import.meta.url);
  return createCopydataTransport({ workerUrl, legacyClients });
}

async function createCygwinDoor(path: string): Promise<Transport> {
  const { createCygwinSocketTransport } = await import('../../ipc/transports/cygwin-socket.ts');
  if (process.platform !== 'win32') {
    const [{ peerOfTcp }, { socketPeerState: peerState }, { ObservedProcess }] = await Promise.all([
      import('../../ipc/posix/tcp-peer.ts'),
      import('../../ipc/posix/socket-peer-state.ts'),
      import('../../ipc/posix/process-facts.ts'),
    ]);
    const observeProcess: ObserveProcess = (pid) => new ObservedProcess(pid);
    return createCygwinSocketTransport({ path, peerOfTcp, peerState, observeProcess });
  }
  const [{ peerOfTcp }, { tcpPeerState: peerState }, windows, protection, directory] = await Promise.all([
    import('../../ipc/win32/processes/tcp-peer.ts'),
    import('../../ipc/win32/processes/tcp-peer-state.ts'),
    import('../../ipc/win32/processes/process-facts.ts'),
    import('../../ipc/win32/security/protect-file.ts'),
    import('../../ipc/transports/windows-socket-directory.ts'),
  ]);
  const observeProcess: ObserveProcess = (pid) => new windows.ObservedProcess(pid);
  const { protectFile, unprotectFile } = protection;
  return createCygwinSocketTransport({
    ...{ path, peerOfTcp, peerState, observeProcess, protectFile, unprotectFile },
    prepareDirectory: directory.prepareWindowsSocketDirectory,
  });
}

// Imported where they are wanted only: these modules bind to the system's own libraries.
async function createDoor(choice: DoorChoice, legacyClients: LegacyClients): Promise<Transport | undefined> {
  switch (choice.kind) {
    case 'pageant-pipe':
      return (await import('../../ipc/transports/pageant-pipe.ts')).createPageantPipeTransport();
    case 'openssh-pipe':
      return (await import('../../ipc/transports/openssh-pipe.ts')).createOpensshPipeTransport();
    case 'own-pipe':
      return (await import('../../ipc/transports/own-pipe.ts')).createOwnPipeTransport();
    case 'copydata':
      return legacyClients === 'off' ? undefined : createCopydataDoor(legacyClients);
    case 'cygwin':
      return createCygwinDoor(choice.path);
    case 'unix': {
      const { createUnixSocketTransport } = await import('../../ipc/transports/unix-socket.ts');
      const { path, privateDirectory = false } = choice;
      return createUnixSocketTransport({ path, privateDirectory });
    }
  }
}

/** The transports in the order of the list. */
export async function createDoors(
  choices: readonly DoorChoice[],
  legacyClients: LegacyClients,
): Promise<Transport[]> {
  const doors = await Promise.all(choices.map((choice) => createDoor(choice, legacyClients)));
  return doors.filter((door) => door !== undefined);
}
