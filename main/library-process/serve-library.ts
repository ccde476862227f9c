// The inside of the process with a foreign library: one program answers one request after the other.
import { Socket } from 'node:net';
import { frame, MessageParser } from '../../ipc/transports/streams/message-framing.ts';
import { encodeLibraryReply, maxLibraryMessageBytes, parseLibraryRequest } from './library-messages.ts';

export interface LibraryProgram {
  /** `body` is wiped when it settles. May hold up the whole process: whoever asks has a time limit. */
  answer(operation: string, body: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** `tell` says something without being asked. */
export type OpenLibraryProgram = (tell: (event: Uint8Array) => void) => LibraryProgram;

/** To who has started this process. */
interface Parent {
  readonly send: (message: Uint8Array) => void;
  readonly onMessage: (listener: (message: Uint8Array) => void) => void;
}

/** As much of Electron's `process.parentPort` as is used. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** Where `child-library-process.ts` has its stream. */
const messageDescriptor = 3;

function parentByPort(port: ParentPort): Parent {
  return {
    send: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', ({ data }) => {
        if (data instanceof Uint8Array && data.length <= maxLibraryMessageBytes) listener(data);
      });
    },
  };
}

function parentByStream(): Parent {
  const stream = new Socket({ fd: messageDescriptor, readable: true, writable: true });
  const parser = new MessageParser(maxLibraryMessageBytes);
  stream.on('close', () => process.exit());
  stream.on('error', () => process.exit());
  return {
    send: (message) => void stream.write(frame(message)),
    onMessage(listener) {
      stream.on('data', (chunk: Uint8Array) => {
        const messages = parser.push(chunk);
        chunk.fill(0);
        for (const message of messages) listener(message);
      });
    },
  };
}

async function answer(program: LibraryProgram, message: Uint8Array): Promise<Uint8Array> {
  const { id, operation, body } = parseLibraryRequest(message);
  try {
    return encodeLibraryReply({ kind: 'result', id, body: await program.answer(operation, body) });
  } catch (error) {
    const text = error instanceof Error ? error.message : 'it failed';
    return encodeLibraryReply({ kind: 'error', id, message: text });
  } finally {
    message.fill(0);
  }
}

/** Answers until the parent goes. */
export function serveLibrary(open: OpenLibraryProgram): void {
  const { parentPort } = process as NodeJS.Process & { readonly parentPort?: ParentPort };
  const parent = parentPort ? parentByPort(parentPort) : parentByStream();
  const program = open((body) => parent.send(encodeLibraryReply({ kind: 'event', body })));
  parent.onMessage((message) => {
    void answer(program, message).then(
      (reply) => parent.send(reply),
      // What can't be read was not sent by us.
      () => process.exit(1),
    );
  });
}
