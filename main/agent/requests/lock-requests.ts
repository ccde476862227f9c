// SSH_AGENTC_LOCK and UNLOCK (RFC 9987 §5.6): from whom they are taken.
import { RefusedError } from '../protocol/errors.ts';
import type { ServedConnection } from './agent-state.ts';

/** SECURITY: a machine elsewhere could lock the agent with a passphrase that nobody here knows, or guess at it. */
function assertMayLock({ bindings }: ServedConnection): void {
  if (bindings.isOfSshSession) throw new RefusedError('not for connections that belong to an SSH session');
}

/** Rejects as `AgentLock.lock`, and with RefusedError for a machine elsewhere. */
export async function lockAgent(passphrase: Uint8Array, connection: ServedConnection): Promise<void> {
  assertMayLock(connection);
  const { state } = connection;
  const locked = state.lock.lock(passphrase);
  if (state.lock.isLocked) state.seal('the agent was locked');
  await locked;
}

/** Rejects as `AgentLock.unlock`, and with RefusedError for a machine elsewhere. */
export async function unlockAgent(passphrase: Uint8Array, connection: ServedConnection): Promise<void> {
  assertMayLock(connection);
  // A client that only sends nothing more is answered: nobody else is asked for it.
  const client = connection.claimant.signal();
  await connection.state.lock.unlock(passphrase, { client, pid: connection.peer.pid });
}
