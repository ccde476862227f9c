import { describe, expect, it } from 'vitest';
import type { Requirement, Row, Unit } from '../../../bench/report/row.ts';
import { judge } from '../../../bench/report/verdict.ts';

const sides = { subject: 'ours', baseline: 'theirs' };
const row = (unit: Unit, required: Requirement): Row => ({ name: 'row', unit, required });
const values = (of: string, ...each: number[]) => each.map((value) => ({ row: 'row', of, value }));
const ratio = (atLeast: number): Requirement => ({ kind: 'ratio', atLeast });

describe('what is reached', () => {
  it('is above 1 where we are faster, whichever way the row counts', () => {
    const rate = row('per second', ratio(2));
    expect(judge(rate, [...values('ours', 40), ...values('theirs', 20)], sides)).toEqual({
      reached: 2,
      isMet: true,
      ratio: { median: 2, min: 2, max: 2 },
    });
    const time = row('us', ratio(2));
    expect(judge(time, [...values('ours', 40), ...values('theirs', 20)], sides)).toMatchObject({
      reached: 0.5,
      isMet: false,
    });
  });

  it.each<[string, Requirement, number, boolean]>([
    ['at most so many times a reference', { kind: 'times', reference: 'best', atMost: 1.8 }, 2, false],
    ['at least a part of it', { kind: 'share', reference: 'best', atLeast: 0.95 }, 2, true],
    ['at most so much more', { kind: 'above', reference: 'best', atMost: 100 }, 100, true],
    ['at most so much', { kind: 'value', atMost: 150 }, 200, false],
  ])('is held against %s', (_, required, reached, isMet) => {
    const samples = [...values('ours', 200), ...values('theirs', 50), ...values('best', 100)];
    expect(judge(row('us', required), samples, sides)).toMatchObject({ reached, isMet });
  });

  it('is unknown where one side was not measured, and of no other row', () => {
    const samples = [...values('ours', 1), { row: 'other', of: 'theirs', value: 1 }];
    const nothing = { reached: undefined, isMet: undefined, ratio: undefined };
    expect(judge(row('us', ratio(1)), samples, sides)).toEqual(nothing);
    const share: Requirement = { kind: 'share', reference: 'best', atLeast: 1 };
    expect(judge(row('us', share), samples, sides)).toEqual(nothing);
    const alone = { subject: 'ours', baseline: undefined };
    expect(judge(row('us', { kind: 'value', atMost: 1 }), samples, alone)).toMatchObject({ isMet: true });
  });
});
