// Where the agent is to listen, and where its clients are told that it does.
import { isHandedSocket } from '../../../ipc/transports/unix/handed-socket.ts';
import type { DoorReport } from '../../agent/ports/host.ts';
import { type DoorChoice, windowsDoors } from '../../doors/door-list.ts';
import { freshSocketPlace, sharedSocketPath } from '../../doors/socket-place.ts';
import type { CommandIo } from '../parts/command.ts';
import type { AgentOptions } from './agent-options.ts';

export interface AgentDoors {
  readonly choices: readonly DoorChoice[];
  /** Removes what was made for them. Never rejects. */
  tidyUp(): Promise<void>;
}

/** The doors of `--doors` or `--socket`, else those of the platform; the agent of a command has a socket of its own. */
export async function chooseDoors(
  { doors, socketPath, command }: AgentOptions,
  { env, complain }: CommandIo,
): Promise<AgentDoors> {
  const keep = () => Promise.resolve();
  if (doors) return { choices: doors, tidyUp: keep };
  if (process.platform === 'win32') return { choices: windowsDoors, tidyUp: keep };
  if (socketPath !== undefined) {
    const handedOver = isHandedSocket(env);
    return { choices: [{ kind: 'unix', path: socketPath, handedOver }], tidyUp: keep };
  }
  const { path, tidyUp } = command
    ? await freshSocketPlace()
    : { path: await sharedSocketPath(env, complain), tidyUp: keep };
  return { choices: [{ kind: 'unix', path, privateDirectory: true }], tidyUp };
}

/** What OpenSSH's programs and most others take as SSH_AUTH_SOCK, the surest first. */
const addressable = ['unix-socket', 'own-pipe', 'openssh-pipe', 'pageant-pipe', 'cygwin-socket'];

/** The value for SSH_AUTH_SOCK; undefined when only doors without an address are open. */
export function addressForClients(doors: readonly DoorReport[]): string | undefined {
  const addressOf = (name: string) => doors.find((door) => door.name === name)?.address;
  return addressable.map(addressOf).find((address) => address !== undefined);
}
