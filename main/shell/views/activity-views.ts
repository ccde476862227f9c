// Activity, approvals and missed requests as the window shows them.
import type { ActivityView, ApprovalView, MissedView } from '../../../ipc/contract/activity.ts';
import type { ActivityEntry } from '../../agent/consent/activity/activity-entry.ts';
import type { ApprovalSummary } from '../../agent/consent/approvals.ts';
import type { MissedRequest } from '../../agent/consent/missed-requests.ts';
import type { Requester } from '../../agent/facts/requester.ts';
import type { KeyIdentity } from '../../agent/ports/approver.ts';
import { destinationFact, purposeFact, whoFact } from './requester-view.ts';
import { shownComment } from './shown-text.ts';
import { conditionsOf } from './suggested-rule.ts';

const factsOf = (requester: Requester) => ({
  who: whoFact(requester),
  whatFor: purposeFact(requester.purpose),
  whereTo: destinationFact(requester.destination, requester.purpose),
  isForwarded: requester.forwarded,
});

const keyOf = ({ comment, fingerprint }: KeyIdentity) => ({
  keyComment: shownComment(comment),
  fingerprint,
});

export function activityView(entry: ActivityEntry): ActivityView {
  const conditions = conditionsOf(entry);
  return {
    id: String(entry.id),
    time: entry.time,
    ...factsOf(entry.requester),
    ...keyOf(entry.key),
    answer: entry.answer,
    reason: entry.reason,
    isFirstUse: entry.firstUseBy.length > 0,
    count: entry.count,
    ...(conditions && { conditions }),
  };
}

export function approvalView({
  id,
  key,
  requester,
  secondsLeft,
  isForOneUse,
}: ApprovalSummary): ApprovalView {
  const { who, whatFor, whereTo, isForwarded } = factsOf(requester);
  const { destination, purpose } = requester;
  return {
    id,
    ...keyOf(key),
    program: who.text,
    covers: destination
      ? `${whatFor.text}, ${whereTo.text.replace(/^A (known )?host /, 'a $1host ')}`
      : `${whatFor.text}${purpose.kind === 'ssh-login' ? ', at a host of which nothing is known' : ''}`,
    ...(destination && whereTo.detail !== undefined && { host: whereTo.detail }),
    isForwarded,
    isForOneUse,
    ...(secondsLeft !== undefined && { secondsLeft }),
  };
}

export function missedView({ key, requester, ...missed }: MissedRequest): MissedView {
  return { ...missed, ...factsOf(requester), ...keyOf(key) };
}
