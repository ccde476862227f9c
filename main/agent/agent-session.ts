// One connection's conversation: dispatches requests in order and turns whatever goes wrong into failure.
import { InOrder } from '../basics/in-order.ts';
import type { Session } from './agent.ts';
import { extensionHandler } from './extensions/extensions.ts';
import type { Peer } from './facts/peer.ts';
import { toError } from './protocol/errors.ts';
import { extensionName, messageNumber } from './protocol/message-numbers.ts';
import {
  emptySsh1List,
  extensionFailure,
  failure,
  listReply,
  signResponse,
  success,
} from './protocol/replies.ts';
import { type AgentRequest, parseRequest } from './protocol/requests.ts';
import { addIdentity } from './requests/add-key.ts';
import { type AgentState, ServedConnection } from './requests/agent-state.ts';
import { listKeys } from './requests/list-keys.ts';
import { lockAgent, unlockAgent } from './requests/lock-requests.ts';
import { removeAllKeys, removeKey } from './requests/remove-keys.ts';
import { sign } from './requests/sign.ts';
import { addTokens, removeTokens } from './requests/token-requests.ts';

const extensionsWhileLocked: readonly string[] = [
  extensionName.sessionBind,
  extensionName.process,
  extensionName.hello,
  extensionName.sealed,
  extensionName.fromAgent,
  extensionName.relayed,
];

/**
 * What a locked agent still answers: unlock, session-bind, and what is not about keys; also, where the person may be asked to
 * unlock it, what is listed, as clients ask for signatures only of what they were shown, and signatures.
 */
function isAnsweredWhileLocked(request: AgentRequest, connection: ServedConnection): boolean {
  switch (request.kind) {
    case 'unlock':
      return true;
    case 'extension':
      return extensionsWhileLocked.includes(request.name);
    case 'list':
    case 'sign':
      return connection.state.lockedRequests.mayWait(connection);
    default:
      return false;
  }
}

type Reply = Uint8Array | Promise<Uint8Array>;

function answerExtension(request: AgentRequest & { kind: 'extension' }, connection: ServedConnection): Reply {
  const handler = extensionHandler(request.name);
  if (handler === undefined) return failure();
  const refused = (error: unknown) => {
    noteFailure('extension', error, connection);
    return extensionFailure();
  };
  try {
    const reply = handler(request.contents, connection);
    return reply instanceof Promise ? reply.catch(refused) : reply;
  } catch (error) {
    return refused(error);
  }
}

function noteFailure(
  kind: AgentRequest['kind'] | 'malformed',
  error: unknown,
  { state, peer }: ServedConnection,
): void {
  const { message } = toError(error);
  state.ports.log(`${peer.transport} pid ${peer.pid ?? 'unknown'}: ${kind} request refused: ${message}`);
}

function isRefused(request: AgentRequest, connection: ServedConnection): boolean {
  return connection.state.lock.isLocked && !isAnsweredWhileLocked(request, connection);
}

/** At once where nothing is waited for; throws or rejects where the reply is a failure. */
function answer(request: AgentRequest, connection: ServedConnection): Reply {
  if (isRefused(request, connection)) return answerWhileLocked(request);
  switch (request.kind) {
    case 'ssh1-list':
      return emptySsh1List();
    case 'ssh1-remove-all':
      return success();
    case 'list': {
      const listed = listKeys(connection);
      if (listed instanceof Uint8Array) return listed;
      // SECURITY: the order may have taken a look-up, and meanwhile the agent may have been locked.
      return listed.then((reply) => (isRefused(request, connection) ? answerWhileLocked(request) : reply));
    }
    case 'sign': {
      const signed = sign(request, connection);
      return signed instanceof Promise ? signed.then(signResponse) : signResponse(signed);
    }
    case 'add':
      return addIdentity(request.fields, request.constrained, connection).then(success);
    case 'add-tokens':
      return addTokens(request.fields, request.constrained, connection).then(success);
    case 'remove-tokens':
      return removeTokens(request.fields, connection).then(success);
    case 'remove':
      removeKey(request.keyBlob, connection);
      return success();
    case 'remove-all':
      removeAllKeys(connection);
      return success();
    case 'lock':
      return lockAgent(request.passphrase, connection).then(success);
    case 'unlock':
      return unlockAgent(request.passphrase, connection).then(success);
    case 'extension':
      return answerExtension(request, connection);
    case 'unknown':
      return failure();
  }
}

function answerWhileLocked(request: AgentRequest): Uint8Array {
  switch (request.kind) {
    case 'ssh1-list':
      return emptySsh1List();
    case 'list':
      return listReply(messageNumber.SSH_AGENT_IDENTITIES_ANSWER, []);
    case 'extension':
      return extensionHandler(request.name) ? extensionFailure() : failure();
    default:
      return failure();
  }
}

/** Opens the conversation of one connection. */
export function openAgentSession(state: AgentState, peer: Peer): Session {
  const connection = new ServedConnection(peer, state);
  const requests = new InOrder();
  let hasLookedAhead = false;

  /** A client that got a list, or told of its session, signs next: it shall not wait for what can be read before. */
  function lookAhead(): void {
    if (hasLookedAhead || peer.lookAhead === undefined) return;
    hasLookedAhead = true;
    // The reply leaves first; and of those that wanted nothing else, and have gone with it, nothing is read.
    if (!connection.isClosed) state.lookAheads.add(connection);
  }

  function replied(reply: Uint8Array): Uint8Array {
    lookAhead();
    return reply.length > connection.maxReplyBytes ? failure() : reply;
  }

  function refused(kind: AgentRequest['kind'] | 'malformed', error: unknown): Uint8Array {
    noteFailure(kind, error, connection);
    return failure();
  }

  function handle(message: Uint8Array): Reply {
    connection.noteMessage();
    if (message.length === 0) return failure();
    let kind: AgentRequest['kind'] | 'malformed' = 'malformed';
    try {
      const request = parseRequest(message);
      kind = request.kind;
      const reply = answer(request, connection);
      if (!(reply instanceof Promise)) return replied(reply);
      return reply.then(replied).catch((error: unknown) => refused(kind, error));
    } catch (error) {
      return refused(kind, error);
    }
  }

  return {
    handle: (message) => requests.run(() => handle(message)),
    end() {
      state.lookAheads.delete(connection);
      connection.end();
    },
    close() {
      state.lookAheads.delete(connection);
      connection.close();
    },
  };
}
