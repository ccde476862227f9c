// A client of a stream transport for tests: writes raw bytes, hands out whole reply bodies.
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { frame, MessageParser } from '../../ipc/transports/streams/message-framing.ts';

export class MessageClient {
  readonly socket: Socket;
  /** Sizes of the chunks that arrived. */
  readonly chunkSizes: number[] = [];
  readonly #parser = new MessageParser();
  readonly #replies: Uint8Array[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.chunkSizes.push(chunk.length);
      this.#replies.push(...this.#parser.push(chunk));
      this.#wake();
    });
    socket.on('error', () => {});
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  static async connect(to: NetConnectOpts): Promise<MessageClient> {
    const socket = connect({ ...to, allowHalfOpen: true });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new MessageClient(socket);
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(body: Uint8Array): void {
    this.socket.write(frame(body));
  }

  async request(body: Uint8Array): Promise<Uint8Array | undefined> {
    this.send(body);
    return this.reply();
  }

  /** The next reply body; undefined when the other side has ended without one. */
  async reply(): Promise<Uint8Array | undefined> {
    while (this.#replies.length === 0 && !this.#ended) await this.#news();
    return this.#replies.shift();
  }

  /** Resolves when the other side has ended or the connection is gone. */
  async end(): Promise<void> {
    while (!this.#ended) await this.#news();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
