// Remembered answers by themselves, with keys that come and go.
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Approvals, type Question } from '../../../../main/agent/consent/approvals.ts';
import type { Strictness } from '../../../../main/agent/consent/rules/policy.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';

const source = { id: 'p', group: 'p', isHere: true };
const never = new AbortController().signal;

function question(change: { id?: string; strictness?: Strictness; keyRemoved?: AbortSignal } = {}): Question {
  const { id = 'a', strictness = 2, keyRemoved = never } = change;
  return {
    identity: { id, keyFingerprint: 'SHA256:k', source, isRecognizable: true },
    strictness,
    keyRemoved,
    key: { comment: 'c', fingerprint: 'SHA256:k', algorithm: 'ssh-ed25519' },
    requester: { transport: 't', purpose: { kind: 'unknown' }, forwarded: false, path: [] },
  };
}

describe('a remembered answer', () => {
  it('is dropped with all others whatever a listener throws', () => {
    const log: string[] = [];
    const approvals = new Approvals(new ManualClock(), (line) => log.push(line));
    for (const id of ['a', 'b']) approvals.remember(question({ id }), 'until-locked');
    approvals.onChanged(() => {
      throw new TypeError('no');
    });
    approvals.clear();
    expect(approvals.list()).toEqual([]);
    expect(log[0]).toBe('whoever is told of remembered answers failed: TypeError');
  });

  it('is dropped once, also where whoever is told of one drops the others', () => {
    const approvals = new Approvals(new ManualClock());
    for (const id of ['a', 'b']) approvals.remember(question({ id }), 'until-locked');
    let changes = 0;
    approvals.onChanged(() => {
      changes++;
      for (const { id } of approvals.list()) approvals.revoke(id);
    });
    approvals.clear();
    expect(changes).toBe(2);
  });

  it('is revoked alone, and by nothing but its own id', () => {
    const approvals = new Approvals(new ManualClock());
    for (const id of ['a', 'b', 'c']) approvals.remember(question({ id }), 'until-locked');
    const [, second] = approvals.list();
    expect(['b', second?.id ?? '', second?.id ?? ''].map((id) => approvals.revoke(id))).toEqual([
      false,
      true,
      false,
    ]);
    expect(['a', 'b', 'c'].map((id) => approvals.answers(question({ id })))).toEqual([true, false, true]);
  });

  it('is for the key that it was given for, not for the same key added again', () => {
    const approvals = new Approvals(new ManualClock());
    approvals.remember(question(), 'until-locked');
    expect(approvals.answers(question({ keyRemoved: new AbortController().signal }))).toBe(false);
    expect(approvals.answers(question())).toBe(true);
  });

  it('is not taken for a key that is gone already', () => {
    const approvals = new Approvals(new ManualClock());
    const keyRemoved = AbortSignal.abort();
    approvals.remember(question({ keyRemoved }), 'until-locked');
    expect(approvals.list()).toEqual([]);
    expect(approvals.answers(question({ keyRemoved }))).toBe(false);
  });

  it('answers questions that are no stricter than its own', () => {
    const approvals = new Approvals(new ManualClock());
    approvals.remember(question({ strictness: 2 }), '1-hour');
    const answers = ([1, 2, 3] as const).map((strictness) => approvals.answers(question({ strictness })));
    expect(answers).toEqual([true, true, false]);
  });

  it('replaces the one before for the same question', () => {
    const clock = new ManualClock();
    const approvals = new Approvals(clock);
    approvals.remember(question(), 'until-locked');
    approvals.remember(question(), '5-minutes');
    expect(approvals.list()).toHaveLength(1);
    clock.advance(300_000);
    expect(approvals.answers(question())).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is over in time also on a machine that slept through its timer', () => {
    const clock = new ManualClock();
    const approvals = new Approvals(clock);
    approvals.remember(question(), '1-hour');
    let changes = 0;
    approvals.onChanged(() => changes++);
    clock.sleep(3_600_000);
    expect(approvals.list()).toEqual([]);
    expect(approvals.answers(question())).toBe(false);
    expect(changes).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says how long it still holds, in whole seconds', () => {
    const clock = new ManualClock();
    const approvals = new Approvals(clock);
    approvals.remember(question(), '5-minutes');
    clock.advance(60_001);
    expect(approvals.list()).toMatchObject([{ secondsLeft: 240 }]);
  });

  it.each<[string, (approvals: Approvals, clock: ManualClock, asked: Question) => unknown, number]>([
    ['revoked', (approvals) => approvals.revoke(approvals.list()[0]?.id ?? ''), 0],
    ['dropped with all others', (approvals) => approvals.clear(), 0],
    ['over', (_, clock) => clock.advance(3_600_000), 0],
    ['replaced', (approvals, _, asked) => approvals.remember(asked, '1-hour'), 1],
    [
      'used up',
      (approvals, _, asked) => {
        approvals.allowNextTime(asked);
        expect(approvals.answers(asked)).toBe(true);
      },
      0,
    ],
    [
      'pushed out by others',
      (approvals, _, { keyRemoved }) => {
        for (let n = 0; n < 1000; n++) approvals.remember(question({ id: `${n}`, keyRemoved }), '1-hour');
      },
      1000,
    ],
  ])('leaves nothing that waits for its end when it is %s', (_, end, left) => {
    const clock = new ManualClock();
    const approvals = new Approvals(clock);
    const asked = question({ keyRemoved: new AbortController().signal });
    approvals.remember(asked, '1-hour');
    end(approvals, clock, asked);
    expect(approvals.list()).toHaveLength(left);
    expect(clock.pendingTimers).toBe(left);
    expect(getEventListeners(asked.keyRemoved, 'abort')).toHaveLength(left);
  });

  it('is one of 1,000 at the most; the oldest is forgotten', () => {
    const approvals = new Approvals(new ManualClock());
    for (let n = 0; n <= 1000; n++) approvals.remember(question({ id: `${n}` }), '1-hour');
    expect(approvals.list()).toHaveLength(1000);
    expect(approvals.answers(question({ id: '0' }))).toBe(false);
    expect(approvals.answers(question({ id: '1000' }))).toBe(true);
  });

  it('is told of when it comes and when it goes', () => {
    const clock = new ManualClock();
    const approvals = new Approvals(clock);
    const removal = new AbortController();
    let changes = 0;
    approvals.onChanged(() => changes++);
    approvals.remember(question({ id: 'a' }), '5-minutes');
    approvals.remember(question({ id: 'b', keyRemoved: removal.signal }), 'until-locked');
    expect(changes).toBe(2);
    clock.advance(300_000);
    expect(changes).toBe(3);
    removal.abort();
    expect(changes).toBe(4);
    expect(approvals.list()).toEqual([]);
  });
});
