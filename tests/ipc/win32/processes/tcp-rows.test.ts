import { describe, expect, test } from 'vitest';
import { parseIpv4Rows, parseIpv6Rows } from '../../../../ipc/win32/processes/tcp-rows.ts';

const ESTABLISHED = 5;
const LISTEN = 2;

function table(rows: readonly Uint8Array[], count = rows.length): Uint8Array {
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, count, true);
  return Uint8Array.from([...header, ...rows.flatMap((row) => [...row])]);
}

function row4(state: number, local: [number[], number], remote: [number[], number], pid: number): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, state, true);
  bytes.set(local[0], 4);
  view.setUint16(8, local[1]);
  bytes.set(remote[0], 12);
  view.setUint16(16, remote[1]);
  view.setUint32(20, pid, true);
  return bytes;
}

function row6(remote: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(56);
  const view = new DataView(bytes.buffer);
  bytes[15] = 1;
  view.setUint16(20, 50_000);
  remote.forEach((group, index) => {
    view.setUint16(24 + 2 * index, group);
  });
  view.setUint16(44, 22);
  view.setUint32(48, ESTABLISHED, true);
  view.setUint32(52, 77, true);
  return bytes;
}

describe('the TCP tables of Windows', () => {
  test('have IPv4 addresses and ports in network order', () => {
    expect(
      parseIpv4Rows(table([row4(ESTABLISHED, [[192, 168, 1, 2], 50_001], [[10, 0, 0, 7], 22], 4242)])),
    ).toEqual([
      {
        localAddress: '192.168.1.2',
        localPort: 50_001,
        remoteAddress: '10.0.0.7',
        remotePort: 22,
        established: true,
        pid: 4242,
      },
    ]);
  });

  test('tell connections from what is not connected', () => {
    const rows = parseIpv4Rows(table([row4(LISTEN, [[0, 0, 0, 0], 22], [[0, 0, 0, 0], 0], 4)]));
    expect(rows.map((row) => row.established)).toEqual([false]);
  });

  test.each([
    [[0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], '2001:db8::1'],
    [[0x2001, 0xdb8, 0, 1, 0, 0, 0, 1], '2001:db8:0:1::1'],
    [[0, 0, 0, 0, 0, 0, 0, 1], '::1'],
    [[0, 0, 0, 0, 0, 0, 0, 0], '::'],
    [[0xfe80, 0, 0, 0, 0, 0, 0, 0], 'fe80::'],
    [[1, 2, 3, 4, 5, 6, 7, 8], '1:2:3:4:5:6:7:8'],
    [[0x2001, 0, 3, 4, 5, 6, 7, 8], '2001:0:3:4:5:6:7:8'],
    [[0x10, 0, 0, 0x100, 0, 0, 0, 0x1000], '10:0:0:100::1000'],
    [[0, 0, 0, 0, 0, 0xffff, 0xc0a8, 0x0102], '192.168.1.2'],
  ])('write the IPv6 address %j as people do', (groups, text) => {
    expect(parseIpv6Rows(table([row6(groups)]))).toEqual([
      {
        localAddress: '::1',
        localPort: 50_000,
        remoteAddress: text,
        remotePort: 22,
        established: true,
        pid: 77,
      },
    ]);
  });

  test('are read no further than they go', () => {
    const whole = table([row4(ESTABLISHED, [[127, 0, 0, 1], 1], [[127, 0, 0, 1], 2], 3)], 1_000_000);
    expect(parseIpv4Rows(whole)).toHaveLength(1);
    expect(parseIpv4Rows(whole.subarray(0, 27))).toEqual([]);
    expect(parseIpv4Rows(new Uint8Array(3))).toEqual([]);
    expect(parseIpv6Rows(new Uint8Array(0))).toEqual([]);
  });
});
