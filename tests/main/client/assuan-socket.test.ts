// GnuPG's socket files: a port and a secret, which is shown to nobody else.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peerOfTcp } from '../../../ipc/posix/processes/tcp-peer.ts';
import { NoAgentError } from '../../../main/client/agent-errors.ts';
import { openAssuanSocket, parseAssuanSocketFile } from '../../../main/client/assuan-socket.ts';

const nonce = Uint8Array.from({ length: 16 }, (_, n) => n + 100);
const file = (port: number | string, secret: Uint8Array = nonce) =>
  Buffer.concat([Buffer.from(`${port}\n`), secret]);

describe('a socket file', () => {
  it('names a port and a secret', () => {
    expect(parseAssuanSocketFile(file(49_152))).toEqual({ port: 49_152, nonce });
    const odd = new Uint8Array(16).fill(0x0a);
    expect(parseAssuanSocketFile(file(1, odd))).toEqual({ port: 1, nonce: odd });
  });

  it.each([
    ['no port', file('')],
    ['port 0', file(0)],
    ['a port too large', file(65_536)],
    ['words', file('a49152')],
    ['a sign', file('-1')],
    ['a short secret', file(1, nonce.subarray(1))],
    ['a long secret', file(1, new Uint8Array(17))],
    ['no line', nonce],
    ['nothing', new Uint8Array()],
    ['Cygwin’s kind', Buffer.from('!<socket >49152 s 00000000-00000000-00000000-00000000')],
  ])('is none with %s', (_what, content) => {
    expect(parseAssuanSocketFile(content)).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('what is no socket file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-assuan-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each(['a fifo', 'a directory', 'a device', 'a link to a fifo', 'longer than any'])(
    'is waited for by nobody when it is %s',
    async (what) => {
      const path = join(dir, what);
      if (what === 'a fifo') execFileSync('mkfifo', [path]);
      if (what === 'a directory') mkdirSync(path);
      if (what === 'a link to a fifo') symlinkSync(join(dir, 'a fifo'), path);
      if (what === 'longer than any') writeFileSync(path, new Uint8Array(256));
      const opened = openAssuanSocket(what === 'a device' ? '/dev/zero' : path, peerOfTcp);
      await expect(opened).rejects.toMatchObject({ code: 'ENOTSOCK' });
    },
  );
});

describe.skipIf(process.platform !== 'linux')('the agent of a socket file', () => {
  let dir: string;
  let server: Server;
  let received: Buffer;
  let client: Socket | undefined;
  const path = () => join(dir, 'S.gpg-agent.ssh');
  const port = () => (server.address() as AddressInfo).port;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-assuan-'));
    received = Buffer.alloc(0);
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    client?.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true, force: true });
  });

  it('is shown the secret first', async () => {
    writeFileSync(path(), file(port()));
    client = await openAssuanSocket(path(), peerOfTcp);
    client.write('then');
    await expect.poll(() => received.toString('latin1')).toBe(`${Buffer.from(nonce).toString('latin1')}then`);
  });

  it.each([
    ['of another user', () => Promise.resolve({ ownerIsUs: false })],
    ['of nobody knows whom', () => Promise.resolve(undefined)],
  ])('%s is shown nothing', async (_whose, peer) => {
    writeFileSync(path(), file(port()));
    await expect(openAssuanSocket(path(), peer)).rejects.toMatchObject({ code: 'FOREIGN' });
    await expect(openAssuanSocket(path(), peer)).rejects.toBeInstanceOf(NoAgentError);
    expect(received.length).toBe(0);
  });

  it('is none where the file is something else, or is not there', async () => {
    writeFileSync(path(), 'x'.repeat(1000));
    await expect(openAssuanSocket(path(), peerOfTcp)).rejects.toMatchObject({ code: 'ENOTSOCK' });
    await expect(openAssuanSocket(join(dir, 'none'), peerOfTcp)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
