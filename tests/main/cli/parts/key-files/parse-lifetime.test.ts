// Times on the command line, as sshd_config(5) has them.
import { describe, expect, it } from 'vitest';
import { parseLifetime } from '../../../../../main/cli/parts/key-files/parse-lifetime.ts';

describe('a lifetime', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['10m', 600],
    ['1h30m', 5400],
    ['1H30', 3630],
    ['2d', 172_800],
    ['1w', 604_800],
    ['4294967295', 4_294_967_295],
  ])('of %s', (text, lifetimeSeconds) => {
    expect(parseLifetime(text)).toEqual({ lifetimeSeconds });
  });

  it.each(['', '0', '0h', '-1', '1.5h', '1x', 'h', '1 h', '4294967296', '9999999999w'])(
    'is none of %j',
    (text) => {
      expect(() => parseLifetime(text)).toThrow('--lifetime takes seconds, or a time as 10m');
    },
  );
});
