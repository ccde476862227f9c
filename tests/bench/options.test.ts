import { describe, expect, it } from 'vitest';
import { BenchUsageError, parseBenchOptions } from '../../bench/options.ts';

const whole = { rounds: 5, loadMs: 2000, signatures: 100_000, only: [], json: undefined };

describe('the command line of the benchmark', () => {
  it('compares with others at length, and shortly when it is told so', () => {
    expect(parseBenchOptions([])).toEqual({ mode: 'peers', build: undefined, run: whole });
    expect(parseBenchOptions(['--quick', '--build', 'dist'])).toEqual({
      mode: 'peers',
      build: 'dist',
      run: { ...whole, rounds: 1, loadMs: 150, signatures: 1000 },
    });
    expect(parseBenchOptions(['--quick', '--rounds', '2', '--seconds', '0.5'])).toMatchObject({
      run: { rounds: 2, loadMs: 500 },
    });
  });

  it('takes parts of names of rows, in whichever letters', () => {
    const args = ['--only', 'List, 1 Key', '--only', 'RSA', '--json', 'out.json'];
    expect(parseBenchOptions(args)).toMatchObject({
      run: { only: ['list, 1 key', 'rsa'], json: 'out.json' },
    });
  });

  it('compares two builds', () => {
    expect(parseBenchOptions(['compare', 'a', 'b'])).toEqual({
      mode: 'compare',
      before: 'a',
      after: 'b',
      run: whole,
    });
  });

  it('goes through the Windows doors of this tree, of a build, or of two', () => {
    expect(parseBenchOptions(['wine'])).toEqual({ mode: 'wine', builds: [], run: whole });
    expect(parseBenchOptions(['wine', 'a', '--rounds', '3'])).toMatchObject({
      mode: 'wine',
      builds: ['a'],
      run: { rounds: 3 },
    });
    expect(parseBenchOptions(['wine', 'a', 'b'])).toMatchObject({ builds: ['a', 'b'] });
  });

  it('measures the tray application of this tree, or of a build', () => {
    expect(parseBenchOptions(['tray'])).toEqual({ mode: 'tray', build: undefined, prompts: 11 });
    expect(parseBenchOptions(['tray', 'a', '--quick'])).toEqual({ mode: 'tray', build: 'a', prompts: 2 });
  });

  it('runs inside of a process, and helps', () => {
    expect(parseBenchOptions(['inside'])).toEqual({ mode: 'inside' });
    expect(parseBenchOptions(['--help'])).toEqual({ mode: 'help' });
  });

  it.each([
    ['compare'],
    ['compare a'],
    ['compare a b c'],
    ['compare a b --build dist'],
    ['inside out'],
    ['tray a b'],
    ['tray a --build dist'],
    ['wine a b c'],
    ['wine a --build dist'],
    ['wine a --only pipe'],
    ['wine a --json out.json'],
    ['peers'],
    ['--rounds 0'],
    ['--rounds 1.5'],
    ['--rounds many'],
    ['--seconds -1'],
    ['--unknown'],
  ])('refuses %s', (line) => {
    expect(() => parseBenchOptions(line.split(' '))).toThrow(BenchUsageError);
  });
});
