// The directory of a Cygwin socket file on Windows: nobody else may be able to put another file in the place of ours.
import { mkdirSync } from 'node:fs';
import { findWeakness } from '../../win32/security/replaceable-path.ts';
import { nameOfSid } from '../../win32/security/well-known-sids.ts';
import { TransportError } from '../transport.ts';

/**
 * Makes the directory when it is missing. Nobody else may have a hand in it, nor in a directory on the way to it.
 * @throws TransportError with a remedy.
 */
export function prepareWindowsSocketDirectory(dir: string): void {
  // Before as well, so that nothing is made where it would be of no use.
  assertOthersStayOut(dir);
  mkdirSync(dir, { recursive: true });
  assertOthersStayOut(dir);
}

// SECURITY: as for the sockets of Linux. The file names the port that private keys are sent to.
function assertOthersStayOut(dir: string): void {
  const weakness = findWeakness(dir);
  if (!weakness) return;
  const { path, kind, sid } = weakness;
  if (kind === 'foreign-owner')
    throw new TransportError(
      `The directory ${path} belongs to another user (${nameOfSid(sid)}), who could put a socket file of their own there.`,
      'Choose another path for the socket file, below directories that belong to you or to the system.',
    );
  throw new TransportError(
    `Other users (${nameOfSid(sid)}) may replace what is in the directory ${path}, so also the agent’s socket file.`,
    'Choose a path that only you can write to, as in your profile, or take that right away in the directory’s properties, under “Security”.',
  );
}
