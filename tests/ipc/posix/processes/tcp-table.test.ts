import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { endianness } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseTcpTable, readTcpConnections } from '../../../../ipc/posix/processes/tcp-table.ts';
import { turnsDuring } from '../../../fakes/settle.ts';

const reads: string[] = [];
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const readFile = (path: string, encoding: BufferEncoding) => {
    reads.push(path);
    return real.readFile(path, encoding);
  };
  return { ...real, readFile };
});

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const REST = '00000000:00000000 00:00000000 00000000';

// The lines are those of a little-endian machine; the kernel writes addresses as it holds them.
describe.runIf(endianness() === 'LE')('parseTcpTable', () => {
  test('reads the ends, owner and inode of established IPv4 connections', async () => {
    const line = `   1: 0100007F:D431 0F02000A:0016 01 ${REST}  1000        0 123456 1 0000000000000000 20 4 30 10 -1`;
    expect(await parseTcpTable(`${HEADER}\n${line}\n`)).toEqual([
      {
        local: { address: '127.0.0.1', port: 54_321 },
        remote: { address: '10.0.2.15', port: 22 },
        uid: 1000,
        inode: 123_456,
      },
    ]);
  });

  test('reads IPv6 addresses in their usual form, and mapped IPv4 as IPv4', async () => {
    const line = `   0: 0000000000000000FFFF00000100007F:0016 B80D0120000000000000000001000000:0016 01 ${REST}     0        0 7 1`;
    const [connection] = await parseTcpTable(`${HEADER}\n${line}`);
    expect(connection?.local).toEqual({ address: '127.0.0.1', port: 22 });
    expect(connection?.remote).toEqual({ address: '2001:db8::1', port: 22 });
  });

  test('leaves out what is not established or not understood', async () => {
    const listening = `   0: 0100007F:0016 00000000:0000 0A ${REST}  0        0 7 1`;
    const broken = ['x', '   0: 0100007F:0016 01', `   0: 0100007:0016 0100007F:0016 01 ${REST} 0 0 1`];
    expect(await parseTcpTable([HEADER, listening, ...broken, ''].join('\n'))).toEqual([]);
  });

  test('leaves the loop to others while it reads the many connections of another user', async () => {
    const count = 20_000;
    const line = `   1: 0100007F:D431 0F02000A:0016 01 ${REST}  1000        0 123456 1 0000000000000000 20 4 30 10 -1`;
    const { result, turns } = await turnsDuring(() => parseTcpTable(Array(count).fill(line).join('\n')));
    expect(result).toHaveLength(count);
    expect(turns).toBeGreaterThan(30);
  });
});

describe('readTcpConnections', () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill();
    child = undefined;
  });

  test.for(['-n', '-Urn'])(
    'reads the table of another network once for all who ask at a time (unshare %s)',
    async (flags, context) => {
      if (spawnSync('unshare', [flags, 'true']).status !== 0)
        context.skip(`skipped: no network namespace by unshare ${flags} here`);
      child = spawn('unshare', [flags, 'sh', '-c', 'echo ready; exec cat'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await once(child.stdout!, 'data');
      reads.length = 0;
      await Promise.all(Array.from({ length: 64 }, () => readTcpConnections(`/proc/${child?.pid}`)));
      expect(reads).toHaveLength(4);
      expect(new Set(reads)).toEqual(
        new Set(['tcp', 'tcp6'].map((name) => `/proc/${child?.pid}/net/${name}`)),
      );
    },
  );
});
