import { expect, test } from 'vitest';
import { handlesOfSameObject } from '../../../../ipc/win32/mappings/handle-table.ts';

interface Entry {
  readonly object?: bigint;
  readonly pid: number;
  readonly handle: bigint;
  readonly access?: number;
  readonly type?: number;
}

/** SYSTEM_HANDLE_INFORMATION_EX on 64-bit Windows. */
function tableOf(...entries: Entry[]): Uint8Array {
  const table = new Uint8Array(16 + 40 * entries.length + 100);
  const view = new DataView(table.buffer);
  view.setBigUint64(0, BigInt(entries.length), true);
  for (const [index, { object = 0n, pid, handle, access = 0xf0007, type = 42 }] of entries.entries()) {
    const at = 16 + 40 * index;
    view.setBigUint64(at, object, true);
    view.setBigUint64(at + 8, BigInt(pid), true);
    view.setBigUint64(at + 16, handle, true);
    view.setUint32(at + 24, access, true);
    view.setUint16(at + 30, type, true);
  }
  return table;
}

const own = { pid: 7, handle: 0x1c4n };

test('where the system tells objects apart, the handles of other processes to this one', () => {
  const object = 0xffff_9a0b_1234_5678n;
  const table = tableOf(
    { object, pid: 8, handle: 4n },
    { object: object + 1n, pid: 8, handle: 8n },
    { ...own, object },
    { object, pid: 7, handle: 12n },
    { object, pid: 9, handle: 16n, access: 4 },
  );
  expect(handlesOfSameObject(table, own)).toEqual({
    areTheObjects: true,
    handles: [
      { pid: 8, handle: 4n },
      { pid: 9, handle: 16n },
    ],
  });
});

test('where it does not, those of its type by which it could be read and written', () => {
  const table = tableOf(
    { pid: 8, handle: 4n },
    { pid: 8, handle: 8n, type: 41 },
    { pid: 8, handle: 12n, access: 0xd },
    own,
    { pid: 7, handle: 16n },
  );
  expect(handlesOfSameObject(table, own)).toEqual({
    areTheObjects: false,
    handles: [{ pid: 8, handle: 4n }],
  });
});

test('nothing, when the table does not have ours, or is cut short', () => {
  expect(
    handlesOfSameObject(tableOf({ pid: 7, handle: 4n }, { pid: 8, handle: 0x1c4n }), own),
  ).toBeUndefined();
  expect(handlesOfSameObject(tableOf(own).subarray(0, 50), own)).toBeUndefined();
  expect(handlesOfSameObject(new Uint8Array(8), own)).toBeUndefined();
});
