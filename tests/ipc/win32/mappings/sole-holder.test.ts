import { expect, test } from 'vitest';
import type { OpenHandle } from '../../../../ipc/win32/mappings/handle-table.ts';
import { soleHolder } from '../../../../ipc/win32/mappings/sole-holder.ts';

const tooMany = 10_000;
const handlesOf = (pid: number, count: number): OpenHandle[] =>
  Array.from({ length: count }, (_, index) => ({ pid, handle: BigInt(index) }));

/** Processes that have so many handles, of which those of `holders` have the object as their first one. */
function search(
  handles: readonly OpenHandle[],
  holders: readonly number[],
  more: { likely?: readonly number[]; handleCount?: number; closed?: readonly number[] } = {},
) {
  const { likely = [], handleCount, closed = [] } = more;
  const looked: number[] = [];
  let open = 0;
  const holder = soleHolder(
    { areTheObjects: false, handles },
    {
      likely,
      handleCount,
      lookInto: (pid) => {
        if (closed.includes(pid)) return undefined;
        open += 1;
        return {
          isTheObject: (handle) => {
            looked.push(pid);
            return holders.includes(pid) && handle === 0n;
          },
          [Symbol.dispose]: () => {
            open -= 1;
          },
        };
      },
    },
  );
  expect(open).toBe(0);
  return { holder, looks: looked.length, looked: new Set(looked) };
}

const three = [...handlesOf(1, 5), ...handlesOf(2, 5), ...handlesOf(3, 5)];

test('the only process that has the object open, or nobody', () => {
  expect(search(three, [2]).holder).toBe(2);
  expect(search(three, []).holder).toBeUndefined();
  expect(search(three, [1, 2]).holder).toBeUndefined();
});

test('one that is likely, without a look at others', () => {
  expect(search(three, [1, 2], { likely: [1] })).toMatchObject({ holder: 1, looked: new Set([1]) });
  expect(search(three, [2], { likely: [1] }).holder).toBe(2);
});

test('after a look at the processes that were started last, when nobody else has it open', () => {
  expect(search(three, [3], { handleCount: 2 })).toMatchObject({ holder: 3, looked: new Set([3]) });
  expect(search(three, [1, 3], { handleCount: 3 }).holder).toBeUndefined();
});

test('nobody where it would take more than 10,000 looks, and no more are taken', () => {
  const crowd = handlesOf(2, 5 * tooMany);
  const before = [...handlesOf(1, 1), ...crowd];
  expect(search(before, [1])).toMatchObject({ holder: undefined, looks: tooMany });
  // It may not be the only one.
  expect(search([...crowd, ...handlesOf(3, 1)], [3])).toMatchObject({ holder: undefined, looks: tooMany });
  expect(search([...crowd, ...handlesOf(3, 1)], [3], { handleCount: 2 })).toMatchObject({
    holder: 3,
    looks: 1,
  });
  expect(search(before, [1], { likely: [1] })).toMatchObject({ holder: 1, looks: 1 });
  expect(search(before, [1], { closed: [2] })).toMatchObject({ holder: 1, looks: 1 });
});

test('all of them are the object’s where the system tells objects apart', () => {
  const never = () => {
    throw new Error('looked');
  };
  const parts = { likely: [], handleCount: undefined, lookInto: never };
  const found = (handles: OpenHandle[]) => soleHolder({ areTheObjects: true, handles }, parts);
  expect(found([...handlesOf(4, 2)])).toBe(4);
  expect(found([...handlesOf(4, 1), ...handlesOf(5, 1)])).toBeUndefined();
  expect(found([])).toBeUndefined();
});
