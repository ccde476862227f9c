import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type ListenOptions, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { mayHaveNetworkSocket } from '../../../../ipc/posix/sockets/network-sockets.ts';
import { openSocketPair } from '../../../../ipc/posix/sockets/socket-pair.ts';

const servers: Server[] = [];

async function listen(options: ListenOptions): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(options, resolve));
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

describe.runIf(process.platform === 'linux')('a socket of this process', () => {
  it('is none of the network where it is a Unix-domain one, listening, connected or of a pair', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'network-sockets-'));
    const path = join(dir, 's');
    await listen({ path });
    const client = connect(path);
    await new Promise((resolve) => client.once('connect', resolve));
    const pair = openSocketPair();
    expect(mayHaveNetworkSocket()).toBe(false);
    for (const descriptor of pair) closeSync(descriptor);
    client.destroy();
    rmSync(dir, { recursive: true });
  });

  it.each(['127.0.0.1', '::1', '0.0.0.0'])('is one of the network that listens on %s', async (host) => {
    await listen({ host, port: 0 });
    expect(mayHaveNetworkSocket()).toBe(true);
  });

  it('is one of the network at either end of a connection', async () => {
    const server = await listen({ host: '127.0.0.1', port: 0 });
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await new Promise((resolve) => client.once('connect', resolve));
    const closed = new Promise((resolve) => server.close(resolve));
    servers.splice(0);
    expect(mayHaveNetworkSocket()).toBe(true);
    client.destroy();
    await closed;
  });
});
