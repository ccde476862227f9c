// The TCP connections of our network as the kernel tells them: the same as in /proc, in pieces, and from there where it tells none.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readTcpConnections } from '../../../../ipc/posix/processes/tcp-table.ts';

const kernel = { answers: true, asked: 0, says: undefined as Buffer | undefined };
/** In which turn of the loop the kernel was read from. */
const replies: number[] = [];
let turn = 0;
vi.mock('../../../../ipc/posix/libc.ts', async (original) => {
  const real = await original<typeof import('../../../../ipc/posix/libc.ts')>();
  const libcFunction = (declaration: string) => {
    if (declaration.startsWith('intptr_t recv(')) {
      replies.push(turn);
      const { says } = kernel;
      if (says) return (_: number, reply: Buffer) => says.copy(reply);
    }
    if (!declaration.startsWith('int socket(')) return real.libcFunction(declaration);
    kernel.asked++;
    return kernel.answers ? real.libcFunction(declaration) : () => -1;
  };
  return { ...real, libcFunction };
});
const reads: string[] = [];
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const readFile = (path: string, encoding: BufferEncoding) => {
    reads.push(path);
    return real.readFile(path, encoding);
  };
  return { ...real, readFile };
});

let server: Server;
const sockets: Socket[] = [];
beforeEach(async () => {
  vi.resetModules();
  kernel.answers = true;
  kernel.asked = 0;
  kernel.says = undefined;
  server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  server.listen(0, '::');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** A netlink message of one number, or of some bytes. */
function netlinkMessage(type: number, content: number | Buffer, length?: number): Buffer {
  const number = Buffer.alloc(4);
  if (typeof content === 'number') new Int32Array(number.buffer, number.byteOffset, 1)[0] = content;
  const body = typeof content === 'number' ? number : content;
  const header = Buffer.alloc(16);
  const words = new Uint32Array(header.buffer, header.byteOffset, 4);
  words[0] = length ?? header.length + body.length;
  new Uint16Array(header.buffer, header.byteOffset, 8)[2] = type;
  return Buffer.concat([header, body]);
}

async function connectTo(host: string): Promise<void> {
  const { port } = server.address() as { port: number };
  const socket = connect({ host, port }).on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
}

/** What is told of all sockets that are connected with our server. */
async function own() {
  const { tcpConnectionsOf } = await import('../../../../ipc/posix/processes/socket-diag.ts');
  const known = ofServer(await readTcpConnections());
  reads.length = 0;
  const told = await tcpConnectionsOf('/proc/self', new Set(known.map(({ inode }) => inode)));
  return { known, told: ofServer(told) };
}

function ofServer(connections: Awaited<ReturnType<typeof readTcpConnections>>) {
  const { port } = server.address() as { port: number };
  return connections
    .filter(({ local, remote }) => local.port === port || remote.port === port)
    .sort((a, b) => a.inode - b.inode);
}

describe.runIf(process.platform === 'linux')('the connections of our network', () => {
  test('are those of /proc, whose text is not read for them', async () => {
    for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) await connectTo(host);
    await expect.poll(() => sockets.length).toBe(6);
    const { known, told } = await own();
    expect(reads).toEqual([]);
    expect(told).toHaveLength(6);
    expect(told).toEqual(known);
  });

  test('are none of the sockets that are not asked for', async () => {
    const { tcpConnectionsOf } = await import('../../../../ipc/posix/processes/socket-diag.ts');
    await connectTo('127.0.0.1');
    const [{ inode } = { inode: 0 }] = ofServer(await readTcpConnections());
    expect(await tcpConnectionsOf('/proc/self', new Set([inode, 1]))).toMatchObject([{ inode }]);
  });

  test('are read in pieces, with turns for others between them', async () => {
    for (let n = 0; n < 500; n++) await connectTo('127.0.0.1');
    await expect.poll(() => sockets.length).toBe(1000);
    replies.length = 0;
    let isDone = false;
    const count = () => {
      turn++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    expect((await own()).told).toHaveLength(1000);
    isDone = true;
    expect(replies.length).toBeGreaterThan(3);
    // The question about IPv6 may be answered in the turn in which the last of IPv4 was read.
    expect(new Set(replies).size).toBeGreaterThanOrEqual(replies.length - 1);
  });

  test('are those of /proc where the kernel takes no such question, and it is not asked again', async () => {
    await connectTo('127.0.0.1');
    await expect.poll(() => sockets.length).toBe(2);
    kernel.answers = false;
    for (let time = 0; time < 2; time++) {
      const { known, told } = await own();
      expect(told).toHaveLength(2);
      expect(told).toEqual(known);
      expect(reads).toHaveLength(2);
    }
    expect(kernel.asked).toBe(1);
  });

  const [done, error, noSuchFile, notSupported] = [3, 2, -2, -95];
  test.each([
    ['ends with an error, as without its module for TCP', netlinkMessage(done, noSuchFile)],
    ['refuses', netlinkMessage(error, notSupported)],
    ['ends without saying how', netlinkMessage(done, Buffer.alloc(0))],
    ['tells of something shorter', netlinkMessage(20, Buffer.alloc(20))],
    ['announces more than comes', netlinkMessage(20, Buffer.alloc(20), 400)],
    ['announces nothing', netlinkMessage(20, Buffer.alloc(100), 0)],
    ['stops within a message', netlinkMessage(20, Buffer.alloc(100)).subarray(0, 10)],
    ['says nothing', Buffer.alloc(0)],
  ])('are those of /proc where the kernel %s', async (_, says) => {
    await connectTo('127.0.0.1');
    await expect.poll(() => sockets.length).toBe(2);
    kernel.says = says;
    const { known, told } = await own();
    expect(told).toHaveLength(2);
    expect(told).toEqual(known);
  });
});
