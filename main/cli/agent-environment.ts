// The two variables by which programs find an agent, as sh code and as an environment.

export interface AgentAddress {
  readonly socketPath: string;
  readonly pid: number;
}

/** Quotes for sh only what needs it, so that the line is the usual one for usual paths. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The lines for `eval`, in ssh-agent's form. */
export function environmentLines({ socketPath, pid }: AgentAddress): string {
  return `SSH_AUTH_SOCK=${quote(socketPath)}; export SSH_AUTH_SOCK;\nSSH_AGENT_PID=${pid}; export SSH_AGENT_PID;`;
}

/** The lines for `eval` when the agent has ended. */
export const unsetLines = 'unset SSH_AUTH_SOCK;\nunset SSH_AGENT_PID;';

export function environmentFor({ socketPath, pid }: AgentAddress): Record<string, string> {
  return { SSH_AUTH_SOCK: socketPath, SSH_AGENT_PID: String(pid) };
}
