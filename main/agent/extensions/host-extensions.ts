// `doors@sallyport`, `process@sallyport` and `stop@sallyport`: the program around the agent, for the person's own programs.
// They tell and touch nothing of keys, so a locked agent answers them as well.
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import { success } from '../protocol/replies.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { assertOwnClient } from './assert-own-client.ts';

/**
 * Contents: `string` proof. Reply: success, `string` JSON of DoorReport[].
 * SECURITY: which programs of the person run here is nothing for a machine elsewhere, hence the proof.
 */
export function tellDoors(contents: WireReader, connection: ServedConnection): Uint8Array {
  assertOwnClient(connection, contents.readString());
  const doors = JSON.stringify(connection.state.ports.host.doors());
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).text(doors).finish();
}

/**
 * Contents: uint32 the client's process, uint32 the one that it sees listening. Success when both are so for us, too, then
 * `boolean` whether each key is unlocked for one use. SECURITY: that shows a client which process it may signal. Behind
 * a relay, or agent forwarding, the listener is a program that passes our bytes on, such as the person's own login.
 */
export function tellProcess(contents: WireReader, { bindings, peer, state }: ServedConnection): Uint8Array {
  const [client, listener] = [contents.readUint32(), contents.readUint32()];
  const { pid, unlocksOnce = false } = state.ports.host;
  if (bindings.isOfSshSession || client !== peer.pid || listener !== pid)
    throw new RefusedError('the caller is not connected to this process itself');
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).boolean(unlocksOnce).finish();
}

/** Contents: `string` proof. Success: the program is about to end. */
export function stopProgram(contents: WireReader, connection: ServedConnection): Uint8Array {
  assertOwnClient(connection, contents.readString());
  const { requestStop } = connection.state.ports.host;
  if (requestStop === undefined) throw new RefusedError('this program is ended at its window');
  requestStop();
  return success();
}
