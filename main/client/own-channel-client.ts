// The client's end of the channel to the person's own agent: `hello@sallyport`, then `sealed@sallyport`.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { RefusedError } from '../agent/protocol/errors.ts';
import { extensionName } from '../agent/protocol/message-numbers.ts';
import { agentProof, nonceBytes, OwnChannel, ownChannelVersion } from '../agent/protocol/own-channel.ts';
import { WireReader, WireWriter } from '../keys/encoding/wire.ts';
import type { AgentConnection } from './agent-connection.ts';
import { AgentRefusedError } from './agent-errors.ts';
import { parsed, parseOutcome } from './agent-replies.ts';
import { encodeExtension } from './agent-requests.ts';

export const olderAgent =
  'This agent does not know this request: it is not Sallyport, or one of an older version, which is to be ended and started again.';
const otherVersion =
  'The agent is of another version of Sallyport than this command. End the agent and start it again, so that both are the same.';
const notOurs =
  'What answers is not the Sallyport of this computer and user, though it says that it is one: it does not have your secret. SSH_AUTH_SOCK may lead to another machine, as in an SSH login with agent forwarding. Nothing was told to it.';
const changedOnTheWay =
  'The agent’s answer was changed on its way here, so it is not believed. SSH_AUTH_SOCK may lead through another machine.';
const doesNotTalk =
  'The agent refused to talk to this command as to one of its own machine and user: the connection comes through an SSH login, or the agent could not keep the secret by which it would know you.';

export interface ChannelToAgent {
  /**
   * The reply to a request that is sealed on its way, as is the reply. The caller wipes `contents` where they are secret.
   * Rejects with AgentRefusedError and AgentConnectionError.
   */
  ask(name: string, contents: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
}

/**
 * Opens the channel. SECURITY: rejects with AgentRefusedError unless the agent has shown that it has `secret`, before anything
 * is said that the person has typed. Whoever listens in its place learns a number drawn for this connection.
 */
export async function openChannel(
  connection: AgentConnection,
  secret: Uint8Array,
  timeoutMs: number,
): Promise<ChannelToAgent> {
  const client = randomBytes(nonceBytes);
  const hello = new WireWriter().uint32(ownChannelVersion).string(client).finish();
  const reply = await connection.request(encodeExtension(extensionName.hello, hello), { timeoutMs });
  const outcome = parsed(() => parseOutcome(reply));
  if (outcome !== 'success') throw new AgentRefusedError(outcome === 'failure' ? doesNotTalk : olderAgent);
  const reader = new WireReader(reply.subarray(1));
  if (parsed(() => reader.readUint32()) !== ownChannelVersion) throw new AgentRefusedError(otherVersion);
  const [agent, shown] = parsed(() => [reader.readString(), reader.readString()] as const);
  const nonces = { client, agent };
  const proof = agentProof(secret, nonces);
  if (agent.length !== nonceBytes || shown.length !== proof.length || !timingSafeEqual(shown, proof))
    throw new AgentRefusedError(notOurs);
  const channel = new OwnChannel('client', secret, nonces);

  return {
    async ask(name, contents, timeoutMs) {
      const request = new WireWriter().text(name).bytes(contents).finish();
      const sealed = new WireWriter().string(channel.seal(request)).finish();
      request.fill(0);
      const answer = await connection.request(encodeExtension(extensionName.sealed, sealed), { timeoutMs });
      // A failure is not sealed: it says nothing that one in between could not bring about.
      if (parsed(() => parseOutcome(answer)) !== 'success') return answer;
      const inside = parsed(() => new WireReader(answer.subarray(1)).readString());
      try {
        return channel.open(inside);
      } catch (error: unknown) {
        if (error instanceof RefusedError) throw new AgentRefusedError(changedOnTheWay);
        throw error;
      }
    },
  };
}
