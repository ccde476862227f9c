import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  assertPeerCredentialsAvailable,
  type PeerCredentials,
  readPeerCredentials,
} from '../../../../ipc/posix/sockets/peer-credentials.ts';

describe.runIf(process.platform === 'linux')('readPeerCredentials', () => {
  let dir: string;
  let path: string;
  let server: Server;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
    path = join(dir, 'socket');
    server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
  });

  afterEach(() => {
    server.close();
    rmSync(dir, { recursive: true });
  });

  test('names process and user of a client', async () => {
    const script = `require('net').connect(process.argv[1])`;
    const child = spawn(process.execPath, ['-e', script, path], { stdio: 'inherit' });
    const [socket] = (await once(server, 'connection')) as [Socket];
    expect(readPeerCredentials(socket)).toEqual({ pid: child.pid, uid: process.geteuid!() });
    child.kill('SIGKILL');
    await once(child, 'exit');
    socket.destroy();
  });

  test('names the listening process to a client', async () => {
    const socket = connect(path);
    await once(socket, 'connect');
    const expected: PeerCredentials = { pid: process.pid, uid: process.geteuid!() };
    expect(readPeerCredentials(socket)).toEqual(expected);
    socket.destroy();
  });

  test('knows nothing of a socket that is closed or was never open', async () => {
    const socket = connect(path);
    await once(socket, 'connect');
    socket.destroy();
    expect(readPeerCredentials(socket)).toBeUndefined();
    expect(readPeerCredentials(new Socket())).toBeUndefined();
  });

  test('takes a TCP connection for no process’s and no user’s', async () => {
    const tcp = createServer();
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const { port } = tcp.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    const [accepted] = (await once(tcp, 'connection')) as [Socket];
    // The kernel's number for none, (uid_t) -1.
    expect(readPeerCredentials(accepted)).toEqual({ uid: 0xffff_ffff });
    socket.destroy();
    accepted.destroy();
    tcp.close();
  });

  test('is available here', () => {
    expect(() => assertPeerCredentialsAvailable()).not.toThrow();
  });
});
