// `relayed@sallyport`: a relay says for which program beyond it this connection is.
import type { WireReader } from '../../keys/encoding/wire.ts';
import { readRelayedProgram } from '../facts/relayed-program.ts';
import { RefusedError } from '../protocol/errors.ts';
import type { ServedConnection } from '../requests/agent-state.ts';

/**
 * Contents: as `readRelayedProgram`. SECURITY: taken as the first message alone, before any client of the relay could say
 * so, and from no connection that carries another machine's requests: those have a session-bind before. On a door where
 * each message is a conversation nobody could tell whose it is.
 */
export async function noteRelayedProgram(contents: WireReader, connection: ServedConnection): Promise<void> {
  const { bindings, peer } = connection;
  if (!connection.isAtFirstMessage || bindings.isOfSshSession || peer.sender !== undefined)
    throw new RefusedError('a relay names its program in the first message, and once');
  const program = readRelayedProgram(contents);
  if (program) connection.noteRelayed(program);
}
