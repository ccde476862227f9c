// Lists: mostly the same bytes again, else made for the connection that asks.
import { messageNumber } from '../protocol/message-numbers.ts';
import { listReply } from '../protocol/replies.ts';
import type { ServedConnection } from './agent-state.ts';

/**
 * The reply to a list request, at once where nothing has to be waited for. Where it has, whether the agent is locked is to be
 * asked again when it comes. A reply that comes at once is shared, and nobody may write to it.
 */
export function listKeys(connection: ServedConnection): Uint8Array | Promise<Uint8Array> {
  const { stores, offers } = connection.state;
  return (stores.hasAny ? undefined : offers.replyAtOnce(connection)) ?? listInTime(connection);
}

async function listInTime(connection: ServedConnection): Promise<Uint8Array> {
  const { stores, lock, offers } = connection.state;
  // Programs list all the time, for which no place of keys is asked while the person has locked the agent.
  if (stores.hasAny && !lock.isLocked) await stores.refresh(connection);
  const offered = await offers.offerTo(connection);
  // SECURITY: the order may have taken a look-up, and what was there before it may not be now.
  const present = offered.filter(({ removed }) => !removed.aborted);
  const entries = present.map((identity) => identity.listEntry);
  return listReply(messageNumber.SSH_AGENT_IDENTITIES_ANSWER, entries, connection.maxReplyBytes);
}
