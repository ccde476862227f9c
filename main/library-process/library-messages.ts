// What we and the process with a foreign library say to each other: one body a message, each with a bound.
import { WireReader, WireWriter } from '../keys/encoding/wire.ts';

/** Largest body, in bytes, either way. */
export const maxLibraryMessageBytes = 1024 * 1024;

/** Of what an error says. */
const maxErrorCharacters = 300;

export interface LibraryRequest {
  readonly id: number;
  readonly operation: string;
  /** As the program of the library reads it. */
  readonly body: Uint8Array;
}

export type LibraryReply =
  | { readonly kind: 'result'; readonly id: number; readonly body: Uint8Array }
  /** `message` is a text of ours. */
  | { readonly kind: 'error'; readonly id: number; readonly message: string }
  /** Said without having been asked. */
  | { readonly kind: 'event'; readonly body: Uint8Array };

const replyNumber = { result: 0, error: 1, event: 2 } as const;

/** Takes `body` out of the caller's hands: the copy is the one that goes on, for who sends it to wipe. */
export function encodeLibraryRequest({ id, operation, body }: LibraryRequest): Uint8Array {
  return new WireWriter().uint32(id).text(operation).bytes(body).finish();
}

/** Throws MalformedMessageError. `body` is a view into the message. */
export function parseLibraryRequest(message: Uint8Array): LibraryRequest {
  const reader = new WireReader(message);
  return { id: reader.readUint32(), operation: reader.readText(), body: reader.readRest() };
}

export function encodeLibraryReply(reply: LibraryReply): Uint8Array {
  const writer = new WireWriter().byte(replyNumber[reply.kind]);
  if (reply.kind === 'event') return writer.bytes(reply.body).finish();
  writer.uint32(reply.id);
  if (reply.kind === 'result') return writer.bytes(reply.body).finish();
  return writer.text(reply.message.slice(0, maxErrorCharacters)).finish();
}

/** Throws MalformedMessageError: the process may say anything, as the library in it may do anything. */
export function parseLibraryReply(message: Uint8Array): LibraryReply | undefined {
  const reader = new WireReader(message);
  switch (reader.readByte()) {
    case replyNumber.result:
      return { kind: 'result', id: reader.readUint32(), body: reader.readRest() };
    case replyNumber.error:
      return {
        kind: 'error',
        id: reader.readUint32(),
        message: reader.readText().slice(0, maxErrorCharacters),
      };
    case replyNumber.event:
      return { kind: 'event', body: reader.readRest() };
    default:
      return undefined;
  }
}
