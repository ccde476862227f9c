// Signatures are made beside the event loop: they hold up nothing else.

import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { loginData, testHost } from '../fakes/host-session.ts';
import { MessageClient } from '../fakes/message-client.ts';
import { addRequest, bytes, request, signRequest } from '../fakes/test-agent.ts';
import { ed25519Key, rsaKey, type TestKey } from '../fakes/test-key.ts';
import { describeWith } from './support/installed-programs.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const signResponse = 14;
let rsa: TestKey;
let agent: RunningAgent;

beforeAll(async () => {
  rsa = rsaKey(4096);
  agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
  const client = await MessageClient.connect({ path: agent.socketPath });
  await client.request(addRequest(rsa, 'rsa').finish());
  client.socket.destroy();
});

async function withClients<T>(
  count: number,
  act: (clients: readonly MessageClient[]) => Promise<T>,
): Promise<T> {
  const clients = await Promise.all(
    Array.from({ length: count }, () => MessageClient.connect({ path: agent.socketPath })),
  );
  try {
    return await act(clients);
  } finally {
    for (const { socket } of clients) socket.destroy();
  }
}

const rsaRequest = () => signRequest(rsa.blob, bytes('data'), 4).finish();

/** Milliseconds until every client has its signatures, which it asks for all at once. */
async function timeSignatures(clients: readonly MessageClient[], each: number): Promise<number> {
  const startMs = performance.now();
  for (const client of clients) for (let n = 0; n < each; n++) client.send(rsaRequest());
  for (const client of clients)
    for (let n = 0; n < each; n++) expect((await client.reply())?.[0]).toBe(signResponse);
  return performance.now() - startMs;
}

describe('RSA-4096 signatures', () => {
  /** How long lists by new connections take, half of them at the most, while 20 clients get twenty signatures each. */
  async function listTimes(): Promise<{ medianMs: number; allMs: number }> {
    const listMs: number[] = [];
    const allMs = await withClients(20, async (clients) => {
      let running = true;
      const signatures = timeSignatures(clients, 20).finally(() => {
        running = false;
      });
      while (running) {
        await withClients(1, async ([client]) => {
          const startMs = performance.now();
          expect((await client?.request(request(11).finish()))?.[0]).toBe(12);
          listMs.push(performance.now() - startMs);
        });
      }
      return signatures;
    });
    const medianMs =
      listMs.toSorted((a, b) => a - b)[Math.floor(listMs.length / 2)] ?? Number.POSITIVE_INFINITY;
    return { medianMs, allMs };
  }

  it('hold up no list', { retry: 3 }, async () => {
    const { medianMs, allMs } = await listTimes();
    expect(allMs).toBeGreaterThan(200);
    expect(medianMs).toBeLessThan(Math.max(50, allMs / 20));
  });

  it('hold up no list when the agent has learnt which key goes to which host', { retry: 3 }, async () => {
    const [key, host] = [ed25519Key(), testHost()];
    const sessionId = new Uint8Array(32).fill(1);
    await withClients(1, async ([client]) => {
      await client?.request(addRequest(key, 'login').finish());
      const bind = request(27).text('session-bind@openssh.com').bytes(host.bind(sessionId, false));
      expect((await client?.request(bind.finish()))?.[0]).toBe(6);
      const login = signRequest(key.blob, loginData(key.blob, 'me', sessionId, host.key.blob));
      expect((await client?.request(login.finish()))?.[0]).toBe(signResponse);
    });
    const { medianMs, allMs } = await listTimes();
    expect(medianMs).toBeLessThan(Math.max(50, allMs / 20));
  });
});

describeWith(['strace'], 'a reply', () => {
  it('is one write, header and body together', async () => {
    const tracePath = space.path('trace');
    const strace = [
      'strace',
      '-f',
      '-qq',
      '-s',
      '6',
      '-e',
      'trace=write,writev,sendto,sendmsg',
      '-o',
      tracePath,
    ];
    const traced = await RunningAgent.start(space, { args: ['--no-prompt'], through: strace });
    const client = await MessageClient.connect({ path: traced.socketPath });
    const bodies = [addRequest(rsa, 'rsa'), request(11), signRequest(rsa.blob, bytes('x'), 4), request(99)];
    const replies: Uint8Array[] = [];
    for (const body of bodies) replies.push((await client.request(body.finish())) ?? new Uint8Array());
    client.socket.destroy();
    await traced.stop();

    const trace = await readFile(tracePath, 'utf8');
    const lines = trace.split('\n');
    const replyLines: number[] = [];
    for (const { length, 0: type } of replies) {
      const header = [length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255, type ?? 0];
      const pattern = header.map(straceByte).join('');
      const writes = lines.filter((line) => line.includes(`"${pattern}`));
      replyLines.push(lines.indexOf(writes[0] ?? ''));
      expect(writes, `one write of ${length + 4} bytes`).toEqual([
        expect.stringMatching(new RegExp(`, ${length + 4}(, MSG_[A-Z_|]+, NULL, 0)?( <unfinished|\\) *=)`)),
      ]);
    }
    // Between the first and the last, every write to the connection was one of those replies; before and after, the
    // same number may stand for another file.
    const descriptor = /(?:write|sendto)\((\d+), "\\0\\0\\0\\1\\6"/.exec(trace)?.[1];
    expect(descriptor).toBeDefined();
    const onConnection = lines
      .slice(Math.min(...replyLines), Math.max(...replyLines) + 1)
      .filter((line) => new RegExp(`(write|sendto)\\(${descriptor}, `).test(line));
    expect(onConnection).toHaveLength(replies.length);
  });
});

/** How strace shows a byte when the next one is no digit, or the byte is no octal escape. */
function straceByte(byte: number): string {
  const named: Readonly<Record<number, string>> = {
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    34: '\\"',
    92: '\\\\',
  };
  if (named[byte]) return named[byte];
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`;
}
