// Reply bodies (RFC 9987 §5), and lists cut to what the channel carries.
import { WireWriter } from '../../keys/encoding/wire.ts';
import { extensionName, messageNumber as n } from './message-numbers.ts';

/** A fresh array each time. */
export const failure = () => Uint8Array.of(n.SSH_AGENT_FAILURE);
export const success = () => Uint8Array.of(n.SSH_AGENT_SUCCESS);
export const extensionFailure = () => Uint8Array.of(n.SSH_AGENT_EXTENSION_FAILURE);

/** A list reply without its entries. */
export const listHeaderBytes = 5;
/** What stands before a message in a stream. */
const lengthBytes = 4;

/**
 * A list reply: `first` byte, uint32 count, entries. Entries that don't fit into `maxBytes` are left out, so that a legacy
 * client with a small mapping sees some keys rather than none; a later, smaller one may still fit. Before it in its memory
 * stands its length, as in a stream, which so takes it as it is: a long list goes to many.
 */
export function listReply(
  first: number,
  entries: Iterable<Uint8Array>,
  maxBytes = Number.POSITIVE_INFINITY,
): Uint8Array {
  const taken: Uint8Array[] = [];
  let length = listHeaderBytes;
  for (const entry of entries) {
    if (length + entry.length > maxBytes) continue;
    taken.push(entry);
    length += entry.length;
  }
  const message = new Uint8Array(new ArrayBuffer(lengthBytes + length));
  const view = new DataView(message.buffer);
  view.setUint32(0, length);
  view.setUint8(lengthBytes, first);
  view.setUint32(lengthBytes + 1, taken.length);
  let offset = lengthBytes + listHeaderBytes;
  for (const entry of taken) {
    message.set(entry, offset);
    offset += entry.length;
  }
  return message.subarray(lengthBytes);
}

export function emptySsh1List(): Uint8Array {
  return listReply(n.SSH1_AGENT_RSA_IDENTITIES_ANSWER, []);
}

export function signResponse(signature: Uint8Array): Uint8Array {
  return new WireWriter().byte(n.SSH_AGENT_SIGN_RESPONSE).string(signature).finish();
}

/** RFC 9987 §5.8.1: the names of the extensions that this agent knows. */
export function queryResponse(): Uint8Array {
  const writer = new WireWriter().byte(n.SSH_AGENT_EXTENSION_RESPONSE).text(extensionName.query);
  for (const name of Object.values(extensionName)) writer.text(name);
  return writer.finish();
}
