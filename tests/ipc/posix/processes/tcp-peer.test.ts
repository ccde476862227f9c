import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { peerOfTcp } from '../../../../ipc/posix/processes/tcp-peer.ts';

const CONNECT = `
  if (process.argv[2]) process.setuid(Number(process.argv[2]));
  require('net').connect(Number(process.argv[1]), '127.0.0.1');
`;

describe.runIf(process.platform === 'linux')('peerOfTcp', () => {
  async function peerOfChild(...args: string[]) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, ['-e', CONNECT, `${port}`, ...args], { stdio: 'inherit' });
    const [socket] = (await once(server, 'connection')) as [Socket];
    const peer = await peerOfTcp(port, socket.remotePort!);
    child.kill('SIGKILL');
    await once(child, 'exit');
    socket.destroy();
    server.close();
    return { peer, pid: child.pid };
  }

  test('names the process of this user at the other end', async () => {
    const { peer, pid } = await peerOfChild();
    expect(peer).toEqual({ ownerIsUs: true, pid });
  });

  test.runIf(process.geteuid?.() === 0)('tells a connection of another user', async () => {
    expect((await peerOfChild('65534')).peer).toEqual({ ownerIsUs: false });
  });

  test('knows nothing of ports that are not connected', async () => {
    expect(await peerOfTcp(1, 2)).toBeUndefined();
  });
});
