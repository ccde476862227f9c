// What the system does not say of a client is taken as nothing known, never as somebody.
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { observePeer } from '../../../../ipc/posix/sockets/peer-process.ts';
import { eventsNow } from '../../../../ipc/posix/sockets/poll.ts';

vi.mock(import('../../../../ipc/posix/sockets/poll.ts'), async (original) => {
  const poll = await original();
  return { ...poll, eventsNow: vi.fn(poll.eventsNow) };
});

const cleanups: (() => void)[] = [];
afterEach(() => {
  vi.mocked(eventsNow).mockReset();
  for (const clean of cleanups.splice(0)) clean();
});

/** A connection of this process to itself. */
async function accepted(): Promise<Socket> {
  const dir = mkdtempSync(join(tmpdir(), 'peer-process-'));
  const server = createServer().listen(join(dir, 'socket'));
  await once(server, 'listening');
  const client = connect(join(dir, 'socket'));
  const [socket] = (await once(server, 'connection')) as [Socket];
  cleanups.push(() => {
    for (const each of [client, socket]) each.destroy();
    server.close();
    rmSync(dir, { recursive: true });
  });
  return socket;
}

describe.runIf(process.platform === 'linux')('the process at the other end', () => {
  test('is not known when it does not run, or the system does not say', async () => {
    const socket = await accepted();
    expect(await observePeer(socket, process.pid).describe()).toMatchObject({ pid: process.pid });
    // Linux before 6.5 has no descriptors of clients.
    if (vi.mocked(eventsNow).mock.calls.length === 0) return;
    const before = readdirSync('/proc/self/fd').length;
    for (const events of [1, undefined]) {
      vi.mocked(eventsNow).mockReturnValue(events);
      expect(await observePeer(socket, process.pid).describe()).toBeUndefined();
    }
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  test('is not known when the system refuses to name it', async () => {
    // No socket: as for a client that has ended, another error than that there is no such question.
    const fd = openSync('/dev/null', 'r');
    cleanups.push(() => closeSync(fd));
    const socket = { _handle: { fd } } as unknown as Socket;
    expect(await observePeer(socket, process.pid).describe()).toBeUndefined();
  });
});
