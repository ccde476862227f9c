// Programs that nobody has heard of, by themselves: which of them are new, and what makes them quiet.
import { describe, expect, it } from 'vitest';
import { Newcomers } from '../../../../main/agent/consent/newcomers.ts';
import type { RequestSource } from '../../../../main/agent/consent/request-identity.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

const here = (group: string): RequestSource => ({ id: group, group, isHere: true });
const elsewhere = (group: string): RequestSource => ({ id: group, group, isHere: false });

describe('a program that was not asked about before', () => {
  it('is quiet after four “no”, each of them to a new one, be it together with known ones', () => {
    const newcomers = new Newcomers(new ManualClock());
    newcomers.noteKnown(here('known'));
    for (let n = 0; n < 3; n++) newcomers.noteNo([here('known'), here(`new ${n}`)]);
    newcomers.noteNo([here('known'), here('new 0'), elsewhere('machine')]);
    expect(newcomers.isQuiet(here('another'))).toBe(false);
    newcomers.noteNo([here('known'), here('new 3')]);
    expect(newcomers.isQuiet(here('another'))).toBe(true);
    for (const known of [here('known'), here('new 3'), elsewhere('another machine')])
      expect(newcomers.isQuiet(known)).toBe(false);
  });

  it('is each again once all is forgotten', () => {
    const newcomers = new Newcomers(new ManualClock());
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 4; n++) {
        expect(newcomers.isQuiet(here('another'))).toBe(false);
        newcomers.noteNo([here(`new ${n}`)]);
      }
      expect(newcomers.isQuiet(here('another'))).toBe(true);
      newcomers.clear();
    }
  });

  it('is none that was, however many machines elsewhere have asked since', () => {
    const newcomers = new Newcomers(new ManualClock());
    newcomers.noteKnown(here('known'));
    for (let n = 0; n < 1000; n++) newcomers.noteNo([elsewhere(`machine ${n}`)]);
    for (let n = 0; n < 4; n++) newcomers.noteNo([here(`new ${n}`)]);
    expect(newcomers.isQuiet(here('another'))).toBe(true);
    expect(newcomers.isQuiet(here('known'))).toBe(false);
  });
});
