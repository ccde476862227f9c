// The two variables by which programs find an agent, as sh code and as an environment.

export interface AgentAddress {
  /** Undefined when the agent has no door that a variable could name. */
  readonly socketPath: string | undefined;
  readonly pid: number;
}

/** Quotes for sh only what needs it, so that the line is the usual one for usual paths. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The variables of an agent. */
export function environmentFor({ socketPath, pid }: AgentAddress): Record<string, string> {
  return { ...(socketPath !== undefined && { SSH_AUTH_SOCK: socketPath }), SSH_AGENT_PID: String(pid) };
}

/** The lines for `eval`, in ssh-agent's form. */
export function environmentLines(address: AgentAddress): string {
  const line = ([name, value]: [string, string]) => `${name}=${quote(value)}; export ${name};`;
  return Object.entries(environmentFor(address)).map(line).join('\n');
}

/** The lines for `eval` when the agent has ended. */
export const unsetLines = 'unset SSH_AUTH_SOCK;\nunset SSH_AGENT_PID;';
