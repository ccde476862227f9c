// Our own way into the agent: the same door that `sallyport add` takes, without a socket.
import type { OpenSession } from '../../agent/agent.ts';
import { AgentClient } from '../../client/agent-client.ts';
import { connectToSession } from '../../client/agent-connection.ts';

/** A client of the agent in this process. What needs a person fails for it: the person is at our windows already. */
export function openOwnClient(openSession: OpenSession): AgentClient {
  const session = openSession({
    transport: 'own-window',
    pid: process.pid,
    mayPrompt: false,
    isOwnWindow: true,
    describe: () => Promise.resolve(undefined),
  });
  return new AgentClient(connectToSession(session));
}
