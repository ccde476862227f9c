// What the person at the window or the command line may see of consent and change.
import type { KeyRing } from '../ring/key-ring.ts';
import type { Activity } from './activity/activity.ts';
import type { Approvals } from './approvals.ts';
import type { Consent } from './consent.ts';
import { setKeyLevel } from './key-level.ts';
import type { MissedRequest } from './missed-requests.ts';
import type { OfferLimit } from './offers/key-order.ts';
import type { KeyOffers, OfferExplanation } from './offers/offered-keys.ts';
import type { AskLevel } from './rules/ask-level.ts';
import type { PolicyStore } from './rules/policy-store.ts';

export interface ConsentAdministration {
  readonly activity: Pick<Activity, 'list' | 'export' | 'onAdded'>;
  /** Resolves when every request that has been answered is in the activity. */
  activitySettled(): Promise<void>;
  readonly approvals: Pick<Approvals, 'list' | 'revoke' | 'clear' | 'onChanged'>;
  readonly policies: Pick<
    PolicyStore,
    | 'policy'
    | 'addRule'
    | 'changeRule'
    | 'moveRule'
    | 'removeRule'
    | 'restoreRule'
    | 'setDefaultLevel'
    | 'onChanged'
  >;
  /** When to ask for one key; undefined: as for all. Rejects as `PolicyStore.setLevel`. */
  setKeyLevel(keyFingerprint: string, level: AskLevel | undefined): Promise<void>;
  /** The inbox of requests that were denied or that nobody answered. */
  readonly missed: {
    /** The latest first. */
    list(): readonly MissedRequest[];
    onChanged(listener: () => void): () => void;
    /** For a minute, one request like this one is allowed. False: no such entry. */
    allowNextTime(id: string): boolean;
    /** False: no such entry. */
    dismiss(id: string): boolean;
  };
  readonly offers: {
    /** The latest lists whose order was not the person's own, the latest first. */
    explanations(): readonly OfferExplanation[];
    setLimit(limit: OfferLimit): void;
  };
}

export function administerConsent(
  consent: Consent,
  offers: KeyOffers,
  keyRing: KeyRing,
): ConsentAdministration {
  const { approvals, policies, missed, recorder } = consent;
  return {
    activity: recorder.activity,
    activitySettled: () => recorder.settled(),
    approvals,
    policies,
    setKeyLevel: (keyFingerprint, level) => setKeyLevel(policies, keyRing, keyFingerprint, level),
    missed: {
      list: () => missed.list(),
      onChanged: (listener) => missed.onChanged(listener),
      allowNextTime: (id) => consent.allowNextTime(id),
      dismiss: (id) => missed.take(id) !== undefined,
    },
    offers: {
      explanations: () => offers.explanations(),
      setLimit(limit) {
        offers.limit = limit;
      },
    },
  };
}
