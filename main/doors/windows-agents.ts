// Which agents of this person can be found on Windows by their pipes.
import { OPENSSH_PIPE_NAME } from '../../ipc/transports/openssh-pipe.ts';
import { ownPipeName } from '../../ipc/transports/own-pipe.ts';
import { pageantPipeName } from '../../ipc/transports/pageant-pipe-name.ts';
import { puttyUserNames } from '../../ipc/win32/current-user.ts';
import { findPipeHolder, pipeExists } from '../../ipc/win32/pipe-holder.ts';

export interface FoundAgent {
  /** Its pipe. */
  readonly address: string;
  readonly pid?: number;
  readonly executable?: string;
}

function pageantPipes(): string[] {
  return puttyUserNames().map((user) => pageantPipeName(user));
}

/** The agent that PuTTY's programs find by pipe: a Pageant, a Sallyport, or one that poses as such. */
export function findPageant(): FoundAgent | undefined {
  const address = pageantPipes().find(pipeExists);
  return address === undefined ? undefined : { address, ...findPipeHolder(address) };
}

/** The pipe of the agent that a client should talk to: Sallyport's own first; undefined when there is none. */
export function findAgentPipe(): string | undefined {
  return [ownPipeName(), OPENSSH_PIPE_NAME, ...pageantPipes()].find(pipeExists);
}

/** By door, the pipes that Sallyport has now; its own is there also while it does not run, since its name is fixed. */
export function findOwnDoors(): Readonly<Record<string, string>> {
  const ownPipe = ownPipeName();
  const pid = findPipeHolder(ownPipe)?.pid;
  const isOurs = (name: string) => pid !== undefined && findPipeHolder(name)?.pid === pid;
  const pageantPipe = pageantPipes().find(isOurs);
  return {
    'own-pipe': ownPipe,
    ...(isOurs(OPENSSH_PIPE_NAME) && { 'openssh-pipe': OPENSSH_PIPE_NAME }),
    ...(pageantPipe !== undefined && { 'pageant-pipe': pageantPipe }),
  };
}
