// `--openssh-config FILE`: a file to be included in .ssh/config, which says where the agent listens while it does.
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { assertTrustedPlace } from '../../../ipc/posix/files/trusted-place.ts';
import { identityAgentLine, UnspeakableAddressError } from '../../use-with/ssh-config.ts';
import { CommandError } from '../parts/command.ts';

function line(address: string): string {
  try {
    return `${identityAgentLine(address)}\n`;
  } catch (error: unknown) {
    if (error instanceof UnspeakableAddressError) throw new CommandError(error.message);
    throw error;
  }
}

/**
 * Writes the file and resolves with the way to empty it, which never rejects. It is emptied and not removed, since ssh
 * fails where an included file that is named outright is missing. Rejects with CommandError,
 * UntrustedPlaceError or the system's error.
 */
export async function writeOpensshConfig(path: string, address: string): Promise<() => Promise<void>> {
  const text = line(address);
  // SECURITY: ssh does what the file says, and by a link another file of ours would be written over.
  assertTrustedPlace(path);
  await writeFile(path, text, { mode: 0o600 });
  return async () => {
    try {
      // An agent that was started later may have written its own line by now.
      if ((await readFile(path, 'utf8')) === text) await truncate(path);
    } catch {
      // Gone, or closed to us: there is no line of ours left that we could take away.
    }
  };
}
