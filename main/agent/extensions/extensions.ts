// SSH_AGENTC_EXTENSION (RFC 9987 §5.8): one handler a name. A handler that throws answers EXTENSION_FAILURE.
import { type WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { RefusedError } from '../protocol/errors.ts';
import {
  extensionName,
  listExtendedFlag,
  listKeysConstraintBit,
  messageNumber,
} from '../protocol/message-numbers.ts';
import { listReply, queryResponse, success } from '../protocol/replies.ts';
import { addKeyFile, addPpk } from '../requests/add-key.ts';
import type { ServedConnection } from '../requests/agent-state.ts';
import { expiresAtMs, type Identity, mustConfirm } from '../ring/identity.ts';
import { findVisible, visibleIdentities } from '../ring/visibility.ts';
import { stopProgram, tellDoors, tellProcess } from './host-extensions.ts';
import { readLog } from './log-extension.ts';
import { changeRules } from './rules-extension.ts';

type ExtensionHandler = (
  contents: WireReader,
  connection: ServedConnection,
) => Promise<Uint8Array> | Uint8Array;

function keyFlags({ key }: Identity): number {
  const { HAS_ENCRYPTED_KEY_FILE, HAS_NO_CLEARTEXT_KEY } = listExtendedFlag;
  return (
    (key.hasEncryptedForm ? HAS_ENCRYPTED_KEY_FILE : 0) | (key.isEncryptedOnly ? HAS_NO_CLEARTEXT_KEY : 0)
  );
}

/** PAGEANT.md §1.6: `string` blob, `string` comment, `string` info = uint32 flags. */
function listExtended(_contents: WireReader, connection: ServedConnection): Uint8Array {
  const entries = visibleIdentities(connection.state.keyRing, connection).map((identity) =>
    new WireWriter()
      .bytes(identity.listEntry)
      .string(new WireWriter().uint32(keyFlags(identity)).finish())
      .finish(),
  );
  return listReply(messageNumber.SSH_AGENT_SUCCESS, entries, connection.maxReplyBytes);
}

/** Blob, comment, flags as above, uint32 constraint bits, uint32 seconds left (0: no lifetime). */
function listKeys(_contents: WireReader, connection: ServedConnection): Uint8Array {
  const nowMs = connection.state.ports.clock.elapsedMs();
  const entries = visibleIdentities(connection.state.keyRing, connection).map((identity) => {
    const { restrictions, listEntry } = identity;
    const leftMs = expiresAtMs(identity) - nowMs;
    const bits =
      (mustConfirm(identity) ? listKeysConstraintBit.confirm : 0) |
      (Number.isFinite(leftMs) ? listKeysConstraintBit.lifetime : 0) |
      (restrictions.length > 0 ? listKeysConstraintBit.restrictDestination : 0);
    const secondsLeft = Number.isFinite(leftMs) ? Math.max(1, Math.ceil(leftMs / 1000)) : 0;
    return new WireWriter()
      .bytes(listEntry)
      .uint32(keyFlags(identity))
      .uint32(bits)
      .uint32(secondsLeft)
      .finish();
  });
  return listReply(messageNumber.SSH_AGENT_SUCCESS, entries, connection.maxReplyBytes);
}

function reencrypt(contents: WireReader, connection: ServedConnection): Uint8Array {
  const identity = findVisible(connection.state.keyRing, contents.readString(), connection);
  if (!identity.key.reencrypt()) throw new RefusedError('the key has no encrypted form that was ever opened');
  return success();
}

/** Answers how many public entries could not be re-encrypted; fails when there are some and none could be. */
function reencryptAll(_contents: WireReader, connection: ServedConnection): Uint8Array {
  const identities = visibleIdentities(connection.state.keyRing, connection);
  const leftInClear = identities.filter((identity) => !identity.key.reencrypt()).length;
  if (identities.length > 0 && leftInClear === identities.length)
    throw new RefusedError('no key has an encrypted form');
  return new WireWriter().byte(messageNumber.SSH_AGENT_SUCCESS).uint32(leftInClear).finish();
}

const succeedAfter =
  (act: (contents: WireReader, connection: ServedConnection) => Promise<void>): ExtensionHandler =>
  async (contents, connection) => {
    await act(contents, connection);
    return success();
  };

const handlers: ReadonlyMap<string, ExtensionHandler> = new Map<string, ExtensionHandler>([
  [extensionName.query, () => queryResponse()],
  [extensionName.sessionBind, succeedAfter((contents, connection) => connection.bindings.bind(contents))],
  [extensionName.addPpk, succeedAfter(addPpk)],
  [extensionName.reencrypt, reencrypt],
  [extensionName.reencryptAll, reencryptAll],
  [extensionName.listExtended, listExtended],
  [extensionName.addKeyFile, succeedAfter(addKeyFile)],
  [extensionName.listKeys, listKeys],
  [extensionName.log, readLog],
  [extensionName.rules, changeRules],
  [extensionName.doors, tellDoors],
  [extensionName.process, tellProcess],
  [extensionName.stop, stopProgram],
]);

/** The handler of an extension's name; undefined when this agent does not know it. */
export function extensionHandler(name: string): ExtensionHandler | undefined {
  return handlers.get(name);
}
