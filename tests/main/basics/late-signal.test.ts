import { describe, expect, it } from 'vitest';
import { LateSignal } from '../../../main/basics/late-signal.ts';

describe('a signal that is made late', () => {
  it('is aborted with its reason, whether it was asked for before or after', () => {
    for (const isAskedBefore of [true, false]) {
      const late = new LateSignal('gone');
      if (isAskedBefore) expect(late.signal.aborted).toBe(false);
      expect(late.isAborted).toBe(false);
      late.abort();
      late.abort();
      expect(late.isAborted).toBe(true);
      expect([late.signal.aborted, late.signal.reason]).toEqual([true, 'gone']);
      expect(late.signal).toBe(late.signal);
    }
  });
});
