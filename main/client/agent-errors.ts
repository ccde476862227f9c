// What can go wrong between a client and an agent, as sentences for the person.

/** No agent answers at the address. */
export class NoAgentError extends Error {
  override readonly name = 'NoAgentError';

  /** The system's name for it, where it is the reason; `FOREIGN`: it belongs to somebody else. */
  get code(): string | undefined {
    const { cause } = this;
    return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  }
}

/** Whose agent it is, so that nothing was sent there. */
export const foreignAgent = () => Object.assign(new Error('another user’s agent'), { code: 'FOREIGN' });

/** The agent answered, and the answer is no. */
export class AgentRefusedError extends Error {
  override readonly name = 'AgentRefusedError';
}

/** The agent went away, kept silent for too long, or answered something that is no answer. */
export class AgentConnectionError extends Error {
  override readonly name = 'AgentConnectionError';
}
