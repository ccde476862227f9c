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

/** What may go wrong on any connection to an agent, as messages of AgentConnectionError. */
export const connectionTroubles = {
  closed: 'The connection to the agent is closed.',
  hungUp: 'The agent closed the connection without an answer. It may have been stopped.',
  tooLong: 'This is more than the agent protocol carries in one request.',
  unasked: 'The agent sent an answer that nobody asked for.',
  oversized: 'The agent sent an answer longer than the protocol allows.',
  late: (timeoutMs: number) =>
    `The agent did not answer within ${timeoutMs / 1000} seconds. It may be stuck.`,
  broke: (reason: string) => `The connection to the agent broke: ${reason}.`,
};
