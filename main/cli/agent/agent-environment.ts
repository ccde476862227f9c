// The two variables by which programs find an agent, as sh code and as an environment.
import { quoteForShell } from '../../use-with/quote-for-shell.ts';

export interface AgentAddress {
  /** Undefined when the agent has no door that a variable could name. */
  readonly socketPath: string | undefined;
  readonly pid: number;
}

/** The variables of an agent. */
export function environmentFor({ socketPath, pid }: AgentAddress): Record<string, string> {
  return { ...(socketPath !== undefined && { SSH_AUTH_SOCK: socketPath }), SSH_AGENT_PID: String(pid) };
}

/** The lines for `eval`, in ssh-agent's form. */
export function environmentLines(address: AgentAddress): string {
  const line = ([name, value]: [string, string]) => `${name}=${quoteForShell(value)}; export ${name};`;
  return Object.entries(environmentFor(address)).map(line).join('\n');
}

/** What ssh-agent tells the person after `eval` of those lines. */
export const pidLine = ({ pid }: AgentAddress): string => `echo Agent pid ${pid};`;

/** The lines for `eval` when the agent has ended. */
export const unsetLines = 'unset SSH_AUTH_SOCK;\nunset SSH_AGENT_PID;';
