import { describe, expect, it } from 'vitest';
import { coresFor, coresIn } from '../../../bench/agents/placement.ts';

describe('where load and agent run', () => {
  it('is read from what Linux tells of a process', () => {
    expect(coresIn('Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t0-2,5,8-9\n')).toEqual([
      0, 1, 2, 5, 8, 9,
    ]);
    expect(coresIn('Cpus_allowed_list:\t3\n')).toEqual([3]);
  });

  it('is apart, together, or everywhere', () => {
    expect(coresFor('apart', [4, 5, 6])).toEqual({ load: [4], agent: [5, 6] });
    expect(coresFor('together', [4, 5, 6])).toEqual({ load: [4], agent: [4] });
    expect(coresFor('free', [4, 5, 6])).toEqual({ load: [4, 5, 6], agent: [4, 5, 6] });
  });

  it('is the same core for both where there is one only', () => {
    expect(coresFor('apart', [4])).toEqual({ load: [4], agent: [4] });
  });
});
