import { createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { frame, MAX_BODY_BYTES } from '../../../../ipc/transports/streams/message-framing.ts';
import { StreamConnections } from '../../../../ipc/transports/streams/open-streams.ts';
import { StreamConnection } from '../../../../ipc/transports/streams/stream-connection.ts';
import type { OpenSession } from '../../../../main/agent/agent.ts';
import { listReply } from '../../../../main/agent/protocol/replies.ts';
import { MessageClient } from '../../../fakes/message-client.ts';
import { deferred, scriptedAgent } from '../../../fakes/scripted-agent.ts';

const FAILURE = Uint8Array.of(5);
const peer = { transport: 'test', mayPrompt: true, describe: async () => undefined };

/** What `Duplex.write` is called with, beside a way to feed bytes in. */
class RecordingDuplex extends Duplex {
  readonly writes: Uint8Array[] = [];
  /** Set, it holds back the end of every write: a reader that doesn't read. */
  stalled = false;
  #release: () => void = () => {};

  override _read(): void {}
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.writes.push(Uint8Array.from(chunk));
    if (this.stalled) this.#release = done;
    else done();
  }
  release(): void {
    this.stalled = false;
    this.#release();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

describe('StreamConnection', () => {
  test('opens no session for a client that sends nothing', async () => {
    const agent = scriptedAgent();
    const stream = new RecordingDuplex();
    const connection = new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(null);
    await connection.closed;
    expect(agent.peers.length).toBe(0);
    expect(agent.closed()).toBe(0);
  });

  test('writes each reply with its header at once, in the order of the requests', async () => {
    const agent = scriptedAgent(async (message) => {
      if (message[1] === 0) await turns(5);
      return Uint8Array.of(12, message[1] as number);
    });
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(Buffer.concat([0, 1, 2].map((i) => frame(Uint8Array.of(11, i)))));
    await turns(20);
    expect(stream.writes).toEqual([0, 1, 2].map((i) => frame(Uint8Array.of(12, i))));
  });

  test.each([
    ['a reply', Uint8Array.of(12, 0, 0, 0, 0)],
    ['a list, whose memory has its length before it', listReply(12, [Uint8Array.of(1, 2, 3)])],
  ])('leaves %s as it is, which may be shared with other connections', async (_what, shared) => {
    const before = Uint8Array.from(new Uint8Array(shared.buffer));
    const expected = frame(Uint8Array.from(shared));
    const agent = scriptedAgent(async () => shared);
    for (const stream of [new RecordingDuplex(), new RecordingDuplex()]) {
      const connection = new StreamConnection(stream, () => agent.openSession(peer));
      stream.push(Buffer.concat([frame(Uint8Array.of(11)), frame(Uint8Array.of(11))]));
      stream.push(null);
      await connection.closed;
      expect(stream.writes).toEqual([expected, expected]);
    }
    expect(new Uint8Array(shared.buffer)).toEqual(before);
  });

  test('starts a request only when the one before is answered', async () => {
    let running = 0;
    const agent = scriptedAgent(async () => {
      expect(++running).toBe(1);
      await turn();
      running--;
      return Uint8Array.of(6);
    });
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    for (let i = 0; i < 5; i++) stream.push(Buffer.from(frame(Uint8Array.of(11))));
    await turns(40);
    expect(stream.writes.length).toBe(5);
  });

  test('answers an empty body with failure, in its turn, and goes on', async () => {
    const agent = scriptedAgent();
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(
      Buffer.concat([frame(Uint8Array.of(11)), frame(new Uint8Array(0)), frame(Uint8Array.of(12))]),
    );
    await turns(10);
    expect(stream.writes).toEqual([Uint8Array.of(11), FAILURE, Uint8Array.of(12)].map(frame));
    expect(agent.messages.length).toBe(2);
  });

  test('answers an oversized body with failure after the requests before it, then closes', async () => {
    const agent = scriptedAgent();
    const stream = new RecordingDuplex();
    const connection = new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(Buffer.concat([frame(Uint8Array.of(11)), Uint8Array.of(0, 4, 0, 1, 9, 9, 9)]));
    await turns(10);
    expect(stream.writes).toEqual([frame(Uint8Array.of(11)), frame(FAILURE)]);
    expect(stream.writableEnded).toBe(true);
    stream.push(null);
    await connection.closed;
    expect(agent.messages.length).toBe(1);
  });

  test('wipes request and chunk when the request is answered, also when it fails', async () => {
    for (const fails of [false, true]) {
      const agent = scriptedAgent(async () => {
        await turn();
        if (fails) throw new Error('broken session');
        return Uint8Array.of(6);
      });
      const stream = new RecordingDuplex();
      new StreamConnection(stream, () => agent.openSession(peer));
      const chunk = Buffer.from(frame(Uint8Array.of(17, 1, 2, 3)));
      stream.push(chunk);
      await turns(10);
      expect(agent.messages).toEqual([Uint8Array.of(17, 1, 2, 3)]);
      expect(agent.handedIn).toEqual([new Uint8Array(4)]);
      expect(chunk.every((byte) => byte === 0)).toBe(true);
      expect(stream.writes).toEqual([frame(fails ? FAILURE : Uint8Array.of(6))]);
    }
  });

  test('answers failure when a session can’t be opened, and stays open', async () => {
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => {
      throw new Error('no session');
    });
    stream.push(Buffer.from(frame(Uint8Array.of(11))));
    await turns(5);
    expect(stream.writes).toEqual([frame(FAILURE)]);
    expect(stream.destroyed).toBe(false);
  });

  test('closes the session at once when the client goes away while a request waits', async () => {
    const agent = scriptedAgent(async (_message, whenClosed) => {
      await whenClosed;
      return FAILURE;
    });
    const stream = new RecordingDuplex();
    const connection = new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(Buffer.from(frame(Uint8Array.of(13))));
    await turns(3);
    expect(agent.closed()).toBe(0);
    stream.destroy(new Error('connection reset'));
    await connection.closed;
    await turns(3);
    expect(agent.closed()).toBe(1);
    expect(stream.writes).toEqual([]);
  });

  test('closes the session when the client ends its side, and still sends what it asked for', async () => {
    const agent = scriptedAgent(async (message, whenClosed) => {
      if (message[0] === 13) await whenClosed;
      return message[0] === 13 ? FAILURE : Uint8Array.of(12);
    });
    const stream = new RecordingDuplex();
    const connection = new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(Buffer.concat([frame(Uint8Array.of(13)), frame(Uint8Array.of(11))]));
    stream.push(null);
    await connection.closed;
    expect(agent.closed()).toBe(1);
    expect(stream.writes).toEqual([frame(FAILURE), frame(Uint8Array.of(12))]);
  });

  test.each([
    ['gone', 1],
    ['ended', 0],
  ] as const)('tells the session, while reading pauses, that its client has %s', async (state, closed) => {
    const agent = scriptedAgent(async (_message, whenClosed) => {
      await whenClosed;
      return FAILURE;
    });
    const stream = new RecordingDuplex();
    let now: 'there' | 'ended' | 'gone' = 'there';
    new StreamConnection(stream, () => agent.openSession(peer), { look: () => now });
    while (!stream.isPaused()) {
      stream.push(Buffer.from(frame(new Uint8Array(MAX_BODY_BYTES))));
      await turn();
    }
    await turns(5);
    expect([agent.ended(), agent.closed()]).toEqual([0, 0]);
    now = state;
    await expect.poll(() => agent.ended() + agent.closed()).toBe(1);
    expect(agent.closed()).toBe(closed);
    expect(stream.destroyed).toBe(state === 'gone');
  });

  test('cuts a client at once that has ended its side by going away', async () => {
    const agent = scriptedAgent(() => new Promise(() => {}));
    const stream = new RecordingDuplex();
    const connection = new StreamConnection(stream, () => agent.openSession(peer), { look: () => 'gone' });
    stream.push(Buffer.from(frame(Uint8Array.of(13))));
    await turns(3);
    expect(agent.closed()).toBe(0);
    stream.push(null);
    await connection.closed;
    expect(agent.closed()).toBe(1);
  });

  test('replies before anything else happens where the session does, and wipes what it has read', () => {
    const agent = scriptedAgent(() => Uint8Array.of(12), true);
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    const chunk = Buffer.from(frame(Uint8Array.of(11, 1)));
    stream.emit('data', chunk);
    expect(stream.writes).toEqual([frame(Uint8Array.of(12))]);
    expect(agent.handedIn).toEqual([new Uint8Array(2)]);
    expect(chunk.every((byte) => byte === 0)).toBe(true);
  });

  test('takes what looks like a request of one byte for that only where one may begin', async () => {
    const list = frame(Uint8Array.of(11));
    const added = frame(new Uint8Array([25, ...list, ...list]));
    for (const cut of [1, 4, 5, 10]) {
      const agent = scriptedAgent(() => Uint8Array.of(6), true);
      const stream = new RecordingDuplex();
      new StreamConnection(stream, () => agent.openSession(peer));
      const rest = added.slice(cut);
      stream.emit('data', added.slice(0, cut));
      for (let at = 0; at < rest.length; at += 5) stream.emit('data', rest.slice(at, at + 5));
      stream.emit('data', list.slice());
      expect(agent.messages, `${cut}`).toEqual([added.slice(4), list.slice(4)]);
    }
  });

  test('answers a request of one byte that comes alone behind those that wait', async () => {
    const first = deferred();
    const agent = scriptedAgent((message) => {
      const reply = message.slice();
      return message[0] === 13 ? first.promise.then(() => reply) : reply;
    }, true);
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    const requests = [Uint8Array.of(13, 1), Uint8Array.of(11), Uint8Array.of(17, 2), Uint8Array.of(1)].map(
      frame,
    );
    for (const request of requests) stream.emit('data', request.slice());
    await turns(3);
    expect(stream.writes).toEqual([]);
    first.resolve();
    await expect.poll(() => stream.writes).toEqual(requests);
  });

  test('leaves a request of one byte what it is for others when it is cut while that waits', async () => {
    const waiting = new RecordingDuplex();
    const silent = scriptedAgent(() => new Promise(() => {}));
    const connection = new StreamConnection(waiting, () => silent.openSession(peer));
    for (let i = 0; i < 3; i++) waiting.emit('data', frame(Uint8Array.of(11)));
    connection.destroy();
    const agent = scriptedAgent((message) => message.slice(), true);
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    stream.emit('data', frame(Uint8Array.of(11)));
    expect(stream.writes).toEqual([frame(Uint8Array.of(11))]);
  });

  test('takes no request of one byte behind one that is too long', async () => {
    const agent = scriptedAgent(() => Uint8Array.of(6), true);
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    stream.emit('data', Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    stream.emit('data', frame(Uint8Array.of(11)));
    expect(agent.messages).toEqual([]);
  });

  test('keeps the order of replies that come at once and late', async () => {
    const agent = scriptedAgent((message) => {
      const reply = Uint8Array.of(12, message[1] as number);
      return message[1] === 1 ? turns(3).then(() => reply) : reply;
    }, true);
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(Buffer.concat([0, 1, 2, 3].map((i) => frame(Uint8Array.of(11, i)))));
    await turns(10);
    expect(stream.writes).toEqual([0, 1, 2, 3].map((i) => frame(Uint8Array.of(12, i))));
  });

  test('sends nothing more, and asks nothing more, where its client goes while a reply is made', async () => {
    const stream = new RecordingDuplex();
    const agent = scriptedAgent(() => {
      stream.destroy();
      return Uint8Array.of(12);
    }, true);
    const connection = new StreamConnection(stream, () => agent.openSession(peer));
    stream.push(Buffer.concat([1, 2].map((i) => frame(Uint8Array.of(11, i)))));
    await connection.closed;
    await turns(3);
    expect(stream.writes).toEqual([]);
    expect(agent.messages.length).toBe(1);
    expect(agent.closed()).toBe(1);
    expect(agent.handedIn).toEqual([new Uint8Array(2)]);
  });

  test.each([
    ['late', false],
    ['at once', true],
  ] as const)(
    'answers a flood in portions, so that other connections get their turn: %s',
    async (_when, atOnce) => {
      const agent = scriptedAgent(undefined, atOnce);
      const stream = new RecordingDuplex();
      new StreamConnection(stream, () => agent.openSession(peer));
      stream.push(Buffer.concat(Array.from({ length: 1000 }, () => frame(Uint8Array.of(11)))));
      await turns(3);
      expect(agent.messages.length).toBeGreaterThan(0);
      expect(agent.messages.length).toBeLessThan(200);
      await turns(40);
      expect(stream.writes.length).toBe(1000);
    },
  );

  test('cuts a refused client that goes on sending', async () => {
    const stream = new RecordingDuplex();
    const connection = new StreamConnection(stream, () => scriptedAgent().openSession(peer));
    stream.push(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    const sending = setInterval(() => stream.push(Buffer.alloc(1000)), 10);
    await connection.closed;
    clearInterval(sending);
    expect(stream.writes).toEqual([frame(FAILURE)]);
  });

  test.each([false, true])('makes no further replies while the client doesn’t read: %s', async (atOnce) => {
    const agent = scriptedAgent(() => new Uint8Array(20_000), atOnce);
    const stream = new RecordingDuplex();
    stream.stalled = true;
    new StreamConnection(stream, () => agent.openSession(peer));
    for (let i = 0; i < 100; i++) stream.push(Buffer.from(frame(Uint8Array.of(11))));
    await turns(50);
    expect(agent.messages.length).toBeLessThan(10);
    stream.release();
    await turns(400);
    expect(stream.writes.length).toBe(100);
  });

  /** More requests than have room, of a client whose agent answers none before `release`. */
  function moreThanHasRoom() {
    const release = deferred();
    const agent = scriptedAgent(async (message) => {
      await release.promise;
      return message.slice();
    });
    const stream = new RecordingDuplex();
    new StreamConnection(stream, () => agent.openSession(peer));
    const requests = Array.from({ length: 10_000 }, (_, i) => frame(Uint8Array.of(99, i >> 8, i & 0xff)));
    return { release, stream, requests: Buffer.concat(requests) };
  }

  test('takes no more of what was read than has room, and the rest later', async () => {
    const { release, stream, requests } = moreThanHasRoom();
    stream.push(Buffer.from(requests));
    await turns(3);
    expect(stream.isPaused()).toBe(true);
    expect(stream.readableLength).toBeGreaterThan(50_000);
    stream.push(null);
    release.resolve();
    await expect.poll(() => stream.writableFinished).toBe(true);
    expect(Buffer.concat(stream.writes).equals(requests)).toBe(true);
  });

  test('keeps what has no room apart from where it was read, which is wiped and read into again', async () => {
    const { release, stream, requests } = moreThanHasRoom();
    const memory = Buffer.from(requests);
    stream.emit('data', memory);
    expect(stream.isPaused()).toBe(true);
    expect(memory.every((byte) => byte === 0)).toBe(true);
    memory.fill(99);
    stream.push(null);
    release.resolve();
    await expect.poll(() => stream.writableFinished).toBe(true);
    expect(Buffer.concat(stream.writes).equals(requests)).toBe(true);
  });

  test('sends past the stream only what comes next, and leaves the stream what was not taken', async () => {
    const agent = scriptedAgent((message) => message.slice(), true);
    const stream = new RecordingDuplex();
    const sent: Uint8Array[] = [];
    let room = 8;
    const send = (bytes: Uint8Array) => {
      const taken = Math.min(room, bytes.length);
      room -= taken;
      if (taken > 0) sent.push(bytes.slice(0, taken));
      return taken;
    };
    new StreamConnection(stream, () => agent.openSession(peer), { send });
    const requests = [1, 2, 3, 4].map((n) => frame(Uint8Array.of(99, n)));
    stream.stalled = true;
    for (const request of requests.slice(0, 2)) stream.emit('data', Buffer.from(request));
    // There is room again, but the stream has something to write, which comes first.
    room = 100;
    stream.emit('data', Buffer.from(requests[2]!));
    const before = sent.length;
    expect(Buffer.concat(sent).equals(Buffer.concat(requests).subarray(0, 8))).toBe(true);
    stream.release();
    await expect.poll(() => stream.writableLength).toBe(0);
    expect(Buffer.concat(stream.writes).equals(Buffer.concat(requests).subarray(8, 18))).toBe(true);
    stream.emit('data', Buffer.from(requests[3]!));
    expect(sent.slice(before)).toEqual([requests[3]]);
  });

  test('wipes what has no room when it is cut', async () => {
    const stream = new RecordingDuplex();
    const connection = new StreamConnection(stream, () =>
      scriptedAgent(() => new Promise(() => {})).openSession(peer),
    );
    const back: Uint8Array[] = [];
    const unshift = stream.unshift.bind(stream);
    stream.unshift = (chunk: Uint8Array) => {
      back.push(chunk);
      return unshift(chunk);
    };
    stream.emit('data', Buffer.concat(Array.from({ length: 10_000 }, () => frame(Uint8Array.of(99, 1, 2)))));
    expect(back.map((chunk) => chunk.includes(99))).toEqual([true]);
    connection.destroy();
    expect(back.map((chunk) => chunk.includes(99))).toEqual([false]);
  });

  test('ends its side for a client that may read still, and is cut where nobody is there', async () => {
    for (const [state, finished] of [
      ['ended', true],
      ['gone', false],
    ] as const) {
      const stream = new RecordingDuplex();
      const connection = new StreamConnection(stream, () => scriptedAgent().openSession(peer), {
        look: () => state,
      });
      stream.push(null);
      await connection.closed;
      expect(stream.writableFinished, state).toBe(finished);
    }
  });

  test.each([false, true])(
    'makes few replies while the client doesn’t read, however short they are: %s',
    async (atOnce) => {
      const agent = scriptedAgent(() => FAILURE, atOnce);
      const stream = new RecordingDuplex();
      stream.stalled = true;
      new StreamConnection(stream, () => agent.openSession(peer));
      for (let i = 0; i < 1000; i++) stream.push(Buffer.from(frame(Uint8Array.of(99))));
      await turns(100);
      expect(agent.messages.length).toBeLessThan(250);
      stream.release();
      await turns(400);
      expect(stream.writes.length).toBe(1000);
    },
  );

  test.each([0, 1, 1000, MAX_BODY_BYTES])(
    'stops reading at about 512 KiB of waiting requests of %i bytes and goes on later',
    async (size) => {
      const release = deferred();
      const agent = scriptedAgent(async () => {
        await release.promise;
        return Uint8Array.of(6);
      });
      const stream = new RecordingDuplex();
      new StreamConnection(stream, () => agent.openSession(peer));
      // The first one waits, and the rest behind it.
      const message = Buffer.from(frame(new Uint8Array(size)));
      stream.push(Buffer.from(frame(Uint8Array.of(11))));
      let pushed = 1;
      while (!stream.isPaused() && pushed < 10_000) {
        stream.push(Buffer.from(message));
        pushed++;
        await turn();
      }
      expect((pushed - 1) * size).toBeLessThan(512 * 1024 + MAX_BODY_BYTES);
      expect(pushed).toBeLessThan(6000);
      stream.push(Buffer.from(message));
      await turns(3);
      expect(stream.readableLength).toBe(message.length);
      release.resolve();
      await turns(300);
      expect(stream.isPaused()).toBe(false);
      expect(stream.writes.length).toBe(pushed + 1);
    },
  );
});

describe('StreamConnections', () => {
  test('gives the place of a connection back when it is closed, also before it was served', async () => {
    const connections = new StreamConnections(1);
    const { openSession } = scriptedAgent();
    const serve = (stream: Duplex) => connections.serve(stream, () => openSession(peer), { pid: 7 });
    const closed = new RecordingDuplex();
    closed.destroy();
    await expect.poll(() => closed.closed).toBe(true);
    serve(closed);
    expect(connections.size).toBe(0);
    for (let round = 0; round < 3; round++) {
      const [served, refused] = [new RecordingDuplex(), new RecordingDuplex()];
      serve(served);
      serve(refused);
      expect([served.destroyed, refused.destroyed]).toEqual([false, true]);
      served.destroy();
      await expect.poll(() => connections.size).toBe(0);
    }
  });

  test('resolves for each who asks when a connection is closed, before it or after', async () => {
    const stream = new RecordingDuplex();
    let told = 0;
    const connection = new StreamConnection(
      stream,
      () => scriptedAgent().openSession(peer),
      {},
      undefined,
      () => told++,
    );
    const both = Promise.all([connection.closed, connection.closed]);
    expect(told).toBe(0);
    connection.destroy();
    await both;
    await connection.closed;
    expect(told).toBe(1);
  });
});

describe('StreamConnections on real sockets', () => {
  let server: Server;
  let connections: StreamConnections;
  let port: number;
  let openSession: OpenSession;
  /** The process of the connection with this number, from 1. */
  let pidOf: (connection: number) => number;
  const clients: MessageClient[] = [];
  let accepted: Socket[] = [];

  beforeEach(async () => {
    connections = new StreamConnections();
    accepted = [];
    pidOf = (connection) => connection;
    server = createServer({ allowHalfOpen: true }, (socket) => {
      accepted.push(socket);
      connections.serve(socket, () => openSession(peer), { pid: pidOf(accepted.length) });
    });
    await new Promise<void>((resolve) =>
      server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve),
    );
    port = (server.address() as { port: number }).port;
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    await connections.destroyAll();
    await new Promise((resolve) => server.close(resolve));
  });

  async function client(): Promise<MessageClient> {
    const made = await MessageClient.connect({ port, host: '127.0.0.1' });
    clients.push(made);
    return made;
  }

  test('answers 10,000 requests that come in one write', async () => {
    ({ openSession } = scriptedAgent());
    const one = await client();
    one.socket.write(
      Buffer.concat(Array.from({ length: 10_000 }, (_, i) => frame(Uint8Array.of(11, i >> 8, i & 0xff)))),
    );
    for (let i = 0; i < 10_000; i++) expect(await one.reply()).toEqual(Uint8Array.of(11, i >> 8, i & 0xff));
  });

  test('leaves half of what is free to others, whatever one process takes', async () => {
    ({ openSession } = scriptedAgent());
    connections = new StreamConnections(16);
    // Three processes, each of which opens as many as it can.
    pidOf = (connection) => Math.ceil(connection / 20);
    const served: number[] = [];
    for (const process of [1, 2, 3]) {
      const opened = await Promise.all(Array.from({ length: 20 }, client));
      const answers = await Promise.all(
        opened.map((one) => one.request(Uint8Array.of(11)).catch(() => undefined)),
      );
      served[process] = answers.filter((answer) => answer !== undefined).length;
    }
    expect(served).toEqual([undefined, 8, 4, 2]);
  });

  test('serves the 1,024th connection, closes the 1,025th at once, and one that comes when there is room', async () => {
    ({ openSession } = scriptedAgent());
    for (let i = 0; i < 1024; i++) await client();
    expect(await clients[1023]!.request(Uint8Array.of(11))).toEqual(Uint8Array.of(11));
    const refused = await client();
    await refused.end();
    expect(connections.size).toBe(1024);
    expect(await clients[0]!.request(Uint8Array.of(12))).toEqual(Uint8Array.of(12));
    clients[5]!.socket.destroy();
    while (connections.size === 1024) await turn();
    expect(await (await client()).request(Uint8Array.of(13))).toEqual(Uint8Array.of(13));
  });

  test('keeps memory small while one client sends 64 MB that nobody answers', async () => {
    const agent = scriptedAgent(async (_message, whenClosed) => {
      await whenClosed;
      return FAILURE;
    });
    openSession = agent.openSession;
    const flooding = await client();
    const chunk = Buffer.from(frame(new Uint8Array(65_532)));
    for (let sent = 0; sent < 1024; sent++) flooding.socket.write(chunk);
    const [reading] = accepted;
    await expect.poll(() => reading!.bytesRead).toBeGreaterThan(400_000);
    // Until no more is read, however slowly it came.
    let read = 0;
    while (read !== reading!.bytesRead) {
      read = reading!.bytesRead;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(read).toBeLessThan(1_500_000);
    await connections.destroyAll();
    expect(agent.closed()).toBe(1);
  });

  test('keeps memory small while one process sends as much as it can over 256 connections, and answers all of it', async () => {
    const answer = deferred();
    ({ openSession } = scriptedAgent(async () => {
      await answer.promise;
      return FAILURE;
    }));
    pidOf = () => 1;
    const flooding = await Promise.all(Array.from({ length: 256 }, client));
    await expect.poll(() => connections.size).toBe(256);
    const requests = Buffer.concat(Array(200).fill(frame(new Uint8Array(2000))));
    for (const { socket } of flooding) socket.write(requests);
    const read = () => accepted.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
    await expect.poll(() => accepted.every((socket) => socket.isPaused())).toBe(true);
    // A share of 64 KiB each, and what one read brings on top of it.
    expect(read()).toBeLessThan(256 * 3 * 64 * 1024);
    answer.resolve();
    for (const one of flooding) for (let i = 0; i < 200; i++) expect(await one.reply()).toEqual(FAILURE);
  });

  test('closes sessions and connections when all are cut', async () => {
    const agent = scriptedAgent(async (_message, whenClosed) => {
      await whenClosed;
      return FAILURE;
    });
    openSession = agent.openSession;
    const waiting = await client();
    waiting.send(Uint8Array.of(13));
    while (agent.messages.length === 0) await turn();
    await connections.destroyAll();
    await waiting.end();
    expect(agent.closed()).toBe(1);
    expect(connections.size).toBe(0);
  });
});
