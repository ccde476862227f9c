// Lists that say more of each key than message 11 does: PuTTY's and ours.
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import {
  listExtendedFlag,
  listKeysConstraintBit,
  listKeysFlag,
  messageNumber,
} from '../protocol/message-numbers.ts';
import { listHeaderBytes, listReply } from '../protocol/replies.ts';
import { assertNotLocked } from '../requests/add-key.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { expiresAtMs, type Identity, mustConfirm } from '../ring/identity.ts';
import { heldHereFirst, offeredIdentities, visibleIdentities } from '../ring/visibility.ts';

function keyFlags({ key }: Identity): number {
  const { HAS_ENCRYPTED_KEY_FILE, HAS_NO_CLEARTEXT_KEY } = listExtendedFlag;
  return (
    (key.hasEncryptedForm ? HAS_ENCRYPTED_KEY_FILE : 0) | (key.isEncryptedOnly ? HAS_NO_CLEARTEXT_KEY : 0)
  );
}

/** What takes a moment, in which the agent may be locked. */
async function lookAtStores(connection: ServedConnection): Promise<void> {
  await connection.state.stores.refresh(connection);
  assertNotLocked(connection);
}

/** In the order of the list where there is room for all. */
function replyWith(
  identities: readonly Identity[],
  entryOf: (identity: Identity) => Uint8Array,
  { maxReplyBytes }: ServedConnection,
): Uint8Array {
  const entries = identities.map(entryOf);
  const length = entries.reduce((sum, entry) => sum + entry.length, listHeaderBytes);
  const inOrder = length <= maxReplyBytes ? entries : heldHereFirst(identities).map(entryOf);
  return listReply(messageNumber.SSH_AGENT_SUCCESS, inOrder, maxReplyBytes);
}

/** PuTTY's pageant.c: `string` blob, `string` comment, `string` info = uint32 flags. */
export async function listExtended(_contents: WireReader, connection: ServedConnection): Promise<Uint8Array> {
  await lookAtStores(connection);
  const { keyRing, ports } = connection.state;
  const entryOf = (identity: Identity) =>
    new WireWriter()
      .bytes(identity.listEntry)
      .string(new WireWriter().uint32(keyFlags(identity)).finish())
      .finish();
  return replyWith(offeredIdentities(keyRing, connection, ports.now()), entryOf, connection);
}

/**
 * Certificates whose time is over, too. Blob, comment, flags as above, uint32 constraint bits, uint32 seconds left (0: no
 * lifetime).
 */
export async function listKeys(_contents: WireReader, connection: ServedConnection): Promise<Uint8Array> {
  await lookAtStores(connection);
  const nowMs = connection.state.ports.clock.elapsedMs();
  const entryOf = (identity: Identity) => {
    const { restrictions, listEntry } = identity;
    const leftMs = expiresAtMs(identity) - nowMs;
    const bits =
      (mustConfirm(identity) ? listKeysConstraintBit.confirm : 0) |
      (Number.isFinite(leftMs) ? listKeysConstraintBit.lifetime : 0) |
      (restrictions.length > 0 ? listKeysConstraintBit.restrictDestination : 0);
    const secondsLeft = Number.isFinite(leftMs) ? Math.max(1, Math.ceil(leftMs / 1000)) : 0;
    return new WireWriter()
      .bytes(listEntry)
      .uint32(keyFlags(identity) | (identity.key.store ? listKeysFlag.LIVES_ELSEWHERE : 0))
      .uint32(bits)
      .uint32(secondsLeft)
      .finish();
  };
  return replyWith(visibleIdentities(connection.state.keyRing, connection), entryOf, connection);
}
