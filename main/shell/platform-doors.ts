// Which doors there are on this system, and what the person calls them.
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Transport } from '../../ipc/transports/transport.ts';
import { defaultSocketPath } from '../cli/agent-address.ts';

/** For the person, by the transport's name. */
export const doorTitles: Readonly<Record<string, string>> = {
  'unix-socket': 'Unix socket',
  'pageant-pipe': "Pageant's pipe (PuTTY 0.75 and later, WinSCP, FileZilla)",
  copydata: "Pageant's window messages (older PuTTY and its kin)",
  'openssh-pipe': "OpenSSH's pipe (Windows' ssh.exe, VS Code)",
  'own-pipe': "Sallyport's own pipe (IdentityAgent)",
  'cygwin-socket': 'Cygwin socket (Git for Windows, Cygwin, MSYS2)',
};

/** Where Git for Windows, Cygwin and MSYS2 find the agent: the value of SSH_AUTH_SOCK. */
const cygwinSocketPath = () => join(homedir(), '.ssh', 'sallyport.sock');

async function windowsDoors(): Promise<Transport[]> {
  // Loaded only where they work: these modules bind to Windows' own libraries.
  const [{ createPageantPipeTransport }, { createOpensshPipeTransport }, { createOwnPipeTransport }, cygwin] =
    await Promise.all([
      import('../../ipc/transports/pageant-pipe.ts'),
      import('../../ipc/transports/openssh-pipe.ts'),
      import('../../ipc/transports/own-pipe.ts'),
      import('../../ipc/transports/cygwin-socket.ts'),
    ]);
  const { createCopydataTransport } = await import(
    '../../ipc/transports/copydata/create-copydata-transport.ts'
  );
  const { peerOfTcp } = await import('../../ipc/win32/tcp-peer.ts');
  const { describeProcess } = await import('../../ipc/win32/process-facts.ts');
  const { protectFile, unprotectFile } = await import('../../ipc/win32/protect-file.ts');
  return [
    createPageantPipeTransport(),
    createCopydataTransport({
      workerUrl: new URL('./copydata-worker.js', import.meta.url),
      legacyClients: 'prompt',
    }),
    createOpensshPipeTransport(),
    createOwnPipeTransport(),
    cygwin.createCygwinSocketTransport({
      path: cygwinSocketPath(),
      peerOfTcp: async (local, remote) => peerOfTcp(local, remote),
      describeProcess,
      protectFile,
      unprotectFile,
    }),
  ];
}

async function unixDoors(env: NodeJS.ProcessEnv): Promise<Transport[]> {
  const { createUnixSocketTransport } = await import('../../ipc/transports/unix-socket.ts');
  const path = defaultSocketPath(env) ?? join(homedir(), '.sallyport', 'agent.sock');
  return [createUnixSocketTransport({ path, privateDirectory: true })];
}

/** All doors of this system, none of them open. */
export function platformDoors(env: NodeJS.ProcessEnv): Promise<Transport[]> {
  return process.platform === 'win32' ? windowsDoors() : unixDoors(env);
}
