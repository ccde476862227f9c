// Which doors the tray application opens on this system; none of them is open yet.
import type { Transport } from '../../ipc/transports/transport.ts';
import { cygwinSocketPath } from '../client/find/agent-address.ts';
import { createDoors } from '../doors/create-doors.ts';
import { type DoorChoice, windowsDoors } from '../doors/door-list.ts';
import { sharedSocketPath } from '../doors/socket-place.ts';

/** All doors of this system. `complain` is told when the place where the command looks for an agent can't be used. */
export async function platformDoors(
  env: NodeJS.ProcessEnv,
  complain: (line: string) => void,
): Promise<Transport[]> {
  const choices: readonly DoorChoice[] =
    process.platform === 'win32'
      ? [...windowsDoors, { kind: 'cygwin', path: cygwinSocketPath() }]
      : [{ kind: 'unix', path: await sharedSocketPath(env, complain), privateDirectory: true }];
  return createDoors(choices, 'prompt');
}
