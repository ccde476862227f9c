import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ObservedProcess } from '../../../../ipc/posix/processes/process-facts.ts';
import { peerOfTcp } from '../../../../ipc/posix/processes/tcp-peer.ts';
import { socketPeerState } from '../../../../ipc/posix/sockets/socket-peer-state.ts';
import {
  type CygwinSocketOptions,
  createCygwinSocketTransport,
} from '../../../../ipc/transports/cygwin/cygwin-socket.ts';
import { parseCygwinSocketFile } from '../../../../ipc/transports/cygwin/cygwin-socket-file.ts';
import { frame } from '../../../../ipc/transports/streams/message-framing.ts';
import type { Transport, TransportError } from '../../../../ipc/transports/transport.ts';
import { MessageClient } from '../../../fakes/message-client.ts';
import { scriptedAgent } from '../../../fakes/scripted-agent.ts';

const LIST = Uint8Array.of(11);
const NO_KEYS = Uint8Array.of(12, 0, 0, 0, 0);
const pid = process.pid;
/** What is sent in time has to be, also while the machine does something else. */
const handshakeTimeoutMs = 500;
const friend = async () => ({ ownerIsUs: true, pid });

let dir: string;
let path: string;
let transports: Transport[];
let sockets: Socket[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  path = join(dir, 'agent.sock');
  transports = [];
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(transports.map((transport) => transport.stop()));
  rmSync(dir, { recursive: true, force: true });
});

function makeTransport(options: Partial<CygwinSocketOptions> = {}): Transport {
  const transport = createCygwinSocketTransport({
    path,
    peerOfTcp: friend,
    peerState: socketPeerState,
    observeProcess: (client) => new ObservedProcess(client),
    ...options,
  });
  transports.push(transport);
  return transport;
}

const socketFile = () => parseCygwinSocketFile(readFileSync(path, 'latin1'))!;

function connectTo(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** Collects what arrives until `length` bytes are there or the other side ends. */
async function receive(socket: Socket, length: number): Promise<Buffer> {
  let received = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= length) resolve();
    };
    socket.on('data', onData).once('end', resolve).once('close', resolve);
  });
  socket.removeAllListeners('data');
  return received;
}

const credentials = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);

async function shakeHands(socket: Socket): Promise<Buffer> {
  const { secret } = socketFile();
  socket.write(secret);
  expect(await receive(socket, 16)).toEqual(Buffer.from(secret));
  socket.write(credentials(4711, 1000, 1001));
  return receive(socket, 12);
}

async function startError(transport: Transport): Promise<TransportError> {
  const error = await transport.start(scriptedAgent().openSession).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect((error as Error | undefined)?.name).toBe('TransportError');
  expect(transport.state.status).toBe('degraded');
  return error as TransportError;
}

describe('the socket file', () => {
  test('names a loopback port, is ours alone, and is all that is there', async () => {
    const transport = makeTransport();
    await transport.start(scriptedAgent().openSession);
    expect(readFileSync(path, 'latin1')).toMatch(/^!<socket >\d+ s [0-9A-F]{8}(-[0-9A-F]{8}){3}$/);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    // Stays where old files are removed: tmpfiles.d(5).
    if (process.platform === 'linux') expect(lstatSync(path).mode & 0o1000).toBe(0o1000);
    expect(readdirSync(dir)).toEqual(['agent.sock']);
    expect(transport.state).toEqual({ status: 'listening', address: path });
    // All of 127.0.0.0/8 is this machine's, and the port is there at one address alone.
    const elsewhere = connect({ port: socketFile().port, host: '127.0.0.2' });
    sockets.push(elsewhere);
    if (process.platform === 'linux')
      expect(
        await new Promise((resolve) => elsewhere.once('error', resolve).once('connect', resolve)),
      ).toMatchObject({
        code: 'ECONNREFUSED',
      });
    else elsewhere.on('error', () => {});
  });

  test.skipIf(process.platform === 'win32')(
    'refuses a directory where others may replace the file, on Linux',
    async () => {
      chmodSync(dir, 0o770);
      const error = await makeTransport()
        .start(scriptedAgent().openSession)
        .then(
          () => undefined,
          (reason: unknown) => reason as TransportError,
        );
      expect(error?.message).toContain(`Other users may replace what is in the directory ${dir}`);
      expect(error?.remedy).toContain(`chmod 700 ${dir}`);
      expect(readdirSync(dir)).toEqual([]);
    },
  );

  test('has another secret at every start', async () => {
    const transport = makeTransport();
    await transport.start(scriptedAgent().openSession);
    const first = Buffer.from(socketFile().secret);
    await transport.stop();
    await transport.start(scriptedAgent().openSession);
    expect(Buffer.from(socketFile().secret).equals(first)).toBe(false);
  });

  test('is protected before it gets its name, and unprotected to be removed', async () => {
    const calls: string[] = [];
    const transport = makeTransport({
      protectFile: (file) => calls.push(`protect ${file === path} ${existsSync(file)}`),
      unprotectFile: (file) => calls.push(`unprotect ${file === path}`),
    });
    await transport.start(scriptedAgent().openSession);
    await transport.stop();
    expect(calls).toEqual(['protect false true', 'unprotect true']);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('doesn’t appear when it can’t be protected', async () => {
    const error = await startError(
      makeTransport({
        protectFile: () => {
          throw new Error('access denied');
        },
      }),
    );
    expect(error.message).toContain('access denied');
    expect(readdirSync(dir)).toEqual([]);
  });

  test('of an agent that is gone is replaced', async () => {
    writeFileSync(path, '!<socket >1 s 00000000-00000000-00000000-00000000');
    await makeTransport().start(scriptedAgent().openSession);
    expect((await shakeHands(connectTo(socketFile().port))).length).toBe(12);
  });

  test('is replaced when a program that is no agent has got its port', async () => {
    const stranger: Server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as { port: number };
    writeFileSync(path, `!<socket >${port} s 00000000-00000000-00000000-00000000`);
    await makeTransport().start(scriptedAgent().openSession);
    expect(socketFile().port).not.toBe(port);
    stranger.close();
  });

  test('of a living agent is refused, and the agent named', async () => {
    await makeTransport().start(scriptedAgent().openSession);
    const before = readFileSync(path);
    const error = await startError(makeTransport());
    expect(error.message).toContain(`process ${pid}, ${process.execPath}`);
    expect(error.heldBy).toEqual({ pid, executable: process.execPath });
    expect(readFileSync(path)).toEqual(before);
  });

  test('doesn’t replace another file', async () => {
    writeFileSync(path, 'precious');
    expect((await startError(makeTransport())).message).toContain('not a Cygwin socket file');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test('is not removed at the end when it is another agent’s by now', async () => {
    const transport = makeTransport();
    await transport.start(scriptedAgent().openSession);
    const other = '!<socket >1 s 00000000-00000000-00000000-00000000';
    writeFileSync(path, other);
    await transport.stop();
    expect(readFileSync(path, 'latin1')).toBe(other);
  });
});

describe('the handshake', () => {
  test('echoes the secret, tells our pid, and is followed by agent messages', async () => {
    const agent = scriptedAgent();
    await makeTransport({ peerOfTcp }).start(agent.openSession);
    const socket = connectTo(socketFile().port);
    const own = await shakeHands(socket);
    expect(own).toEqual(credentials(pid, process.geteuid!(), process.getegid!()));
    expect(await new MessageClient(socket).request(LIST)).toEqual(LIST);
    const peer = agent.peers[0]!;
    expect(peer).toMatchObject({ transport: 'cygwin-socket', pid, mayPrompt: true });
    expect((await peer.describe())?.executable).toBe(process.execPath);
  });

  test('takes everything in one write', async () => {
    await makeTransport().start(scriptedAgent().openSession);
    const socket = connectTo(socketFile().port);
    socket.end(
      Buffer.concat([socketFile().secret, credentials(1, 2, 3), frame(LIST), frame(Uint8Array.of(13))]),
    );
    const received = await receive(socket, 28 + 5 + 5);
    expect(received.subarray(28)).toEqual(Buffer.concat([frame(LIST), frame(Uint8Array.of(13))]));
  });

  test('takes one byte at a time', async () => {
    await makeTransport().start(scriptedAgent().openSession);
    const socket = connectTo(socketFile().port);
    socket.setNoDelay(true);
    const bytes = Buffer.concat([socketFile().secret, credentials(1, 2, 3), frame(LIST)]);
    const received = receive(socket, 28 + 5);
    for (const byte of bytes) {
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await received).subarray(28)).toEqual(Buffer.from(frame(LIST)));
  });

  test.each([0, 15])('is over at a secret that is wrong in byte %i: nothing is sent back', async (index) => {
    const agent = scriptedAgent();
    await makeTransport().start(agent.openSession);
    const { port, secret } = socketFile();
    secret[index]! ^= 1;
    const socket = connectTo(port);
    socket.write(Buffer.concat([secret, credentials(1, 2, 3), frame(LIST)]));
    expect(await receive(socket, 1)).toEqual(Buffer.alloc(0));
    expect(agent.peers.length).toBe(0);
  });

  test.each([0, 7, 16, 20])('is given up when a client stays silent after %i bytes', async (count) => {
    await makeTransport({ handshakeTimeoutMs }).start(scriptedAgent().openSession);
    const socket = connectTo(socketFile().port);
    socket.write(Buffer.concat([socketFile().secret, credentials(1, 2, 3)]).subarray(0, count));
    expect((await receive(socket, 100)).length).toBe(count >= 16 ? 16 : 0);
  });

  test('leaves time without end to those who have passed it', async () => {
    await makeTransport({ handshakeTimeoutMs }).start(scriptedAgent().openSession);
    const socket = connectTo(socketFile().port);
    await shakeHands(socket);
    expect(await receive(connectTo(socketFile().port), 1), 'one that came later is given up').toEqual(
      Buffer.alloc(0),
    );
    expect(await new MessageClient(socket).request(LIST)).toEqual(LIST);
  });

  test.each([
    ['another user’s', async () => ({ ownerIsUs: false, pid: 1 })],
    ['nobody knows whose', async () => undefined],
    ['not to be learnt whose', () => Promise.reject(new Error('no table'))],
  ])('never starts on a connection that is %s, even with the right secret', async (_whose, other) => {
    const agent = scriptedAgent();
    await makeTransport({ peerOfTcp: other }).start(agent.openSession);
    const socket = connectTo(socketFile().port);
    socket.write(Buffer.concat([socketFile().secret, credentials(1, 2, 3), frame(LIST)]));
    expect(await receive(socket, 1)).toEqual(Buffer.alloc(0));
    expect(agent.peers.length).toBe(0);
  });

  test('is open to 128 clients at a time, and to the next when those of one process stay in it', async () => {
    // The first two are another process's.
    let count = 0;
    const of = async () => ({ ownerIsUs: true, pid: count++ < 2 ? pid : process.ppid });
    await makeTransport({ peerOfTcp: of }).start(scriptedAgent().openSession);
    const { port, secret } = socketFile();
    const enter = async () => {
      const socket = connectTo(port);
      socket.write(secret);
      // Its echo says that it is in the handshake.
      expect((await receive(socket, 16)).length).toBe(16);
      return socket;
    };
    const waiting: Socket[] = [];
    for (let n = 0; n < 128; n++) waiting.push(await enter());
    expect(waiting.filter((socket) => socket.closed)).toEqual([]);
    const next = await enter();
    const [, , oldestOfMany] = waiting;
    await expect.poll(() => oldestOfMany?.readableEnded || oldestOfMany?.closed).toBe(true);
    for (const socket of [waiting[0], waiting[1], next]) {
      socket?.write(credentials(1, 2, 3));
      expect((await receive(socket as Socket, 12)).length).toBe(12);
    }
  });

  test('looks nobody up who has not shown the secret', async () => {
    const lookedUp: number[] = [];
    const transport = makeTransport({
      peerOfTcp: async (_, remotePort) => {
        lookedUp.push(remotePort);
        return friend();
      },
    });
    await transport.start(scriptedAgent().openSession);
    const { port, secret } = socketFile();
    const silent = Array.from({ length: 64 }, () => connectTo(port));
    const wrong = Array.from({ length: 64 }, () => connectTo(port));
    for (const socket of wrong) socket.write(new Uint8Array(16));
    await Promise.all(wrong.map((socket) => receive(socket, 1)));
    expect(lookedUp).toEqual([]);
    const [knowing] = silent;
    knowing?.write(secret);
    expect((await receive(knowing as Socket, 16)).length).toBe(16);
    expect(lookedUp).toEqual([knowing?.localPort]);
  });

  test('is not ended by any number of connections without the secret for one that has shown it', async () => {
    let tell = () => {};
    let asked = false;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const peerOfTcp = () => {
      asked = true;
      return told.then(friend);
    };
    await makeTransport({ peerOfTcp }).start(scriptedAgent().openSession);
    const { port, secret } = socketFile();
    const knowing = connectTo(port);
    knowing.write(secret);
    await expect.poll(() => asked).toBe(true);
    const silent = Array.from({ length: 200 }, () => connectTo(port));
    // 73 have to go, that 127 of them and the one may stay.
    await expect.poll(() => silent.filter((socket) => socket.readableEnded || socket.closed).length).toBe(73);
    tell();
    expect((await receive(knowing, 16)).length).toBe(16);
    knowing.write(credentials(1, 2, 3));
    expect((await receive(knowing, 12)).length).toBe(12);
  });

  test('is told, while nothing is read, that its client has ended its side', async () => {
    const agent = scriptedAgent(async (_message, whenClosed) => {
      await whenClosed;
      return NO_KEYS;
    });
    await makeTransport().start(agent.openSession);
    const socket = connectTo(socketFile().port);
    await shakeHands(socket);
    // More than is read while the first is not answered.
    socket.write(Buffer.concat(Array.from({ length: 4 }, () => Buffer.from(frame(new Uint8Array(250_000))))));
    socket.end(Buffer.alloc(30_000));
    await expect.poll(() => agent.ended()).toBe(1);
    expect(agent.messages.length).toBeGreaterThan(0);
  });

  test('is what ssh2’s Cygwin agent expects, twice for each connection', async () => {
    const agent = scriptedAgent(() => NO_KEYS);
    let handshakes = 0;
    const counted: typeof peerOfTcp = (...ports) => {
      handshakes += 1;
      return peerOfTcp(...ports);
    };
    await makeTransport({ peerOfTcp: counted }).start(agent.openSession);
    const client = new ssh2.CygwinAgent(path);
    for (let i = 0; i < 3; i++) {
      const keys = await new Promise((resolve, reject) =>
        client.getIdentities((error, found) => (error ? reject(error) : resolve(found))),
      );
      expect(keys).toEqual([]);
    }
    expect(agent.messages).toEqual([LIST, LIST, LIST]);
    expect(agent.peers.length).toBe(3);
    expect(handshakes).toBe(6);
  });
});

describe('stopping', () => {
  test('ends connections in every stage, frees the port and removes the file', async () => {
    const transport = makeTransport();
    await transport.start(scriptedAgent().openSession);
    const { port } = socketFile();
    const [silent, passed] = [connectTo(port), connectTo(port)];
    await shakeHands(passed);
    const ended = Promise.all([receive(silent, 1), receive(passed, 1)]);
    await transport.stop();
    await ended;
    expect(readdirSync(dir)).toEqual([]);
    const refused = await new Promise((resolve) => connectTo(port).on('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
