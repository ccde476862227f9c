// What can go wrong between a client and an agent, as sentences for the person.

/** No agent answers at the address. */
export class NoAgentError extends Error {
  override readonly name = 'NoAgentError';
}

/** The agent answered, and the answer is no. */
export class AgentRefusedError extends Error {
  override readonly name = 'AgentRefusedError';
}

/** The agent went away, kept silent for too long, or answered something that is no answer. */
export class AgentConnectionError extends Error {
  override readonly name = 'AgentConnectionError';
}
