// What is added of a security key's key is only the way to it, which anybody can make up who has the public half.
import { isSecurityKey } from '../../keys/kinds/security-key/security-key-public-key.ts';
import type { PrivateKey } from '../../keys/kinds/shared/private-key.ts';
import { RefusedError } from '../protocol/errors.ts';
import type { NewIdentity } from './identity.ts';
import { type Group, isOwn, type Slot, slotsOf } from './key-groups.ts';

/**
 * Throws RefusedError where the key is there and this is not known to be the same: encrypted, or found by another handle.
 * SECURITY: an add in clear counts as proof that its adder has the key. By a handle of nothing it would free the key of its
 * constraints, for a certificate of the adder's own making as well, and none of its signatures would be made any more. At
 * the window the person has opened the file.
 */
export function assertNotMadeUp(
  { publicKey, isByPerson = false }: NewIdentity,
  privateKey: PrivateKey,
  group: Group | undefined,
): void {
  if (group === undefined || isByPerson || !isSecurityKey(publicKey.type)) return;
  if (!isOwn(group) || !group.key.holdsSameAs(privateKey))
    throw new RefusedError('the key of this security key is here already: remove it first to add it anew');
}

/** What other machines alone have said of a security key's key goes when it is added from this one. */
export function planted(
  { publicKey, isFromElsewhere = false }: NewIdentity,
  group: Group | undefined,
): Slot[] {
  const slots = group ? slotsOf(group) : [];
  const isOfOthers = isSecurityKey(publicKey.type) && slots.every((slot) => slot.isFromElsewhere);
  return isOfOthers && !isFromElsewhere ? slots : [];
}
