// Reply bodies as a client reads them. Every parser throws MalformedMessageError for what is no such reply.

import {
  extensionName,
  listExtendedFlag,
  listKeysConstraintBit,
  listKeysFlag,
  messageNumber as n,
} from '../agent/protocol/message-numbers.ts';
import { commentText } from '../keys/encoding/comment-text.ts';
import { MalformedMessageError, WireReader } from '../keys/encoding/wire.ts';
import { AgentConnectionError } from './agent-errors.ts';

/** Whether the agent could sign without asking for a passphrase, and could forget the decrypted key; `elsewhere`: another one signs. */
export type KeptAs = 'clear' | 're-encryptable' | 'encrypted' | 'elsewhere';

/** A key as the agent lists it; what an agent does not tell is undefined. */
export interface ListedKey {
  readonly blob: Uint8Array;
  readonly comment: string;
  readonly keptAs?: KeptAs;
  readonly confirm?: boolean;
  readonly restrictedToDestinations?: boolean;
  /** Seconds until the key is forgotten; 0: no limit. */
  readonly secondsLeft?: number;
}

export type Outcome = 'success' | 'failure' | 'unknown-request';

/** The bare answers: 6, 28 (a known extension failed) and 5 (no, or an extension that is not known). */
export function parseOutcome(reply: Uint8Array): Outcome {
  switch (reply[0]) {
    case n.SSH_AGENT_SUCCESS:
      return 'success';
    case n.SSH_AGENT_EXTENSION_FAILURE:
      return 'failure';
    case n.SSH_AGENT_FAILURE:
      return 'unknown-request';
    default:
      throw new MalformedMessageError('neither success nor failure');
  }
}

/** Parsers throw for bytes that are no answer; the person is told what that means, by an AgentConnectionError. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error: unknown) {
    if (!(error instanceof MalformedMessageError)) throw error;
    throw new AgentConnectionError(
      `The agent's answer makes no sense (${error.message}). Is it an SSH agent that listens there?`,
      { cause: error },
    );
  }
}

function parseEntries<T>(
  reply: Uint8Array,
  first: number,
  parseEntry: (reader: WireReader) => T,
): T[] | undefined {
  const reader = new WireReader(reply);
  if (reader.readByte() !== first) return undefined;
  const keys: T[] = [];
  // The count is not trusted for memory: each entry must really be there.
  for (let count = reader.readUint32(); count > 0; count--) keys.push(parseEntry(reader));
  return keys;
}

function keptAs(flags: number): KeptAs {
  if (flags & listKeysFlag.LIVES_ELSEWHERE) return 'elsewhere';
  if (flags & listExtendedFlag.HAS_NO_CLEARTEXT_KEY) return 'encrypted';
  return flags & listExtendedFlag.HAS_ENCRYPTED_KEY_FILE ? 're-encryptable' : 'clear';
}

/** Message 12 with comments as they came, which may be no text; undefined when the reply is another one. */
export function parseIdentities(
  reply: Uint8Array,
): { readonly blob: Uint8Array; readonly comment: Uint8Array }[] | undefined {
  return parseEntries(reply, n.SSH_AGENT_IDENTITIES_ANSWER, (reader) => ({
    blob: reader.readString(),
    comment: reader.readString(),
  }));
}

/** Message 12; undefined when the reply is another one. */
export function parseList(reply: Uint8Array): ListedKey[] | undefined {
  return parseIdentities(reply)?.map(({ blob, comment }) => ({ blob, comment: commentText(comment) }));
}

/** The reply to PuTTY's `list-extended`, whose last string may grow in later versions. */
export function parseListExtended(reply: Uint8Array): ListedKey[] | undefined {
  return parseEntries(reply, n.SSH_AGENT_SUCCESS, (reader) => ({
    blob: reader.readString(),
    comment: commentText(reader.readString()),
    keptAs: keptAs(new WireReader(reader.readString()).readUint32()),
  }));
}

/** The reply to our `list-keys@sallyport`. */
export function parseListKeys(reply: Uint8Array): ListedKey[] | undefined {
  return parseEntries(reply, n.SSH_AGENT_SUCCESS, (reader) => {
    const blob = reader.readString();
    const comment = commentText(reader.readString());
    const kept = keptAs(reader.readUint32());
    const constraints = reader.readUint32();
    return {
      blob,
      comment,
      keptAs: kept,
      confirm: (constraints & listKeysConstraintBit.confirm) !== 0,
      restrictedToDestinations: (constraints & listKeysConstraintBit.restrictDestination) !== 0,
      secondsLeft: reader.readUint32(),
    };
  });
}

/** The signature blob of message 14; undefined when the agent refused. */
export function parseSignResponse(reply: Uint8Array): Uint8Array | undefined {
  const reader = new WireReader(reply);
  if (reader.readByte() !== n.SSH_AGENT_SIGN_RESPONSE) return undefined;
  return reader.readString();
}

/** How many keys `reencrypt-all` had to leave in clear; undefined when the agent refused. */
export function parseReencryptAll(reply: Uint8Array): number | undefined {
  const reader = new WireReader(reply);
  return reader.readByte() === n.SSH_AGENT_SUCCESS ? reader.readUint32() : undefined;
}

/**
 * The extension names an agent knows; none when it does not know the question. RFC 9987 §5.8.1 has a reply of
 * its own with the question's name first; PuTTY (0.78 to 0.84) answers success and the names.
 */
export function parseQuery(reply: Uint8Array): string[] {
  const reader = new WireReader(reply);
  const first = reader.readByte();
  if (first !== n.SSH_AGENT_EXTENSION_RESPONSE && first !== n.SSH_AGENT_SUCCESS) return [];
  if (first === n.SSH_AGENT_EXTENSION_RESPONSE && reader.readText() !== extensionName.query)
    throw new MalformedMessageError('answer to another question');
  const names: string[] = [];
  while (reader.remaining > 0) names.push(reader.readText());
  return names;
}
