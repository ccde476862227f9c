// Where the agent listens, or is to listen.
import { isAbsolute, join } from 'node:path';
import { NoAgentError } from '../client/agent-errors.ts';

/** What of the environment names a place. */
export interface AddressEnvironment extends NodeJS.ProcessEnv {
  SSH_AUTH_SOCK?: string | undefined;
  XDG_RUNTIME_DIR?: string | undefined;
}

/** The pipe of Windows' own OpenSSH, where its programs look when SSH_AUTH_SOCK is not set. */
const windowsOpensshPipe = '\\\\.\\pipe\\openssh-ssh-agent';

/**
 * `$XDG_RUNTIME_DIR/sallyport/agent.sock`; undefined without such a directory. The specification of
 * XDG_RUNTIME_DIR has relative paths ignored.
 */
export function defaultSocketPath({ XDG_RUNTIME_DIR: dir }: AddressEnvironment): string | undefined {
  return dir && isAbsolute(dir) ? join(dir, 'sallyport', 'agent.sock') : undefined;
}

/** The agent that client verbs talk to: SSH_AUTH_SOCK, else the platform's default. Throws NoAgentError when there is none. */
export function agentAddress(env: AddressEnvironment, platform: NodeJS.Platform = process.platform): string {
  const address = env.SSH_AUTH_SOCK || (platform === 'win32' ? windowsOpensshPipe : defaultSocketPath(env));
  if (address) return address;
  throw new NoAgentError(
    'SSH_AUTH_SOCK, the variable that says where the agent listens, is not set. ' +
      'Start an agent with: eval "$(sallyport agent --background)"',
  );
}
