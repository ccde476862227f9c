// Which agents of this person can be found on Windows by their pipes.
import { OPENSSH_PIPE_NAME } from '../../../ipc/transports/pipes/openssh-pipe.ts';
import { ownPipeName } from '../../../ipc/transports/pipes/own-pipe.ts';
import { pageantPipeName } from '../../../ipc/transports/pipes/pageant-pipe-name.ts';
import { isForeignPipe } from '../../../ipc/win32/pipes/pipe-client.ts';
import { findPipeHolder, pipeExists } from '../../../ipc/win32/pipes/pipe-holder.ts';
import { puttyUserNames } from '../../../ipc/win32/security/current-user.ts';

export interface FoundAgent {
  /** Its pipe. */
  readonly address: string;
  readonly pid?: number;
  readonly executable?: string;
}

async function pageantPipes(): Promise<string[]> {
  return (await puttyUserNames()).map((user) => pageantPipeName(user));
}

/**
 * The agent of this person that PuTTY's programs find by pipe: a Pageant, a Sallyport, or one that poses as such.
 * SECURITY: none of another user, who may take the name before we do, and would be given the keys that are added.
 */
export async function findPageant(): Promise<FoundAgent | undefined> {
  const address = (await pageantPipes()).find(pipeExists);
  if (address === undefined || (await isForeignPipe(address))) return undefined;
  return { address, ...findPipeHolder(address) };
}

/** The pipe of the agent that a client should talk to: Sallyport's own first; undefined when there is none. */
export async function findAgentPipe(): Promise<string | undefined> {
  // Pageant's last: its name needs an answer of the directory.
  return [ownPipeName(), OPENSSH_PIPE_NAME].find(pipeExists) ?? (await pageantPipes()).find(pipeExists);
}

/** By door, the pipes that Sallyport has now; its own is there also while it does not run, since its name is fixed. */
export async function findOwnDoors(): Promise<Readonly<Record<string, string>>> {
  const ownPipe = ownPipeName();
  const pid = findPipeHolder(ownPipe)?.pid;
  const isOurs = (name: string) => pid !== undefined && findPipeHolder(name)?.pid === pid;
  const pageantPipe = (await pageantPipes()).find(isOurs);
  return {
    'own-pipe': ownPipe,
    ...(isOurs(OPENSSH_PIPE_NAME) && { 'openssh-pipe': OPENSSH_PIPE_NAME }),
    ...(pageantPipe !== undefined && { 'pageant-pipe': pageantPipe }),
  };
}
