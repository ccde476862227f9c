// The filters of the activity.
import { expect, it } from 'vitest';
import type { ActivityFilter, ActivityView } from '../../../../ipc/contract/activity.ts';
import { isWanted } from '../../../../main/shell/views/activity-filter.ts';

const entry: ActivityView = {
  id: '1',
  time: '2026-11-12T14:00:00.000Z',
  who: { text: 'plink.exe', trust: 'verified' },
  whatFor: { text: 'Log in as “git”', trust: 'verified' },
  whereTo: { text: 'git.example.com', trust: 'verified' },
  isForwarded: false,
  keyComment: 'a key',
  fingerprint: 'SHA256:a',
  answer: 'allowed',
  count: 1,
  reason: 'You allowed it.',
  isFirstUse: false,
};
const nowMs = Date.parse('2026-11-12T15:00:00.000Z');

it.each<[ActivityFilter, boolean]>([
  [{}, true],
  [{ fingerprint: 'SHA256:a' }, true],
  [{ fingerprint: 'SHA256:b' }, false],
  [{ who: 'plink.exe' }, true],
  [{ who: 'plink' }, false],
  [{ whereTo: 'git.example.com' }, true],
  [{ whereTo: 'example.com' }, false],
  [{ answer: 'allowed' }, true],
  [{ answer: 'denied' }, false],
  [{ lastMinutes: 60 }, true],
  [{ lastMinutes: 59 }, false],
  [{ fingerprint: 'SHA256:a', answer: 'denied' }, false],
])('wants an entry by all that is chosen: %j, %s', (only, wanted) => {
  expect(isWanted(entry, only, nowMs)).toBe(wanted);
});
