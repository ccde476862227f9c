// One answered request.
import type { ActivityView } from '../../../ipc/contract/activity.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { MakeRuleButton } from '../rules/make-rule-button.tsx';
import { RequestSummary } from './request-summary.tsx';

export function ActivityEntry({ entry }: { readonly entry: ActivityView }) {
  return (
    <li className="card activity-entry">
      <RequestSummary request={entry}>
        {entry.isFirstUse && <span className="badge">First use</span>}
      </RequestSummary>
      <div className="activity-foot">
        <p className="small quiet">
          <ForeignText text={entry.reason} />
        </p>
        <MakeRuleButton entry={entry} />
      </div>
    </li>
  );
}
