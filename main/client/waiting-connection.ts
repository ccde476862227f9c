// Request and reply with an agent over a socket that the whole program waits for.
import { closeSync, readSync, writeSync } from 'node:fs';
import { readCredentialsOf } from '../../ipc/posix/sockets/peer-credentials.ts';
import { connectAndWait, setReadTimeout } from '../../ipc/posix/sockets/waiting-socket.ts';
import { frame, MAX_BODY_BYTES, MessageParser } from '../../ipc/transports/streams/message-framing.ts';
import { monotonicMs } from '../basics/monotonic-ms.ts';
import type { AgentConnection, RequestOptions } from './agent-connection.ts';
import { AgentConnectionError, connectionTroubles } from './agent-errors.ts';
import { connectTimeoutMs, isOwnAgent } from './agent-socket.ts';

/** More than a list of a few keys has. */
const readBytes = 16_384;

class WaitingConnection implements AgentConnection {
  readonly #parser = new MessageParser();
  #descriptor: number | undefined;
  #failure: Error | undefined;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  async request(body: Uint8Array, { timeoutMs = 0 }: RequestOptions = {}): Promise<Uint8Array> {
    if (body.length > MAX_BODY_BYTES) throw new AgentConnectionError(connectionTroubles.tooLong);
    try {
      if (this.#descriptor === undefined) throw this.#failure;
      this.#send(this.#descriptor, body);
      return this.#receive(this.#descriptor, timeoutMs);
    } catch (error: unknown) {
      // Whatever it is: a late answer would be taken for that of the next request.
      throw this.#fail(error, timeoutMs);
    }
  }

  close(): void {
    this.#fail(new AgentConnectionError(connectionTroubles.closed), 0);
  }

  #send(descriptor: number, body: Uint8Array): void {
    const message = frame(body);
    try {
      for (let sent = 0; sent < message.length; ) sent += writeSync(descriptor, message, sent);
    } finally {
      message.fill(0);
    }
  }

  #receive(descriptor: number, timeoutMs: number): Uint8Array {
    setReadTimeout(descriptor, timeoutMs);
    const sinceMs = monotonicMs();
    const chunk = new Uint8Array(readBytes);
    for (;;) {
      const length = readUninterrupted(descriptor, chunk);
      if (length === 0) throw new AgentConnectionError(connectionTroubles.hungUp);
      const [reply, unasked] = this.#parser.push(chunk.subarray(0, length));
      if (this.#parser.oversized) throw new AgentConnectionError(connectionTroubles.oversized);
      if (unasked) throw new AgentConnectionError(connectionTroubles.unasked);
      if (reply) return reply;
      // One that sends a byte now and then is stuck, too.
      if (timeoutMs > 0 && monotonicMs() - sinceMs > timeoutMs)
        throw new AgentConnectionError(connectionTroubles.late(timeoutMs));
    }
  }

  #fail(error: unknown, timeoutMs: number): Error {
    this.#failure ??= explained(error, timeoutMs);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    return this.#failure;
  }
}

/** A process that was stopped (Ctrl+Z) and goes on, or has got a signal, waits again: the system lets no read with a limit do so. */
function readUninterrupted(descriptor: number, chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error: unknown) {
      if ((error as NodeJS.ErrnoException).code !== 'EINTR') throw error;
    }
  }
}

function explained(error: unknown, timeoutMs: number): Error {
  if (error instanceof AgentConnectionError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new AgentConnectionError(
    code === 'EAGAIN' ? connectionTroubles.late(timeoutMs) : connectionTroubles.broke(message),
  );
}

/**
 * Connects to the agent at a Unix-domain socket that belongs to this user or root. Its requests wait, and with them the whole
 * thread: for a command that asks for nothing a person may have to answer. Undefined where that does not work, for whatever reason:
 * `connectToAgent` knows more ways, and says what is wrong. SECURITY: nothing is sent before it is known whose agent it is.
 */
export function connectWaiting(address: string): AgentConnection | undefined {
  const descriptor = connectAndWait(address, connectTimeoutMs);
  if (descriptor === undefined) return undefined;
  if (isOwnAgent(readCredentialsOf(descriptor))) return new WaitingConnection(descriptor);
  closeSync(descriptor);
  return undefined;
}
