// `doors@sallyport`, `process@sallyport` and `stop@sallyport`: the program around the agent, for the person's own programs.
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import { success } from '../protocol/replies.ts';
import type { ServedConnection } from '../requests/agent-state.ts';

/**
 * Reply: success, `string` JSON of DoorReport[].
 * SECURITY: which programs of the person run here is nothing for a machine elsewhere, which can seal no request.
 */
export function tellDoors(_contents: WireReader, { state }: ServedConnection): Uint8Array {
  const doors = JSON.stringify(state.ports.host.doors());
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).text(doors).finish();
}

/**
 * Contents: uint32 the client's process, uint32 the one that it sees listening. Success when both are so for us, too, then
 * `boolean` whether each key is unlocked for one use, `boolean` whether there is a way to ask the person. SECURITY: that shows a client which process it may signal. Behind
 * a relay, or agent forwarding, the listener is a program that passes our bytes on, such as the person's own login.
 */
export function tellProcess(contents: WireReader, { bindings, peer, state }: ServedConnection): Uint8Array {
  const [client, listener] = [contents.readUint32(), contents.readUint32()];
  const { pid, unlocksOnce = false, canAsk = () => true } = state.ports.host;
  if (bindings.isOfSshSession || client !== peer.pid || listener !== pid)
    throw new RefusedError('the caller is not connected to this process itself');
  const reply = new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS);
  return reply.boolean(unlocksOnce).boolean(canAsk()).finish();
}

/** Success: the program is about to end. */
export function stopProgram(_contents: WireReader, { state }: ServedConnection): Uint8Array {
  const { requestStop } = state.ports.host;
  if (requestStop === undefined) throw new RefusedError('this program is ended at its window');
  requestStop();
  return success();
}
