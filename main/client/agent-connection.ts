// Request and reply with an agent: through a socket or pipe, or within the process.
import type { Socket } from 'node:net';
import { frame, MAX_BODY_BYTES, MessageParser } from '../../ipc/transports/streams/message-framing.ts';
import type { Session } from '../agent/agent.ts';
import { withinLimit } from '../basics/waiting.ts';
import { AgentConnectionError, connectionTroubles } from './agent-errors.ts';
import { openAgentSocket } from './agent-socket.ts';

export interface RequestOptions {
  /** How long the answer may take. Leave out where a person may be asked: they take the time they need. */
  readonly timeoutMs?: number;
}

export interface AgentConnection {
  /**
   * Sends one request body and resolves with the reply body. The caller wipes both where they are secret, the request
   * at once if it likes: it is copied before this returns, and the copy is wiped.
   * Rejects with AgentConnectionError.
   */
  request(body: Uint8Array, options?: RequestOptions): Promise<Uint8Array>;
  close(): void;
}

/** A connection to an agent in this process. */
export function connectToSession(session: Session): AgentConnection {
  return {
    async request(body) {
      // As a transport hands it over: the session's own copy, wiped when it has answered.
      const message = Uint8Array.from(body);
      try {
        // The session's reply may be shared, and this caller may wipe what it gets.
        return Uint8Array.from(await session.handle(message));
      } finally {
        message.fill(0);
      }
    },
    close: () => session.close(),
  };
}

interface Waiter {
  readonly resolve: (reply: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Replies come in request order, so waiters form a queue. */
class SocketConnection implements AgentConnection {
  readonly #socket: Socket;
  readonly #parser = new MessageParser();
  readonly #waiters: Waiter[] = [];
  #failure: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(connectionTroubles.broke(error.message)));
    socket.on('close', () => this.#fail(connectionTroubles.hungUp));
  }

  request(body: Uint8Array, { timeoutMs }: RequestOptions = {}): Promise<Uint8Array> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (body.length > MAX_BODY_BYTES)
      return Promise.reject(new AgentConnectionError(connectionTroubles.tooLong));
    const reply = new Promise<Uint8Array>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    const message = frame(body);
    this.#socket.write(message, () => message.fill(0));
    if (timeoutMs === undefined) return reply;
    // A late answer would be taken for that of the next request, so the connection ends with its patience.
    return withinLimit(reply, timeoutMs, () => {
      this.#fail(connectionTroubles.late(timeoutMs));
      return reply;
    });
  }

  close(): void {
    this.#fail(connectionTroubles.closed);
  }

  #receive(chunk: Uint8Array): void {
    for (const reply of this.#parser.push(chunk)) {
      const waiter = this.#waiters.shift();
      if (waiter) waiter.resolve(reply);
      else this.#fail(connectionTroubles.unasked);
    }
    if (this.#parser.oversized) this.#fail(connectionTroubles.oversized);
  }

  #fail(message: string): void {
    this.#failure ??= new AgentConnectionError(message);
    this.#socket.destroy();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#failure);
  }
}

/** Connects to the agent listening at a Unix socket or Windows pipe. Rejects with NoAgentError. */
export async function connectToAgent(
  address: string,
): Promise<AgentConnection & { readonly socket: Socket }> {
  const socket = await openAgentSocket(address);
  return Object.assign(new SocketConnection(socket), { socket });
}
