// What poll(2) tells of the other end while nothing is read.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { socketPeerState } from '../../../../ipc/posix/sockets/socket-peer-state.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Both ends of a connection; nothing is read at ours. */
async function connected(kind: 'unix' | 'tcp'): Promise<{ ours: Socket; theirs: Socket }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const dir = mkdtempSync(join(tmpdir(), 'peer-state-'));
  server.listen(kind === 'unix' ? join(dir, 'socket') : { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const to: NetConnectOpts =
    kind === 'unix' ? { path: join(dir, 'socket') } : { port: (server.address() as AddressInfo).port };
  const theirs = connect({ ...to, ...(kind === 'tcp' && { host: '127.0.0.1' }), allowHalfOpen: true });
  const [ours] = (await once(server, 'connection')) as [Socket];
  if (theirs.connecting) await once(theirs, 'connect');
  cleanups.push(() => {
    for (const socket of [ours, theirs]) socket.destroy();
    server.close();
    rmSync(dir, { recursive: true });
  });
  ours.on('error', () => {});
  theirs.write('unread');
  return { ours, theirs };
}

describe.runIf(process.platform === 'linux')('the other end of a paused socket', () => {
  test.each(['unix', 'tcp'] as const)('is there, and then has ended its side: %s', async (kind) => {
    const { ours, theirs } = await connected(kind);
    expect(socketPeerState(ours)).toBe('there');
    theirs.end();
    await expect.poll(() => socketPeerState(ours)).toBe('ended');
  });

  test('is gone when a Unix socket was closed, with bytes unread', async () => {
    const { ours, theirs } = await connected('unix');
    theirs.destroy();
    await expect.poll(() => socketPeerState(ours)).toBe('gone');
  });

  test('may be gone when a TCP socket was closed, and is for sure when it was reset', async () => {
    const closed = await connected('tcp');
    closed.theirs.destroy();
    await expect.poll(() => socketPeerState(closed.ours)).toBe('ended');
    const reset = await connected('tcp');
    reset.theirs.resetAndDestroy();
    await expect.poll(() => socketPeerState(reset.ours)).toBe('gone');
  });

  test('is taken to be there when the socket has no descriptor any more', async () => {
    const { ours } = await connected('unix');
    ours.destroy();
    expect(socketPeerState(ours)).toBe('there');
  });
});
