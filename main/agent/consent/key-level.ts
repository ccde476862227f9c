// When to ask for one key, as the person chose it, in place of what they wished before.
import { fingerprintOf } from '../ring/identity.ts';
import type { KeyRing } from '../ring/key-ring.ts';
import type { AskLevel } from './rules/ask-level.ts';
import type { PolicyStore } from './rules/policy-store.ts';

/** Sets the level of a key (`SHA256:…` of the plain key); undefined: as for all keys. Rejects as `PolicyStore.setLevel`. */
export function setKeyLevel(
  policies: PolicyStore,
  keyRing: KeyRing,
  keyFingerprint: string,
  level: AskLevel | undefined,
): Promise<void> {
  return policies.setLevel(keyFingerprint, level, () => dropOwnConfirmation(keyRing, keyFingerprint));
}

/**
 * A level takes over from the person's older wish to confirm each use, which a session may have brought back. What a client
 * asked for stays.
 */
export function dropOwnConfirmation(keyRing: KeyRing, keyFingerprint: string): void {
  for (const identity of keyRing.identities)
    if (fingerprintOf(identity) === keyFingerprint && identity.personal.askEachUse)
      keyRing.setPersonal(identity, (personal) => ({ ...personal, askEachUse: false }));
}
