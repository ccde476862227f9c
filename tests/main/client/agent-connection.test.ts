// A real socket with a server that behaves, and with servers that don't.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, MAX_BODY_BYTES } from '../../../ipc/transports/streams/message-framing.ts';
import { connectToAgent, connectToSession } from '../../../main/client/agent-connection.ts';
import { AgentConnectionError, NoAgentError } from '../../../main/client/agent-errors.ts';
import { bytesForForeignListener } from '../../fakes/foreign-listener.ts';

let dir = '';
let server: Server | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-client-'));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(dir, { recursive: true });
});

async function serve(onRequest: (socket: Socket, chunk: Buffer) => void): Promise<string> {
  const path = join(dir, 's');
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => onRequest(socket, chunk));
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return path;
}

const request = Uint8Array.of(11);

describe('connection to an agent', () => {
  it('resolves each request with its answer, also when answers come in pieces or together', async () => {
    let received = 0;
    const path = await serve((socket, chunk) => {
      received += chunk.length;
      if (received < 10) return;
      const replies = Buffer.concat([frame(Uint8Array.of(1)), frame(Uint8Array.of(2))]);
      socket.write(replies.subarray(0, 3));
      setImmediate(() => socket.write(replies.subarray(3)));
    });
    const connection = await connectToAgent(path);
    const answers = await Promise.all([connection.request(request), connection.request(request)]);
    expect(answers.map((answer) => [...answer])).toEqual([[1], [2]]);
    connection.close();
  });

  it('leaves the request as it is', async () => {
    const path = await serve((socket) => socket.write(frame(Uint8Array.of(6))));
    const connection = await connectToAgent(path);
    const body = Uint8Array.of(1, 2, 3);
    await connection.request(body);
    expect([...body]).toEqual([1, 2, 3]);
    connection.close();
  });

  it('rejects when the agent hangs up, and every request after that', async () => {
    const path = await serve((socket) => socket.destroy());
    const connection = await connectToAgent(path);
    await expect(connection.request(request)).rejects.toThrow(/closed the connection/);
    await expect(connection.request(request)).rejects.toThrow(AgentConnectionError);
  });

  it('rejects an answer longer than the protocol allows without reading it', async () => {
    const path = await serve((socket) => socket.write(Uint8Array.of(0, 4, 0, 1, 6)));
    const connection = await connectToAgent(path);
    await expect(connection.request(request)).rejects.toThrow(/longer than the protocol allows/);
  });

  it('does not send more than the protocol carries', async () => {
    const path = await serve(() => {});
    const connection = await connectToAgent(path);
    await expect(connection.request(new Uint8Array(MAX_BODY_BYTES + 1))).rejects.toThrow(/more than/);
    connection.close();
  });

  it('gives up on a silent agent after the time limit, and for good', async () => {
    const path = await serve(() => {});
    const connection = await connectToAgent(path);
    await expect(connection.request(request, { timeoutMs: 20 })).rejects.toThrow(/did not answer/);
    await expect(connection.request(request)).rejects.toThrow(/did not answer/);
  });

  it('rejects what still waits when it is closed', async () => {
    const path = await serve(() => {});
    const connection = await connectToAgent(path);
    const answer = connection.request(request);
    connection.close();
    await expect(answer).rejects.toThrow(AgentConnectionError);
  });
});

describe.skipIf(process.geteuid?.() !== 0)('agent of another user (only root can start one)', () => {
  it('is sent nothing, and the error says whose it is', async () => {
    const path = join(dir, 's');
    const bytes = await bytesForForeignListener(path, () =>
      expect(connectToAgent(path)).rejects.toThrow(
        `The agent at ${path} belongs to another user (uid 65534), so nothing was sent there.`,
      ),
    );
    expect(bytes).toBe(0);
  });
});

describe('no agent', () => {
  it.each([
    ['no socket', () => join(dir, 'none'), /does not exist/],
    ['a file', () => file('x'), /not a socket|nobody listens/],
    ['a socket that nobody listens on', () => staleSocket(), /nobody listens/],
  ])('%s', async (_name, make, message) => {
    const failure = connectToAgent(await make());
    await expect(failure).rejects.toThrow(NoAgentError);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(/sallyport agent --background/);
  });

  function file(name: string): string {
    writeFileSync(join(dir, name), '');
    return join(dir, name);
  }

  /** Node removes the socket it has bound when it closes; a renamed one stays. */
  async function staleSocket(): Promise<string> {
    const path = await serve(() => {});
    const { renameSync } = await import('node:fs');
    renameSync(path, join(dir, 'stale'));
    await new Promise((resolve) => server?.close(resolve));
    return join(dir, 'stale');
  }
});

describe('connection within the process', () => {
  it('hands the session a copy that is wiped when it has answered', async () => {
    let handedIn = new Uint8Array();
    const connection = connectToSession({
      handle: (message) => {
        handedIn = message as Uint8Array<ArrayBuffer>;
        return Promise.resolve(message.slice());
      },
      end() {},
      close() {},
    });
    const body = Uint8Array.of(1, 2, 3);
    expect([...(await connection.request(body))]).toEqual([1, 2, 3]);
    expect([...handedIn]).toEqual([0, 0, 0]);
    expect([...body]).toEqual([1, 2, 3]);
  });
});
