// The key that a window speaks of, which may be gone by now.
import type { KeyAdministration, KeySummary } from '../../agent/ring/key-administration.ts';
import { RequestFailure } from './request-failure.ts';

export const noSuchKey = () =>
  new RequestFailure('The agent does not hold this key any more. It may have expired or been removed.');

/** Throws RequestFailure. */
export function findKey(keys: KeyAdministration, id: string): KeySummary {
  const key = keys.list().find((summary) => summary.id === id);
  if (key === undefined) throw noSuchKey();
  return key;
}
