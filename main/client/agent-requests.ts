// Request bodies of a client: RFC 9987 §5, PuTTY's extensions (PuTTY's pageant.c) and ours.
import { constraintNumber, extensionName, messageNumber as n } from '../agent/protocol/message-numbers.ts';
import {
  type DestinationConstraint,
  encodeDestinationConstraints,
} from '../agent/ring/destination-constraints.ts';
import { commentBytes } from '../keys/encoding/comment-text.ts';
import type { SecretBytes } from '../keys/encoding/secret-bytes.ts';
import { WireWriter } from '../keys/encoding/wire.ts';

/** What the agent is asked to keep to for a key. */
export interface AddConstraints {
  readonly confirm?: boolean;
  /** 1 to 2^32 − 1. */
  readonly lifetimeSeconds?: number;
  /** The hosts that the key may go to, one at the least; left out: all. */
  readonly destinations?: readonly DestinationConstraint[];
  /** By which library the agent reaches the security key: a path, or `internal` for its own way. */
  readonly securityKeyProvider?: string;
}

export const listRequest = Uint8Array.of(n.SSH_AGENTC_REQUEST_IDENTITIES);

/** RFC 9987 §5.2.7; empty for an unconstrained key. */
export function encodeConstraints({
  confirm,
  lifetimeSeconds,
  destinations,
  securityKeyProvider,
}: AddConstraints): Uint8Array {
  const writer = new WireWriter();
  if (lifetimeSeconds !== undefined)
    writer.byte(constraintNumber.SSH_AGENT_CONSTRAIN_LIFETIME).uint32(lifetimeSeconds);
  if (confirm) writer.byte(constraintNumber.SSH_AGENT_CONSTRAIN_CONFIRM);
  if (destinations)
    writer
      .byte(constraintNumber.SSH_AGENT_CONSTRAIN_EXTENSION)
      .text('restrict-destination-v00@openssh.com')
      .string(encodeDestinationConstraints(destinations));
  if (securityKeyProvider !== undefined)
    writer
      .byte(constraintNumber.SSH_AGENT_CONSTRAIN_EXTENSION)
      .text('sk-provider@openssh.com')
      .text(securityKeyProvider);
  return writer.finish();
}

/** Message 17, or 25 when there are constraints. `fields` stand as in RFC 9987 §3.2. The caller wipes the result. */
export function encodeAdd(
  fields: Uint8Array,
  comment: Uint8Array | string,
  constraints: AddConstraints,
): Uint8Array {
  const encoded = encodeConstraints(constraints);
  return new WireWriter()
    .byte(encoded.length > 0 ? n.SSH_AGENTC_ADD_ID_CONSTRAINED : n.SSH_AGENTC_ADD_IDENTITY)
    .bytes(fields)
    .string(commentBytes(comment))
    .bytes(encoded)
    .finish();
}

export function encodeExtension(name: string, contents: Uint8Array = new Uint8Array(0)): Uint8Array {
  return new WireWriter().byte(n.SSH_AGENTC_EXTENSION).text(name).bytes(contents).finish();
}

export interface KeyFileToKeepEncrypted {
  /** The file, whole. */
  readonly bytes: Uint8Array;
  /** The public half where the file hides it, or the certificate to be listed; left out: what the file carries. */
  readonly publicBlob?: Uint8Array;
  /** Left out: the file's own. */
  readonly comment?: Uint8Array | string;
}

/** `add-key-file@sallyport`: string file, string public blob, string comment, constraints as in message 25. */
export function encodeAddKeyFile(keyFile: KeyFileToKeepEncrypted, constraints: AddConstraints): Uint8Array {
  const contents = new WireWriter()
    .string(keyFile.bytes)
    .string(keyFile.publicBlob ?? new Uint8Array(0))
    .string(commentBytes(keyFile.comment ?? ''))
    .bytes(encodeConstraints(constraints));
  return encodeExtension(extensionName.addKeyFile, contents.finish());
}

export function encodeBlobExtension(name: string, blob: Uint8Array): Uint8Array {
  return encodeExtension(name, new WireWriter().string(blob).finish());
}

export function encodeRemove(blob: Uint8Array): Uint8Array {
  return new WireWriter().byte(n.SSH_AGENTC_REMOVE_IDENTITY).string(blob).finish();
}

/** Messages 22 and 23. Wipes the passphrase; the caller wipes the result. */
export function encodeLock(kind: 'lock' | 'unlock', passphrase: SecretBytes): Uint8Array {
  const message = new WireWriter()
    .byte(kind === 'lock' ? n.SSH_AGENTC_LOCK : n.SSH_AGENTC_UNLOCK)
    .string(passphrase.bytes)
    .finish();
  passphrase.wipe();
  return message;
}

export function encodeSign(blob: Uint8Array, data: Uint8Array, flags: number): Uint8Array {
  return new WireWriter().byte(n.SSH_AGENTC_SIGN_REQUEST).string(blob).string(data).uint32(flags).finish();
}
