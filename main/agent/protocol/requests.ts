// Request bodies (RFC 9987 §5) as a typed union.
import { MalformedMessageError, WireReader } from '../../keys/encoding/wire.ts';
import { messageNumber as n } from './message-numbers.ts';

export type AgentRequest =
  | { readonly kind: 'ssh1-list' }
  | { readonly kind: 'ssh1-remove-all' }
  | { readonly kind: 'list' }
  | { readonly kind: 'sign'; readonly keyBlob: Uint8Array; readonly data: Uint8Array; readonly flags: number }
  /** `fields` stands at the key's algorithm name; constraints may follow the comment only when `constrained`. */
  | { readonly kind: 'add'; readonly fields: WireReader; readonly constrained: boolean }
  /** `fields` stands at the library; constraints may follow the PIN only when `constrained`. */
  | { readonly kind: 'add-tokens'; readonly fields: WireReader; readonly constrained: boolean }
  | { readonly kind: 'remove-tokens'; readonly fields: WireReader }
  | { readonly kind: 'remove'; readonly keyBlob: Uint8Array }
  | { readonly kind: 'remove-all' }
  | { readonly kind: 'lock' | 'unlock'; readonly passphrase: Uint8Array }
  | { readonly kind: 'extension'; readonly name: string; readonly contents: WireReader }
  | { readonly kind: 'unknown' };

function parseSign(reader: WireReader): AgentRequest {
  const keyBlob = reader.readString();
  const data = reader.readString();
  // Older clients omit the flags word, and PuTTY takes stray bytes in its place as none (PuTTY's pageant.c).
  const flags = reader.remaining >= 4 ? reader.readUint32() : 0;
  return { kind: 'sign', keyBlob, data, flags };
}

/** Requests that are known by their number: the same each time. */
const ssh1List: AgentRequest = { kind: 'ssh1-list' };
const ssh1RemoveAll: AgentRequest = { kind: 'ssh1-remove-all' };
const list: AgentRequest = { kind: 'list' };
const removeAll: AgentRequest = { kind: 'remove-all' };
const unknown: AgentRequest = { kind: 'unknown' };

/** Parses one request body. Fields are views into `message`. Throws MalformedMessageError. */
export function parseRequest(message: Uint8Array): AgentRequest {
  if (message.length === 0) throw new MalformedMessageError('empty message');
  switch (message[0]) {
    case n.SSH1_AGENTC_REQUEST_RSA_IDENTITIES:
      return ssh1List;
    case n.SSH1_AGENTC_REMOVE_ALL_RSA_IDENTITIES:
      return ssh1RemoveAll;
    case n.SSH_AGENTC_REQUEST_IDENTITIES:
      return list;
    case n.SSH_AGENTC_REMOVE_ALL_IDENTITIES:
      return removeAll;
    default:
      return parseFields(message);
  }
}

/** The other requests, with what they say. */
function parseFields(message: Uint8Array): AgentRequest {
  const reader = new WireReader(message);
  switch (reader.readByte()) {
    case n.SSH_AGENTC_SIGN_REQUEST:
      return parseSign(reader);
    case n.SSH_AGENTC_ADD_IDENTITY:
      return { kind: 'add', fields: reader, constrained: false };
    case n.SSH_AGENTC_ADD_ID_CONSTRAINED:
      return { kind: 'add', fields: reader, constrained: true };
    case n.SSH_AGENTC_ADD_SMARTCARD_KEY:
      return { kind: 'add-tokens', fields: reader, constrained: false };
    case n.SSH_AGENTC_ADD_SMARTCARD_KEY_CONSTRAINED:
      return { kind: 'add-tokens', fields: reader, constrained: true };
    case n.SSH_AGENTC_REMOVE_SMARTCARD_KEY:
      return { kind: 'remove-tokens', fields: reader };
    case n.SSH_AGENTC_REMOVE_IDENTITY:
      return { kind: 'remove', keyBlob: reader.readString() };
    case n.SSH_AGENTC_LOCK:
      return { kind: 'lock', passphrase: reader.readString() };
    case n.SSH_AGENTC_UNLOCK:
      return { kind: 'unlock', passphrase: reader.readString() };
    case n.SSH_AGENTC_EXTENSION:
      return { kind: 'extension', name: reader.readText(), contents: reader };
    default:
      return unknown;
  }
}
