// Which identities a connection may know of at all.
import { isSecurityKey } from '../../keys/kinds/security-key/security-key-public-key.ts';
import type { Connection } from '../facts/connection.ts';
import { RefusedError } from '../protocol/errors.ts';
import { isOfUse } from './certificate-ends.ts';
import { pathIsPermitted } from './destination-constraints.ts';
import { type Identity, mustConfirm } from './identity.ts';
import type { KeyRing } from './key-ring.ts';

/** Says whether using the identity would need a person's answer now. */
export function needsPerson(identity: Identity): boolean {
  const { isEncryptedOnly, need } = identity.key;
  const { type } = identity.publicKey;
  const wantsAct = (need !== 'nothing' && need !== 'pin') || isSecurityKey(type);
  return mustConfirm(identity) || isEncryptedOnly || wantsAct;
}

/** Says whether the identity's destination constraints let the connection know of it. */
export function isPermitted(identity: Identity, connection: Connection): boolean {
  const { restrictions } = identity;
  if (restrictions.length === 0) return true;
  const { all, doubt } = connection.bindings;
  return doubt === undefined && restrictions.every((destinations) => pathIsPermitted(destinations, all));
}

/** Says whether the connection may list, remove or re-encrypt the identity. */
function isVisible(identity: Identity, connection: Connection): boolean {
  if (!connection.peer.mayPrompt && needsPerson(identity)) return false;
  const { store } = identity.key;
  return isPermitted(identity, connection) && (store?.isShownTo(connection, identity.publicKey) ?? true);
}

/** The identity with this public key. Throws RefusedError when there is none that the connection may know of. */
export function findVisible(keyRing: KeyRing, blob: Uint8Array, connection: Connection): Identity {
  const identity = keyRing.find(blob);
  if (identity && isVisible(identity, connection)) return identity;
  throw new RefusedError('no such key');
}

/**
 * All that the connection may know of, in the order of the list. SECURITY: what other machines have added comes last, or
 * it would use up the tries of a login, and the room of a list, before the keys of this one.
 */
export function visibleIdentities(keyRing: KeyRing, connection: Connection): readonly Identity[] {
  const visible = keyRing.identities.filter((identity) => isVisible(identity, connection));
  const fromElsewhere = visible.filter((identity) => identity.isFromElsewhere);
  if (fromElsewhere.length === 0) return visible;
  return [...visible.filter((identity) => !identity.isFromElsewhere), ...fromElsewhere];
}

/** Of them, those that programs are told of: no certificate whose time is over, which no server takes. */
export function offeredIdentities(keyRing: KeyRing, connection: Connection, now: Date): readonly Identity[] {
  const visible = visibleIdentities(keyRing, connection);
  return visible.every((identity) => isOfUse(identity, now))
    ? visible
    : visible.filter((identity) => isOfUse(identity, now));
}

/**
 * For a list that has no room for all. SECURITY: what is held here comes before what lives in stores, as another agent
 * could have so many long certificates that nobody would see the person's own keys any more.
 */
export function heldHereFirst(identities: readonly Identity[]): readonly Identity[] {
  const isInStore = ({ key, isFromElsewhere }: Identity) => key.store !== undefined && !isFromElsewhere;
  const isHere = ({ key, isFromElsewhere }: Identity) => key.store === undefined && !isFromElsewhere;
  return [
    ...identities.filter(isHere),
    ...identities.filter(isInStore),
    ...identities.filter(({ isFromElsewhere }) => isFromElsewhere),
  ];
}
