// How far Windows trusts this process and others: their integrity levels.
import { isBelow, levelOfSid } from './mandatory-label.ts';
import { ownTokenSid, TOKEN_INTEGRITY_LEVEL, tokenSidOfProcess } from './process-token.ts';

let level: number | undefined;

/** Our own level, which nobody can change while we run but ourselves. */
export function ownIntegrityLevel(): number {
  level ??= levelOfSid(ownTokenSid(TOKEN_INTEGRITY_LEVEL));
  return level;
}

/** True for a process below our own level, and for one of which the system does not tell. */
export function isProcessBelowUs(pid: number): boolean {
  const sid = tokenSidOfProcess(pid, TOKEN_INTEGRITY_LEVEL);
  return sid === undefined || isBelow(levelOfSid(sid), ownIntegrityLevel());
}
