// Where the agent listens, or is to listen.
import { existsSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isPrivateSocketDirectory } from '../../../ipc/transports/unix/socket-directory.ts';
import { NoAgentError } from '../agent-errors.ts';
import { isPipeName } from '../pipe-name.ts';

/** What of the environment names a place. */
export interface AddressEnvironment extends NodeJS.ProcessEnv {
  SSH_AUTH_SOCK?: string | undefined;
  XDG_RUNTIME_DIR?: string | undefined;
}

export const agentSocket = 'agent.sock';

/** Not where it is another user's, as after `su` or `sudo -E`. */
function isOwnDirectory(path: string): boolean {
  try {
    const stats = statSync(path);
    return stats.isDirectory() && stats.uid === process.geteuid?.();
  } catch {
    return false;
  }
}

/**
 * `$XDG_RUNTIME_DIR/sallyport/agent.sock`; undefined without such a directory of the user's own. The specification of
 * XDG_RUNTIME_DIR has relative paths ignored.
 */
export function runtimeSocketPath({ XDG_RUNTIME_DIR: dir }: AddressEnvironment): string | undefined {
  return dir && isAbsolute(dir) && isOwnDirectory(dir) ? join(dir, 'sallyport', agentSocket) : undefined;
}

/** Where agents of this user listen without XDG_RUNTIME_DIR, unless somebody else has taken the name. */
export const temporarySocketDirectory = () => join(tmpdir(), `sallyport-${process.geteuid?.()}`);

/**
 * Where an agent is looked for that nobody has named: `runtimeSocketPath`, else in `temporarySocketDirectory`. Undefined
 * where there is none in that, or others have a hand in it.
 */
export function defaultSocketPath(env: AddressEnvironment): string | undefined {
  const path = runtimeSocketPath(env);
  if (path !== undefined) return path;
  const dir = temporarySocketDirectory();
  const temporary = join(dir, agentSocket);
  return existsSync(temporary) && isPrivateSocketDirectory(dir) ? temporary : undefined;
}

/** Where Git for Windows, Cygwin and MSYS2 find the agent: the value of SSH_AUTH_SOCK. */
export const cygwinSocketPath = () => join(homedir(), '.ssh', 'sallyport.sock');

async function windowsAgentAddress({ SSH_AUTH_SOCK: told }: AddressEnvironment): Promise<string> {
  // In Git Bash the variable may name a Cygwin socket, which is for Cygwin's programs alone.
  if (told && isPipeName(told)) return told;
  const { findAgentPipe } = await import('./windows-agents.ts');
  const address = await findAgentPipe();
  if (address) return address;
  throw new NoAgentError(
    'No agent is running: there is none of its pipes. Start Sallyport, or run: sallyport agent',
  );
}

function unixAgentAddress(env: AddressEnvironment): string {
  const address = env.SSH_AUTH_SOCK || defaultSocketPath(env);
  if (address) return address;
  throw new NoAgentError(
    'SSH_AUTH_SOCK, the variable that says where the agent listens, is not set. ' +
      'Start an agent with: eval "$(sallyport agent --background)"',
  );
}

/**
 * The agent that client verbs talk to: SSH_AUTH_SOCK, else the default place; on Windows the first pipe that is there
 * of Sallyport's own, OpenSSH's and Pageant's. Rejects with NoAgentError when there is none.
 */
export async function agentAddress(env: AddressEnvironment): Promise<string> {
  return process.platform === 'win32' ? windowsAgentAddress(env) : unixAgentAddress(env);
}
