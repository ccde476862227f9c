// A socket that this thread waits for, with servers on another one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../ipc/transports/streams/message-framing.ts';
import { AgentConnectionError } from '../../../main/client/agent-errors.ts';
import { connectWaiting } from '../../../main/client/waiting-connection.ts';
import { bytesForForeignListener } from '../../fakes/foreign-listener.ts';

let dir = '';
let worker: Worker | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-waiting-'));
});
afterEach(async () => {
  await worker?.terminate();
  worker = undefined;
  rmSync(dir, { recursive: true });
});

/** Runs `onData` for what clients send: `socket`, `chunk`, `received` with all before it, and `frame`. */
async function serve(onData: string): Promise<string> {
  const path = join(dir, 's');
  worker = new Worker(
    `const frame = (body) => { const b = Buffer.alloc(4 + body.length); b.writeUInt32BE(body.length); b.set(body, 4); return b; };
    require('node:net').createServer((socket) => {
      let received = Buffer.of();
      socket.on('error', () => {});
      socket.on('data', (chunk) => { received = Buffer.concat([received, chunk]); ${onData} });
    }).listen(${JSON.stringify(path)}, () => require('node:worker_threads').parentPort.postMessage('up'));`,
    { eval: true },
  );
  await once(worker, 'message');
  return path;
}

function connected(path: string) {
  const connection = connectWaiting(path);
  if (!connection) throw new Error('not connected');
  return connection;
}

const request = Uint8Array.of(11);

describe.runIf(process.platform === 'linux')('a connection that waits', () => {
  it('has each request answered, also when an answer comes in pieces, and leaves the request as it is', async () => {
    const path = await serve(`const reply = frame(Buffer.from([received.length, ...chunk]));
      socket.write(reply.subarray(0, 3));
      setTimeout(() => socket.write(reply.subarray(3)), 20);`);
    const connection = connected(path);
    const body = Uint8Array.of(1, 2, 3);
    expect([...(await connection.request(body))]).toEqual([7, 0, 0, 0, 3, 1, 2, 3]);
    expect([...(await connection.request(Uint8Array.of(9), { timeoutMs: 10_000 }))]).toEqual([
      12, 0, 0, 0, 1, 9,
    ]);
    expect([...body]).toEqual([1, 2, 3]);
    connection.close();
    await expect(connection.request(request)).rejects.toThrow('The connection to the agent is closed.');
  });

  it('waits on where its process is stopped meanwhile and goes on, as by Ctrl+Z and fg', async () => {
    const path = await serve('setTimeout(() => socket.write(frame([6])), 500);');
    const connection = connected(path);
    const script = 'sleep 0.1; kill -STOP "$1"; sleep 0.05; kill -CONT "$1"';
    const stopper = spawn('sh', ['-c', script, 'sh', String(process.pid)]);
    const stopped = once(stopper, 'exit');
    expect([...(await connection.request(request, { timeoutMs: 10_000 }))]).toEqual([6]);
    await stopped;
    connection.close();
  });

  it('carries the largest message that the protocol has, both ways, and none that is larger', async () => {
    const path = await serve(
      `if (received.length === 4 + ${MAX_BODY_BYTES}) socket.write(frame(received.subarray(4).reverse()));`,
    );
    const connection = connected(path);
    const body = Uint8Array.from({ length: MAX_BODY_BYTES }, (_, index) => index % 251);
    await expect(connection.request(new Uint8Array(MAX_BODY_BYTES + 1))).rejects.toThrow(/more than/);
    expect(Buffer.from(await connection.request(body)).reverse()).toEqual(Buffer.from(body));
    connection.close();
  });

  it.each([
    ['hangs up', 'socket.destroy();', /closed the connection/],
    ['answers more than the protocol allows', 'socket.write(Buffer.of(0, 4, 0, 1, 6));', /longer than/],
    [
      'answers more often than it is asked',
      'socket.write(Buffer.concat([frame([6]), frame([6])]));',
      /nobody asked/,
    ],
    ['is silent', '', /did not answer within 0.2 seconds/],
    [
      'sends a byte now and then',
      'socket.write(Buffer.of(0, 0, 1)); setInterval(() => socket.write(Buffer.of(0)), 20);',
      /within 0.2 seconds/,
    ],
  ])('gives up an agent that %s, and for good', async (_, onData, message) => {
    const connection = connected(await serve(onData));
    await expect(connection.request(request, { timeoutMs: 200 })).rejects.toThrow(message);
    const again = connection.request(request, { timeoutMs: 200 });
    await expect(again).rejects.toThrow(AgentConnectionError);
    await expect(again).rejects.toThrow(message);
  });

  it('is none where there is no socket, nobody listens, or the path is none of a socket', () => {
    const open = readdirSync('/proc/self/fd').length;
    writeFileSync(join(dir, 'file'), '');
    for (const path of [
      '',
      '\0name',
      join(dir, 'a\0b'),
      join(dir, 'none'),
      join(dir, 'file'),
      join(dir, 'x'.repeat(200)),
    ])
      expect(connectWaiting(path)).toBeUndefined();
    expect(readdirSync('/proc/self/fd').length).toBe(open);
  });
});

describe.runIf(process.platform === 'linux' && process.geteuid?.() === 0)(
  'an agent of another user that this thread would wait for (only root can start one)',
  () => {
    it('is sent nothing', async () => {
      const path = join(dir, 's');
      const bytes = await bytesForForeignListener(path, () => expect(connectWaiting(path)).toBeUndefined());
      expect(bytes).toBe(0);
    });
  },
);
