// Where a signature is made goes by what the ones before took, never by a name.
import { describe, expect, it } from 'vitest';
import { SignatureCost } from '../../../../../main/keys/kinds/shared/signature-cost.ts';

function costAfter(poolMs: readonly number[], loopMs: readonly number[] = []) {
  const cost = new SignatureCost();
  for (const ms of poolMs) cost.notePool(ms);
  for (const ms of loopMs) cost.noteLoop(ms);
  return cost;
}

describe('the cost of signatures', () => {
  it('is not known before the first, which the event loop does not make', () => {
    expect(costAfter([])).toMatchObject({ isSmall: false, isBrief: false });
  });

  it('is tried on the event loop only where the thread pool was quick', () => {
    expect(costAfter([1.5]).isSmall).toBe(true);
    expect(costAfter([300]).isSmall).toBe(false);
    // The pool may have been busy.
    expect(costAfter([300, 0.2]).isSmall).toBe(true);
  });

  it('is small when the trials were, of which the first may have been cold', () => {
    expect(costAfter([0.3], [1, 0.04, 0.05, 0.04]).isSmall).toBe(true);
    expect(costAfter([0.3], [1, 0.25, 0.25, 0.26]).isSmall).toBe(false);
  });

  it('is brief where others may wait for one', () => {
    expect(costAfter([2.2]).isBrief).toBe(true);
    expect(costAfter([5]).isBrief).toBe(false);
  });
});
