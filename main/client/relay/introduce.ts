// A relay tells the agent for whom it asks, before anything of theirs: `relayed@sallyport`.

import type { Socket } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { observePeer } from '../../../ipc/posix/sockets/peer-process.ts';
import { frame } from '../../../ipc/transports/streams/message-framing.ts';
import type { RelayedProgram } from '../../agent/facts/relayed-program.ts';
import { extensionName } from '../../agent/protocol/message-numbers.ts';
import { WireWriter } from '../../keys/encoding/wire.ts';
import { AgentConnectionError } from '../agent-errors.ts';
import { encodeExtension } from '../agent-requests.ts';

/** No agent says more to it than that it took it, or knows no such thing. */
const maxReplyBytes = 1024;

/** What this system is called where several have a relay: the distribution of WSL, else the host, as in a container. */
export function placeHere({ WSL_DISTRO_NAME: distribution }: NodeJS.ProcessEnv): string {
  return distribution || hostname();
}

/**
 * The program that has connected. To be called when it has; what the system does not tell leaves it undefined.
 * SECURITY: whoever listens is told what it could see itself; that it is told so is a claim, for the agent as for us.
 */
export async function programAt(
  socket: Socket,
  { pid, uid }: { readonly pid?: number; readonly uid: number },
  place: string,
): Promise<RelayedProgram | undefined> {
  if (pid === undefined) return undefined;
  const facts = await observePeer(socket, pid).describe();
  if (facts?.executable === undefined) return undefined;
  return { place, executable: facts.executable, user: uid === 0 ? 'root' : userInfo().username, pid };
}

/**
 * For whom a connection is. SECURITY: a relay that is to name somebody and knows nobody says so, or the first message would be
 * left to whoever is behind it, to name themselves as if the relay had.
 */
export type Introduced = RelayedProgram | 'nobody';

const nobody: RelayedProgram = { place: '', executable: '', user: '', pid: 0 };

/** The first message of a connection, with its length. */
export function introduction(introduced: Introduced): Uint8Array {
  const { place, executable, user, pid } = introduced === 'nobody' ? nobody : introduced;
  const contents = new WireWriter().text(place).text(executable).text(user).uint32(pid).finish();
  return frame(encodeExtension(extensionName.relayed, contents));
}

/**
 * What follows the first message, whole chunks as they come: whoever is behind the relay did not ask for that answer.
 * Throws AgentConnectionError for an answer that is none.
 */
export async function* afterFirstMessage(from: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let header = 0;
  let headerBytes = 0;
  let missing = 4;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    let offset = 0;
    while (missing > 0 && offset < chunk.length) {
      if (headerBytes < 4) {
        header = header * 256 + (chunk[offset++] as number);
        missing = ++headerBytes < 4 ? 4 - headerBytes : header;
        if (headerBytes === 4 && header > maxReplyBytes)
          throw new AgentConnectionError('What listens there gives no answer of an agent.');
      } else {
        const passing = Math.min(missing, chunk.length - offset);
        offset += passing;
        missing -= passing;
      }
    }
    if (offset < chunk.length) yield chunk.subarray(offset);
  }
}
