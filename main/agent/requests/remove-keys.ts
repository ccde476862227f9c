// SSH_AGENTC_REMOVE_IDENTITY and REMOVE_ALL_IDENTITIES (RFC 9987 §5.4).
import { RefusedError } from '../protocol/errors.ts';
import { findVisible, isPermitted } from '../ring/visibility.ts';
import type { ServedConnection } from './agent-state.ts';

/** Throws RefusedError when there is no such key that the connection may know of. */
export function removeKey(keyBlob: Uint8Array, connection: ServedConnection): void {
  const { keyRing } = connection.state;
  keyRing.remove(findVisible(keyRing, keyBlob, connection));
}

/**
 * A remote host can't remove keys that were kept from it; on this machine all go, also those that an older program is
 * not shown. Throws RefusedError when something stayed, as who asks for this relies on nothing being left.
 */
export function removeAllKeys(connection: ServedConnection): void {
  const { keyRing } = connection.state;
  keyRing.removeAll((identity) => isPermitted(identity, connection));
  if (keyRing.identities.length > 0) throw new RefusedError('some keys are not for this connection and stay');
}
