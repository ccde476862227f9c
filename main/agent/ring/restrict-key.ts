// A key that is held, restricted to hosts by the person.
import type { DestinationConstraint } from './destination-constraints.ts';
import type { Identity } from './identity.ts';
import { restrictedTo } from './key-proof.ts';
import type { KeyRing } from './key-ring.ts';

/**
 * Restricts the private key of the identity, with all that is listed of it. False where the identity is restricted already,
 * as one list more would show hosts to which it can't go, and where the key lives elsewhere. Throws RefusedError past a limit.
 */
export function restrictKey(
  keyRing: KeyRing,
  { publicKey, comment, key, restrictions }: Identity,
  destinations: readonly DestinationConstraint[],
): boolean {
  if (key.store || restrictions.length > 0) return false;
  const constraints = { confirm: false, destinations };
  keyRing.assertRoomFor([{ publicKey, comment, constraints }], { isInClear: false });
  for (const each of keyRing.sharing(publicKey))
    keyRing.setPersonal(each, (personal) => restrictedTo(personal, destinations));
  return true;
}
