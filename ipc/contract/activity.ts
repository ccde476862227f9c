// What became of requests: the activity, what was remembered, and what waits in the inbox.
import * as v from 'valibot';
import { bounds } from './bounds.ts';
import type { Fact } from './facts.ts';
import { nothing, text, uuid, wholeNumber } from './fields.ts';
import type { RuleConditionsView } from './policy.ts';
import { fromKeys, typed } from './request.ts';

export type ExportOutcome =
  | { readonly kind: 'saved'; readonly path: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** What a request was about, whether it was answered or missed. */
export interface RequestView {
  readonly id: string;
  /** ISO 8601. Where several are counted: of the first in the activity, of the latest in the inbox. */
  readonly time: string;
  readonly who: Fact;
  readonly whatFor: Fact;
  readonly whereTo: Fact;
  readonly isForwarded: boolean;
  readonly keyComment: string;
  readonly fingerprint: string;
  /** `missed`: nobody answered in time; `suppressed`: too soon after a "no", or too many at once. */
  readonly answer: (typeof activityAnswers)[number];
  /** How many requests of this kind in a row got this answer, at least 1. */
  readonly count: number;
}

/** One answered request. */
export interface ActivityView extends RequestView {
  /** Why, as a sentence. */
  readonly reason: string;
  /** This program or destination never used this key before. */
  readonly isFirstUse: boolean;
  /** What a rule about requests like this one would say; left out when not all of it was kept. */
  readonly conditions?: RuleConditionsView;
}

/** A request that was not allowed and waits in the inbox, where the next one like it can be allowed. */
export interface MissedView extends RequestView {
  readonly answer: Exclude<RequestView['answer'], 'allowed' | 'failed'>;
  /** False: too little is proved of it for the next one to be told from another's; that can only be asked about. */
  readonly mayAllowNextTime: boolean;
  /** It was refused as the person has locked the agent, and not for the use. */
  readonly wasLocked: boolean;
}

/** A remembered "allow". */
export interface ApprovalView {
  readonly id: string;
  readonly keyComment: string;
  readonly fingerprint: string;
  readonly program: string;
  /** The destination or the purpose. */
  readonly covers: string;
  /** Which host exactly: its key, or its address; left out: none, or nothing is known of it. */
  readonly host?: string;
  readonly isForwarded: boolean;
  /** Left out: until the agent is locked. */
  readonly secondsLeft?: number;
  /** "Allow next time": ends with the first request that it answers. */
  readonly isForOneUse: boolean;
}

export const activityAnswers = ['allowed', 'denied', 'missed', 'suppressed', 'failed'] as const;

/** Which entries are wanted; what is left out is any. Texts are those that entries are shown with. */
const activityFilter = v.strictObject({
  fingerprint: v.exactOptional(text(bounds.idCharacters)),
  who: v.exactOptional(text(bounds.conditionCharacters)),
  whereTo: v.exactOptional(text(bounds.conditionCharacters)),
  answer: v.exactOptional(v.picklist(activityAnswers)),
  lastMinutes: v.exactOptional(wholeNumber(1, bounds.filterMinutes)),
});
export type ActivityFilter = v.InferOutput<typeof activityFilter>;

const oneEntry = v.strictObject({ id: uuid });

export const activityRequests = {
  /** Newest first. */
  'activity.list': fromKeys(
    v.strictObject({
      search: text(bounds.searchCharacters),
      limit: wholeNumber(1, bounds.activityPage),
      only: v.exactOptional(activityFilter),
    }),
  ).gives<readonly ActivityView[]>(),
  'activity.export': fromKeys(nothing).gives<ExportOutcome>(),
  'approvals.list': fromKeys(nothing).gives<readonly ApprovalView[]>(),
  'approvals.revoke': fromKeys(v.strictObject({ id: text(bounds.idCharacters) })).gives<null>(),
  'approvals.revokeAll': fromKeys(nothing).gives<null>(),
  /** The latest first. */
  'missed.list': fromKeys(nothing).gives<readonly MissedView[]>(),
  /** For a minute, one request like this one is allowed. */
  'missed.allowNextTime': fromKeys(oneEntry).gives<null>(),
  'missed.dismiss': fromKeys(oneEntry).gives<null>(),
};

export const activityEvents = {
  /** Again with the same id when its count has grown. */
  'activity.added': typed<ActivityView>(),
  'approvals.changed': typed<readonly ApprovalView[]>(),
  'missed.changed': typed<readonly MissedView[]>(),
};
