import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSocketServer } from '../../../../ipc/transports/unix/socket-server.ts';

interface Heard {
  readonly socket: Socket;
  readonly chunks: Uint8Array[];
  readonly texts: string[];
}

let dir: string;
let server: Server;
let heard: Heard[];
let clients: Socket[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  heard = [];
  clients = [];
  server = createSocketServer((socket) => {
    const one: Heard = { socket, chunks: [], texts: [] };
    heard.push(one);
    socket.on('data', (chunk: Uint8Array) => {
      one.chunks.push(chunk);
      one.texts.push(Buffer.from(chunk).toString());
    });
    socket.on('error', () => {});
  });
  server.listen(join(dir, 's'));
  await once(server, 'listening');
});

afterEach(() => {
  for (const socket of clients) socket.destroy();
  for (const { socket } of heard) socket.destroy();
  server.close();
  rmSync(dir, { recursive: true });
});

async function client(): Promise<Socket> {
  const socket = connect(join(dir, 's'));
  clients.push(socket);
  await once(socket, 'connect');
  return socket;
}

describe.runIf(process.platform !== 'win32')('createSocketServer', () => {
  test('reads all connections into the same memory, each what it was sent', async () => {
    const [one, other] = [await client(), await client()];
    one.write('first');
    await expect.poll(() => heard[0]?.texts).toEqual(['first']);
    other.write('second');
    await expect.poll(() => heard[1]?.texts).toEqual(['second']);
    one.write('third');
    await expect.poll(() => heard[0]?.texts).toEqual(['first', 'third']);
    // Fails where Node takes connections in another way by now: then it reads as it always does, and that costs.
    expect(heard[0]?.chunks[0]?.buffer).toBe(heard[1]?.chunks[0]?.buffer);
  });

  test('reads nothing while a connection is paused, and goes on where it was', async () => {
    const one = await client();
    one.write('a');
    await expect.poll(() => heard[0]?.texts).toEqual(['a']);
    heard[0]?.socket.pause();
    one.write('b');
    const other = await client();
    other.write('c');
    await expect.poll(() => heard[1]?.texts).toEqual(['c']);
    expect(heard[0]?.texts).toEqual(['a']);
    heard[0]?.socket.resume();
    await expect.poll(() => heard[0]?.texts).toEqual(['a', 'b']);
  });

  test('leaves our side open when the other has ended its own', async () => {
    const one = await client();
    one.end('last');
    await expect.poll(() => heard[0]?.socket.readableEnded).toBe(true);
    heard[0]?.socket.end('reply');
    expect(String((await once(one, 'data'))[0])).toBe('reply');
  });

  test('tells of a connection that could not be taken', async () => {
    const { _handle: handle } = server as unknown as { _handle: { onconnection(error: number): void } };
    const failed = once(server, 'error');
    handle.onconnection(-24);
    expect((await failed)[0]).toMatchObject({ code: 'EMFILE' });
    expect(heard.length).toBe(0);
  });
});
