// SSH_AGENTC_EXTENSION (RFC 9987 §5.8): one handler a name. A handler that throws answers EXTENSION_FAILURE.
import type { WireReader } from '../../keys/encoding/wire.ts';
import { extensionName } from '../protocol/message-numbers.ts';
import { queryResponse, success } from '../protocol/replies.ts';
import { addKeyFile, addPpk } from '../requests/add-key.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { stopProgram, tellDoors, tellProcess } from './host-extensions.ts';
import { tellKeyPlaces } from './key-places-extension.ts';
import { listExtended, listKeys } from './list-extensions.ts';
import { readLog } from './log-extension.ts';
import {
  answerLocked,
  answerSealed,
  type OwnRequestHandler,
  openOwnChannel,
  refuseUnsealed,
} from './own-channel-extensions.ts';
import { reencrypt, reencryptAll } from './reencrypt-extensions.ts';
import { noteRelayedProgram } from './relayed-extension.ts';
import { changeRules } from './rules-extension.ts';
import { changeSecurityKeys } from './security-key-extensions.ts';
import { changeTokens } from './tokens-extension.ts';
import { changeUpstreams, noteAgent } from './upstream-extensions.ts';
import { changeWindowsKeys } from './windows-keys-extension.ts';

type ExtensionHandler = OwnRequestHandler;

const succeedAfter =
  (act: (contents: WireReader, connection: ServedConnection) => Promise<void>): ExtensionHandler =>
  async (contents, connection) => {
    await act(contents, connection);
    return success();
  };

/** SECURITY: what only the person's own programs may ask, reached by what they seal and by nothing else. */
const ownRequests: ReadonlyMap<string, OwnRequestHandler> = new Map<string, OwnRequestHandler>([
  [extensionName.keyPlaces, tellKeyPlaces],
  [extensionName.log, readLog],
  [extensionName.rules, changeRules],
  [extensionName.doors, tellDoors],
  [extensionName.stop, stopProgram],
  [extensionName.upstream, changeUpstreams],
  [extensionName.windowsKeys, changeWindowsKeys],
  [extensionName.tokens, changeTokens],
  [extensionName.securityKeys, changeSecurityKeys],
]);

/** They tell and touch nothing of keys, so a locked agent answers them as well. */
const ownRequestsWhileLocked: readonly string[] = [extensionName.doors, extensionName.stop];

function ownRequest(name: string, { state }: ServedConnection): OwnRequestHandler | undefined {
  const handler = ownRequests.get(name);
  return handler && state.lock.isLocked && !ownRequestsWhileLocked.includes(name) ? answerLocked : handler;
}

const handlers: ReadonlyMap<string, ExtensionHandler> = new Map<string, ExtensionHandler>([
  [extensionName.query, () => queryResponse()],
  [extensionName.sessionBind, succeedAfter((contents, connection) => connection.bindings.bind(contents))],
  [extensionName.addPpk, succeedAfter(addPpk)],
  [extensionName.reencrypt, reencrypt],
  [extensionName.reencryptAll, reencryptAll],
  [extensionName.listExtended, listExtended],
  [extensionName.addKeyFile, succeedAfter(addKeyFile)],
  [extensionName.listKeys, listKeys],
  [extensionName.process, tellProcess],
  [extensionName.fromAgent, noteAgent],
  [extensionName.relayed, succeedAfter(noteRelayedProgram)],
  [extensionName.hello, openOwnChannel],
  [
    extensionName.sealed,
    (contents, connection) => answerSealed(contents, connection, (name) => ownRequest(name, connection)),
  ],
  ...[...ownRequests.keys()].map((name): [string, ExtensionHandler] => [name, refuseUnsealed]),
]);

/** The handler of an extension's name; undefined when this agent does not know it. */
export function extensionHandler(name: string): ExtensionHandler | undefined {
  return handlers.get(name);
}
