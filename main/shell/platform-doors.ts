// Which doors the tray application opens on this system; none of them is open yet.
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Transport } from '../../ipc/transports/transport.ts';
import { runtimeSocketPath } from '../cli/agent-address.ts';
import { createDoors } from '../doors/create-doors.ts';
import { type DoorChoice, windowsDoors } from '../doors/door-list.ts';

/** Where Git for Windows, Cygwin and MSYS2 find the agent: the value of SSH_AUTH_SOCK. */
const cygwinSocketPath = () => join(homedir(), '.ssh', 'sallyport.sock');

function unixSocket(env: NodeJS.ProcessEnv): DoorChoice {
  const path = runtimeSocketPath(env) ?? join(homedir(), '.sallyport', 'agent.sock');
  return { kind: 'unix', path, privateDirectory: true };
}

/** All doors of this system. */
export function platformDoors(env: NodeJS.ProcessEnv): Promise<Transport[]> {
  const choices: readonly DoorChoice[] =
    process.platform === 'win32'
      ? [...windowsDoors, { kind: 'cygwin', path: cygwinSocketPath() }]
      : [unixSocket(env)];
  return createDoors(choices, 'prompt');
}
