// What an agent is, and what it has: asked in a moment, changing nothing and asking nobody.
import { readPeerCredentials } from '../../../ipc/posix/sockets/peer-credentials.ts';
import { executableOf } from '../../../ipc/transports/observe-process.ts';
import type { DoorReport } from '../../agent/ports/host.ts';
import { extensionName } from '../../agent/protocol/message-numbers.ts';
import { withinLimit } from '../../basics/waiting.ts';
import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { NoAgentError } from '../../client/agent-errors.ts';
import type { ListedKey } from '../../client/agent-replies.ts';
import type { CommandIo } from '../parts/command.ts';
import { explainError } from '../parts/explain-error.ts';
import { ownSecret } from '../parts/own-secret.ts';

/** Of an agent that is stuck nothing is learned by more patience. */
const patienceMs = 4000;

export interface AgentProcess {
  readonly pid: number;
  readonly executable?: string | undefined;
}

export interface SeenAgent {
  readonly address: string;
  readonly isSallyport: boolean;
  /** Of Sallyport alone: other agents list nothing then. */
  readonly isLocked: boolean;
  readonly process: AgentProcess | undefined;
  /** Of Sallyport: nobody can be asked there, so that what would need an answer is refused. False where that is not known. */
  readonly asksNobody: boolean;
  /** None while a program has locked it; what the person has locked at its window lists them. */
  readonly keys: readonly ListedKey[];
  /** Undefined where it does not tell. */
  readonly doors: readonly DoorReport[] | undefined;
  /** Of a Sallyport that tells no doors: why, as a sentence. It may be one of another computer or user. */
  readonly whyNotOurs?: string;
}

/** `isThere`: something is at the address, but is no agent that answers us. */
export interface NoAnswer {
  readonly address: string;
  readonly problem: string;
  readonly isThere: boolean;
}

async function processAt(address: string, socket: Parameters<typeof readPeerCredentials>[0]) {
  if (process.platform === 'win32') {
    const { findPipeHolder } = await import('../../../ipc/win32/pipes/pipe-holder.ts');
    return findPipeHolder(address);
  }
  const pid = readPeerCredentials(socket)?.pid;
  // It is 0 where the agent is in another container.
  if (!pid) return undefined;
  const { ObservedProcess } = await import('../../../ipc/posix/processes/process-facts.ts');
  return { pid, executable: await executableOf(pid, (known) => new ObservedProcess(known)) };
}

async function look(address: string, io: CommandIo): Promise<SeenAgent> {
  const connection = await connectToAgent(address);
  const client = new AgentClient(connection);
  try {
    const isOpen = (await client.query()).includes(extensionName.listKeys);
    const isSallyport = isOpen || (await client.isSallyport());
    const process = await processAt(address, connection.socket);
    return {
      address,
      isSallyport,
      isLocked: isSallyport && !isOpen,
      process,
      asksNobody: isSallyport && (await asksNobody(client, process)),
      keys: await client.list(),
      ...(isSallyport ? await doorsOf(client, io) : { doors: undefined }),
    };
  } finally {
    client.close();
  }
}

/** Only the process itself tells, not what is behind a relay; and at a Unix socket alone. */
async function asksNobody(client: AgentClient, at: AgentProcess | undefined): Promise<boolean> {
  if (process.platform === 'win32' || at === undefined) return false;
  try {
    return (await client.tellProcess(at.pid))?.canAsk === false;
  } catch {
    return false;
  }
}

/** An agent of another user or machine, behind a relay, tells nothing. */
async function doorsOf(client: AgentClient, io: CommandIo): Promise<Pick<SeenAgent, 'doors' | 'whyNotOurs'>> {
  try {
    return { doors: await client.doors(ownSecret(io)) };
  } catch (error: unknown) {
    return { doors: undefined, whyNotOurs: explainError(error) };
  }
}

/** Never rejects. */
export async function lookAtAgent(address: string, io: CommandIo): Promise<SeenAgent | NoAnswer> {
  const stuck = {
    address,
    problem: `Something listens there, but did not answer within ${patienceMs / 1000} seconds: it hangs, or is no agent.`,
    isThere: true,
  };
  try {
    return await withinLimit(look(address, io), patienceMs, () => stuck);
  } catch (error: unknown) {
    const code = error instanceof NoAgentError ? error.code : undefined;
    const isThere = code !== 'ENOENT' && code !== 'ECONNREFUSED';
    return { address, problem: explainError(error), isThere };
  }
}

export const hasAnswered = (agent: SeenAgent | NoAnswer | undefined): agent is SeenAgent =>
  agent !== undefined && 'keys' in agent;
