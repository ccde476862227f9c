import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sendNow } from '../../../../ipc/posix/sockets/send-now.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Both ends of a connection; nothing is read at either. */
async function connected(): Promise<{ ours: Socket; theirs: Socket }> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  const server = createServer({ pauseOnConnect: true }).listen(join(dir, 's'));
  await once(server, 'listening');
  const theirs = connect(join(dir, 's'));
  const [ours] = (await once(server, 'connection')) as [Socket];
  cleanups.push(() => {
    for (const socket of [ours, theirs]) socket.destroy();
    server.close();
    rmSync(dir, { recursive: true });
  });
  ours.on('error', () => {});
  return { ours, theirs };
}

describe.runIf(process.platform === 'linux')('sendNow', () => {
  test('hands over what there is room for, and no more, of which nothing is lost', async () => {
    const { ours, theirs } = await connected();
    const bytes = Uint8Array.from({ length: 64 * 1024 * 1024 }, (_, i) => i * 31 + (i >> 8));
    const taken = sendNow(ours, bytes);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(bytes.length);
    let full = taken;
    for (let more = taken; more > 0; full += more) more = sendNow(ours, bytes.subarray(full));
    expect(sendNow(ours, Uint8Array.of(1))).toBe(0);
    const read: Buffer[] = [];
    theirs.on('data', (chunk) => read.push(chunk));
    await expect.poll(() => read.reduce((sum, { length }) => sum + length, 0)).toBe(full);
    expect(Buffer.concat(read).equals(bytes.subarray(0, full))).toBe(true);
  });

  test('takes nothing for who has gone, nor for a socket of ours that is closed, and raises no signal', async () => {
    const { ours, theirs } = await connected();
    theirs.destroy();
    await once(theirs, 'close');
    expect(sendNow(ours, Uint8Array.of(1))).toBe(0);
    ours.destroy();
    expect(sendNow(ours, Uint8Array.of(1))).toBe(0);
  });
});
