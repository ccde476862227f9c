// Where a new agent listens, and what is to be tidied up there at its end.
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareSocketDirectory } from '../../ipc/transports/socket-directory.ts';
import { TransportError } from '../../ipc/transports/transport.ts';
import {
  type AddressEnvironment,
  agentSocket,
  runtimeSocketPath,
  temporarySocketDirectory,
} from './agent-address.ts';

export interface SocketPlace {
  /** In a directory that is the agent's alone. */
  readonly path: string;
  /** Removes what was made for this agent alone. Never rejects. */
  tidyUp(): Promise<void>;
}

const keep = () => Promise.resolve();

/** In a fresh directory with mode 0700, which nobody finds who is not told. */
export async function freshSocketPlace(): Promise<SocketPlace> {
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-'));
  return { path: join(dir, agentSocket), tidyUp: () => rmdir(dir).catch(() => {}) };
}

/**
 * Below XDG_RUNTIME_DIR, else in the directory of this user in the temporary folder, which other terminals find and
 * which stays, as its name is free to be taken else. Where others have a hand in it, a fresh one, and `complain` is told.
 */
export async function sharedSocketPlace(
  env: AddressEnvironment,
  complain: (line: string) => void,
): Promise<SocketPlace> {
  const path = runtimeSocketPath(env);
  if (path !== undefined) return { path, tidyUp: keep };
  const dir = temporarySocketDirectory();
  try {
    prepareSocketDirectory(dir, true);
    return { path: join(dir, agentSocket), tidyUp: keep };
  } catch (error: unknown) {
    if (!(error instanceof TransportError)) throw error;
    complain(
      `${error.message} So this agent has a place of its own, and other terminals don’t find it. ${error.remedy}`,
    );
    return freshSocketPlace();
  }
}
