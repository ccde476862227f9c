// PuTTY's `reencrypt` and `reencrypt-all`: keys that were opened are there only encrypted again.
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import { success } from '../protocol/replies.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { findVisible, visibleIdentities } from '../ring/visibility.ts';

export function reencrypt(contents: WireReader, connection: ServedConnection): Uint8Array {
  const identity = findVisible(connection.state.keyRing, contents.readString(), connection);
  if (!identity.key.reencrypt()) throw new RefusedError('the key has no encrypted form that was ever opened');
  return success();
}

/** Answers how many public entries could not be re-encrypted; fails when there are some and none could be. */
export function reencryptAll(_contents: WireReader, connection: ServedConnection): Uint8Array {
  const identities = visibleIdentities(connection.state.keyRing, connection);
  const leftInClear = identities.filter((identity) => !identity.key.reencrypt()).length;
  if (identities.length > 0 && leftInClear === identities.length)
    throw new RefusedError('no key has an encrypted form');
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).uint32(leftInClear).finish();
}
