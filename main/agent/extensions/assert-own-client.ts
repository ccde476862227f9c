// Who may read the activity and change the rules over a connection: programs of the person's own machine.
import { timingSafeEqual } from 'node:crypto';
import { RefusedError } from '../protocol/errors.ts';
import type { ServedConnection } from '../requests/agent-state.ts';

/**
 * Throws unless the caller has proved that it reads the person's own files on this machine.
 * SECURITY: a connection that OpenSSH forwards carries a session-bind and is refused by that. PuTTY forwards without
 * one, and a machine elsewhere must not read where else the person goes, or allow itself the keys: hence the proof,
 * a secret in a file that only the person can read. Other programs of the same person can read it too; they could
 * change the stored rules themselves.
 */
export function assertOwnClient({ bindings, state }: ServedConnection, proof: Uint8Array): void {
  if (bindings.isOfSshSession) throw new RefusedError('not for connections that belong to an SSH session');
  const { localProof } = state.ports;
  if (localProof === undefined || localProof.length !== proof.length || !timingSafeEqual(localProof, proof))
    throw new RefusedError('the caller did not prove that it runs on this machine');
}
