// Where a new agent listens that is told no place, and what is to be tidied up there at its end.
import { writeFileSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransportError } from '../../ipc/transports/transport.ts';
import { prepareSocketDirectory, SOCKET_MODE } from '../../ipc/transports/unix/socket-directory.ts';
import {
  type AddressEnvironment,
  agentSocket,
  runtimeSocketPath,
  temporarySocketDirectory,
} from '../client/find/agent-address.ts';

export interface SocketPlace {
  /** In a directory that is the agent's alone. */
  readonly path: string;
  /** Removes what was made for this agent alone. Never rejects. */
  tidyUp(): Promise<void>;
}

/**
 * The directory of this user in the temporary folder, made when it is missing. SECURITY: it stays when its agents end.
 * Shells that were told of one have its name still, and who makes a directory of that name would be their agent. What
 * lies in it keeps it where old files are removed by a timer, which passes over a file with the sticky bit, but not over
 * a directory with it (tmpfiles.d(5)).
 * @throws TransportError where others have a hand in it, or it can't be made.
 */
function prepareTemporaryDirectory(): string {
  const dir = temporarySocketDirectory();
  prepareSocketDirectory(dir, true);
  writeFileSync(join(dir, '.keep'), '', { flag: 'a', mode: SOCKET_MODE });
  return dir;
}

const freshDirectory = () => mkdtemp(`${tmpdir()}/sallyport-`);

/** The directory of this user; where others have a hand in it a fresh one, and `complain` is told. */
async function temporaryDirectory(complain: (line: string) => void): Promise<string> {
  try {
    return prepareTemporaryDirectory();
  } catch (error: unknown) {
    const fresh = error instanceof TransportError && (await freshDirectory().catch(() => ''));
    // What else is wrong there, the door that is to open there says best.
    if (!fresh) return temporarySocketDirectory();
    complain(
      `${error.message} So this agent has a place of its own, and other terminals don’t find it. ${error.remedy}`,
    );
    return fresh;
  }
}

/** In the directory of this user, else beside it. Rejects with why that can't be used when nor can the folder. */
async function commandDirectory(): Promise<string> {
  try {
    return await mkdtemp(`${prepareTemporaryDirectory()}/`);
  } catch (error: unknown) {
    return freshDirectory().catch(() => {
      throw error;
    });
  }
}

/** In a fresh directory with mode 0700, which nobody finds who is not told. Rejects with TransportError. */
export async function freshSocketPlace(): Promise<SocketPlace> {
  const dir = await commandDirectory();
  return { path: join(dir, agentSocket), tidyUp: () => rmdir(dir).catch(() => {}) };
}

/** Below XDG_RUNTIME_DIR, else in the directory of this user in the temporary folder, which other terminals find. */
export async function sharedSocketPath(
  env: AddressEnvironment,
  complain: (line: string) => void,
): Promise<string> {
  return runtimeSocketPath(env) ?? join(await temporaryDirectory(complain), agentSocket);
}
