// The load itself, on a server in this process.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { allCores } from '../../../bench/agents/placement.ts';
import { Load } from '../../../bench/load/load.ts';
import { framed, type LoadOrder } from '../../../bench/load/load-order.ts';

const dir = mkdtempSync(join(tmpdir(), 'load-'));
let server: Server;
let load: Load;
let order: LoadOrder;
let connections = 0;
let requests = 0;
let answer: number | 'nothing' = 12;

beforeEach(async () => {
  [connections, requests, answer] = [0, 0, 12];
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.on('data', () => {
      requests += 1;
      if (answer === 'nothing') socket.end();
      else socket.write(framed(Uint8Array.of(answer, 0, 0, 0, 0)));
    });
  });
  const socketPath = join(dir, `socket-${Math.random()}`);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  load = new Load();
  order = {
    socketPath,
    connections: 3,
    messages: [framed(Uint8Array.of(11))],
    reply: 12,
    reconnects: false,
    afterMs: undefined,
    afterReplies: 100,
    cores: allCores,
  };
});

afterEach(async () => {
  await load.close();
  server.close();
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('asks for so many replies, and says how long they took', async () => {
  const result = await load.run(order);
  expect(connections).toBe(3);
  expect(result.replies).toBe(100);
  // Each connection had one more on its way.
  expect([result.allReplies, requests]).toEqual([102, 102]);
  expect(result.p50Us).toBeGreaterThan(0);
  expect(result.p99Us).toBeGreaterThanOrEqual(result.p50Us);
  expect(result.busy).toBeGreaterThan(0);
  expect(result.busy).toBeLessThanOrEqual(1);
});

it('connects anew for each request where that is asked for', async () => {
  await load.run({ ...order, connections: 1, reconnects: true });
  expect(connections).toBe(100);
});

it('ends after a time, or when it is stopped, and runs again', async () => {
  const timed = await load.run({ ...order, afterReplies: undefined, afterMs: 50 });
  expect(timed.elapsedMs).toBeGreaterThanOrEqual(45);
  const stopped = load.run({ ...order, afterReplies: undefined });
  await expect.poll(() => requests).toBeGreaterThan(timed.allReplies + 100);
  load.stop();
  expect((await stopped).replies).toBeGreaterThan(0);
});

it('fails when a request is refused, a connection ends, or nobody listens', async () => {
  answer = 5;
  await expect(load.run(order)).rejects.toThrow('answered with message 5');
  answer = 'nothing';
  await expect(load.run({ ...order, connections: 1 })).rejects.toThrow('closed a connection');
  await expect(load.run({ ...order, socketPath: join(dir, 'nobody') })).rejects.toThrow('ENOENT');
});
