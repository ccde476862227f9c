// `hello@sallyport` and `sealed@sallyport`: what only programs of the person's own machine may ask.
import { randomBytes } from 'node:crypto';
import { WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { RefusedError } from '../protocol/errors.ts';
import { messageNumber } from '../protocol/message-numbers.ts';
import { agentProof, nonceBytes, OwnChannel, ownChannelVersion } from '../protocol/own-channel.ts';
import { extensionFailure, failure } from '../protocol/replies.ts';
import type { ServedConnection } from '../requests/agent-state.ts';

export type OwnRequestHandler = (
  contents: WireReader,
  connection: ServedConnection,
) => Promise<Uint8Array> | Uint8Array;

/**
 * SECURITY: a connection that OpenSSH forwards carries a session-bind and is refused by that. PuTTY forwards without
 * one, and a machine elsewhere must not read where else the person goes, or allow itself the keys: hence the secret,
 * in a file that only the person can read. Other programs of the same person can read it too; they could change the
 * stored rules themselves.
 */
function secretFor({ bindings, state }: ServedConnection): Uint8Array {
  if (bindings.isOfSshSession) throw new RefusedError('not for connections that belong to an SSH session');
  const { localSecret } = state.ports;
  if (localSecret === undefined) throw new RefusedError('there is no secret to know own programs by');
  return localSecret;
}

/**
 * Contents: uint32 version, `string` the client's nonce. Reply: success, uint32 version, and where that is the client's, too,
 * `string` nonce, `string` agentProof. A second one on a connection begins anew.
 */
export function openOwnChannel(contents: WireReader, connection: ServedConnection): Uint8Array {
  const secret = secretFor(connection);
  const reply = new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).uint32(ownChannelVersion);
  connection.ownChannel = undefined;
  if (contents.readUint32() !== ownChannelVersion) return reply.finish();
  // Copied, as it is a view into the message.
  const client = Uint8Array.from(contents.readString());
  if (client.length !== nonceBytes) throw new RefusedError('a nonce of another size');
  const nonces = { client, agent: randomBytes(nonceBytes) };
  connection.ownChannel = new OwnChannel('agent', secret, nonces);
  return reply.string(nonces.agent).string(agentProof(secret, nonces)).finish();
}

/**
 * Contents: `string` sealed, in which are `string` name and contents of a request. Reply: success, `string` the sealed reply to
 * that. SECURITY: what fails to open is answered in clear, and so is a handler's failure: anybody could say that.
 */
export async function answerSealed(
  contents: WireReader,
  connection: ServedConnection,
  handlerOf: (name: string) => OwnRequestHandler | undefined,
): Promise<Uint8Array> {
  secretFor(connection);
  const { ownChannel } = connection;
  if (ownChannel === undefined) throw new RefusedError('nothing was said before what is sealed');
  const opened = ownChannel.open(contents.readString());
  try {
    const request = new WireReader(opened);
    const handler = handlerOf(request.readText());
    const reply = handler === undefined ? failure() : await handler(request, connection);
    return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).string(ownChannel.seal(reply)).finish();
  } finally {
    opened.fill(0);
  }
}

/** The answer to a request that came as it is, and not sealed. Always throws. */
export function refuseUnsealed(): never {
  throw new RefusedError('only for what is sealed by the person’s own programs');
}

/** What a locked agent says in place of a handler. */
export const answerLocked: OwnRequestHandler = () => extensionFailure();
