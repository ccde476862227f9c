// What the table of TCP connections tells of a client.
import { expect, test } from 'vitest';
import { peerStateIn } from '../../../../ipc/win32/processes/tcp-peer-state.ts';
import type { TcpRow } from '../../../../ipc/win32/processes/tcp-rows.ts';

const localhost = '127.0.0.1';
const row = (localPort: number, remotePort: number, established: boolean): TcpRow => ({
  ...{ localAddress: localhost, localPort, remoteAddress: localhost, remotePort },
  ...{ established, pid: 1 },
});
const others = [row(1, 3, true), row(2, 1, false), { ...row(1, 2, true), localAddress: '::1' }];

test.each([
  ['there while our end is established, whatever other rows say', 'there', [...others, row(1, 2, true)]],
  ['ended when our end is there and not established', 'ended', [...others, row(1, 2, false)]],
  ['gone when our end is not in the table', 'gone', others],
  ['there when there is no table', 'there', []],
] as const)('the client of a TCP connection is %s', (_what, state, rows) => {
  expect(peerStateIn(rows, 1, 2)).toBe(state);
});
