// The person's older wish to confirm each use of a key, which the level of the key has replaced.
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';

/** For a key that has just got a level: the level takes over from the wish, which a session may have brought back. */
export function dropOwnConfirmation(
  keys: Pick<KeyAdministration, 'list' | 'setConfirm'>,
  fingerprint: string,
): void {
  for (const key of keys.list())
    if (key.fingerprint === fingerprint && key.confirm && !key.confirmIsConstraint)
      keys.setConfirm(key.id, false);
}
