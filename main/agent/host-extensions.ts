// `doors@sallyport` and `stop@sallyport`: the program around the agent, for the person's own programs.
// They tell and touch nothing of keys, so a locked agent answers them as well.
import { type WireReader, WireWriter } from '../keys/wire.ts';
import type { Connection } from './connection.ts';
import { assertOwnClient } from './consent/assert-own-client.ts';
import { RefusedError } from './errors.ts';
import { messageNumber } from './message-numbers.ts';
import { success } from './replies.ts';

/**
 * Contents: `string` proof. Reply: success, `string` JSON of DoorReport[].
 * SECURITY: which programs of the person run here is nothing for a machine elsewhere, hence the proof.
 */
export function tellDoors(contents: WireReader, connection: Connection): Uint8Array {
  assertOwnClient(connection, contents.readString());
  const doors = JSON.stringify(connection.state.ports.host.doors());
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).text(doors).finish();
}

/** Contents: `string` proof. Success: the program is about to end. */
export function stopProgram(contents: WireReader, connection: Connection): Uint8Array {
  assertOwnClient(connection, contents.readString());
  const { requestStop } = connection.state.ports.host;
  if (requestStop === undefined) throw new RefusedError('this program is ended at its window');
  requestStop();
  return success();
}
