// One connection's conversation: dispatches requests in order and turns whatever goes wrong into failure.
import { OneAtATime } from '../basics/one-at-a-time.ts';
import { nextTurn } from '../basics/waiting.ts';
import { MalformedMessageError } from '../keys/encoding/wire.ts';
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

async function answerExtension(request: AgentRequest & { kind: 'extension' }, connection: ServedConnection) {
  const handler = extensionHandler(request.name);
  if (handler === undefined) return failure();
  try {
    return await handler(request.contents, connection);
  } catch (error) {
    noteFailure('extension', error, connection);
    return extensionFailure();
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

async function answer(request: AgentRequest, connection: ServedConnection): Promise<Uint8Array> {
  const { state } = connection;
  const isRefused = () => state.lock.isLocked && !isAnsweredWhileLocked(request, connection);
  if (isRefused()) return answerWhileLocked(request);
  switch (request.kind) {
    case 'ssh1-list':
      return emptySsh1List();
    case 'ssh1-remove-all':
      return success();
    case 'list': {
      const listed = listKeys(connection);
      if (listed instanceof Uint8Array) return listed;
      const reply = await listed;
      // SECURITY: the order may have taken a look-up, and meanwhile the agent may have been locked.
      return isRefused() ? answerWhileLocked(request) : reply;
    }
    case 'sign':
      return signResponse(await sign(request, connection));
    case 'add':
      await addIdentity(request.fields, request.constrained, connection);
      return success();
    case 'add-tokens':
      await addTokens(request.fields, request.constrained, connection);
      return success();
    case 'remove-tokens':
      await removeTokens(request.fields, connection);
      return success();
    case 'remove':
      removeKey(request.keyBlob, connection);
      return success();
    case 'remove-all':
      removeAllKeys(connection);
      return success();
    case 'lock':
      await lockAgent(request.passphrase, connection);
      return success();
    case 'unlock':
      await unlockAgent(request.passphrase, connection);
      return success();
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
  const requests = new OneAtATime();
  let hasLookedAhead = false;

  /** A client that got a list, or told of its session, signs next: it shall not wait for what can be read before. */
  async function lookAhead(): Promise<void> {
    if (hasLookedAhead) return;
    hasLookedAhead = true;
    // The reply leaves first.
    await nextTurn();
    peer.lookAhead?.();
  }

  async function handle(message: Uint8Array): Promise<Uint8Array> {
    connection.noteMessage();
    let request: AgentRequest | undefined;
    try {
      request = parseRequest(message);
      const reply = await answer(request, connection);
      void lookAhead();
      return reply.length > connection.maxReplyBytes ? failure() : reply;
    } catch (error) {
      if (!(error instanceof MalformedMessageError && message.length === 0))
        noteFailure(request?.kind ?? 'malformed', error, connection);
      return failure();
    }
  }

  return {
    handle: (message) => requests.run(() => handle(message)),
    end: () => connection.end(),
    close: () => connection.close(),
  };
}
