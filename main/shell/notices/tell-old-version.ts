// An old version is told when the program starts: nothing looks for newer ones by itself.
import { newerVersions, oldVersion, type ThisVersion } from '../../../text/version-age.ts';
import type { Notices } from './notices.ts';

/** `nowMs` is the time of day. */
export function tellOldVersion(notices: Pick<Notices, 'add'>, version: ThisVersion, nowMs: number): void {
  const old = oldVersion(version, nowMs);
  if (old !== undefined) notices.add('warning', `${old} ${newerVersions(version)}`);
}
