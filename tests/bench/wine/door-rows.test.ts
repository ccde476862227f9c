import { describe, expect, it } from 'vitest';
import { answersIn, type DoorSample, formatDoors } from '../../../bench/wine/door-rows.ts';

describe('what a client of the Windows doors prints', () => {
  it('is read, wherever it stands', () => {
    const output = 'something of Wine’s\nanswers=120 type=14 ms=1500.250\n';
    expect(answersIn(output, 14)).toEqual({ answers: 120, ms: 1500.25 });
  });

  it('must be answers of the type that was asked for', () => {
    expect(() => answersIn('answers=1 type=5 ms=3.000\n', 14)).toThrow(
      'answered with message 5 where 14 was expected',
    );
    expect(() => answersIn('FindWindow: error 2\n', 14)).toThrow('FindWindow: error 2');
  });
});

it('the doors of two builds stand beside each other, as medians of the rounds', () => {
  const sample = (build: string, what: string, value: number): DoorSample => ({
    build,
    what,
    value,
    unit: what.endsWith('alone') ? 'ms' : 'per second',
    agentUs: 200,
    serverUs: 50,
  });
  const samples = [
    ...[100, 300, 200].map((rate) => sample('before', 'pipe: list', rate)),
    sample('after', 'pipe: list', 400),
    sample('before', 'copydata: list', 10),
    sample('after', 'copydata: list', 20),
    sample('before', 'copydata: list, one alone', 30),
    sample('after', 'copydata: list, one alone', 3),
  ];
  const lines = formatDoors(samples).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(/before +\| before: agent +\| before: Wine’s server +\| after /);
  expect(lines[2]).toMatch(/^\| pipe: list +\| 200\/s +\| 200 us +\| 50.0 us +\| 400\/s/);
  expect(lines[3]).toMatch(/^\| copydata: list +\| 10.0\/s .* 20.0\/s/);
  expect(lines[4]).toMatch(/one alone +\| 30.0 ms .* 3.00 ms/);
});
