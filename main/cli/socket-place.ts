// Where a new agent listens, and what is to be tidied up there at its end.
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AddressEnvironment, defaultSocketPath } from './agent-address.ts';

export interface SocketPlace {
  readonly path: string;
  /** The directory is the agent's alone. */
  readonly privateDirectory: boolean;
  /** Removes what `chooseSocketPlace` has made. Never rejects. */
  tidyUp(): Promise<void>;
}

/** The path asked for, else the default, else a socket in a fresh directory with mode 0700. */
export async function chooseSocketPlace(
  requested: string | undefined,
  env: AddressEnvironment,
): Promise<SocketPlace> {
  const keep = () => Promise.resolve();
  if (requested !== undefined) return { path: requested, privateDirectory: false, tidyUp: keep };
  const path = defaultSocketPath(env);
  if (path !== undefined) return { path, privateDirectory: true, tidyUp: keep };
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-'));
  return { path: join(dir, 'agent.sock'), privateDirectory: true, tidyUp: () => rmdir(dir).catch(() => {}) };
}
