// What the person at the window or the command line may see of consent and change.
import type { Activity } from './activity/activity.ts';
import type { Approvals } from './approvals.ts';
import type { Consent } from './consent.ts';
import type { MissedRequest } from './missed-requests.ts';
import type { OfferLimit } from './offers/key-order.ts';
import type { KeyOffers, OfferExplanation } from './offers/offered-keys.ts';
import type { PolicyStore } from './rules/policy-store.ts';

export interface ConsentAdministration {
  readonly activity: Pick<Activity, 'list' | 'export' | 'onAdded'>;
  /** Resolves when every request that has been answered is in the activity. */
  activitySettled(): Promise<void>;
  readonly approvals: Pick<Approvals, 'list' | 'revoke' | 'clear' | 'onChanged'>;
  readonly policies: Pick<
    PolicyStore,
    'policy' | 'addRule' | 'moveRule' | 'removeRule' | 'setLevel' | 'setDefaultLevel' | 'onChanged'
  >;
  /** The inbox of requests that were denied or that nobody answered. */
  readonly missed: {
    /** The latest first. */
    list(): readonly MissedRequest[];
    onChanged(listener: () => void): () => void;
    /** For a minute, one request like this one is allowed. False: no such entry. */
    allowNextTime(id: string): boolean;
    /** False: no such entry. */
    dismiss(id: string): boolean;
    clear(): void;
  };
  readonly offers: {
    /** The latest lists whose order was not the person's own, the latest first. */
    explanations(): readonly OfferExplanation[];
    setLimit(limit: OfferLimit): void;
  };
}

export function administerConsent(consent: Consent, offers: KeyOffers): ConsentAdministration {
  const { approvals, policies, missed, recorder } = consent;
  return {
    activity: recorder.activity,
    activitySettled: () => recorder.settled(),
    approvals,
    policies,
    missed: {
      list: () => missed.list(),
      onChanged: (listener) => missed.onChanged(listener),
      allowNextTime: (id) => consent.allowNextTime(id),
      dismiss: (id) => missed.take(id) !== undefined,
      clear: () => missed.clear(),
    },
    offers: {
      explanations: () => offers.explanations(),
      setLimit(limit) {
        offers.limit = limit;
      },
    },
  };
}
