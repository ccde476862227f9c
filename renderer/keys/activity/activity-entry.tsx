// One answered request.
import type { ActivityView, Fact } from '../../../ipc/contract/views.ts';
import { ForeignText } from '../../prompt/foreign-text.tsx';
import { Icon, type IconName } from '../../prompt/icon.tsx';
import { TrustLabel } from '../../prompt/trust-label.tsx';
import { MakeRuleButton } from '../rules/make-rule-button.tsx';
import { preciseTimeText, timeText } from '../store/time-text.ts';

interface AnswerLook {
  readonly icon: IconName;
  readonly word: string;
  readonly tone: string;
}

export const answerLooks: Readonly<Record<ActivityView['answer'], AnswerLook>> = {
  allowed: { icon: 'check', word: 'Allowed', tone: 'good' },
  denied: { icon: 'close', word: 'Denied', tone: 'critical' },
  missed: { icon: 'clock', word: 'Not answered', tone: 'caution' },
  suppressed: { icon: 'close', word: 'Refused unasked', tone: 'caution' },
  failed: { icon: 'warning', word: 'Failed', tone: 'caution' },
};

export function FactPart({ name, fact }: { readonly name: string; readonly fact: Fact }) {
  return (
    <div className="activity-fact">
      <dt className="small quiet">{name}</dt>
      <dd>
        <ForeignText text={fact.text} maxCharacters={200} className="activity-text" />
        <TrustLabel trust={fact.trust} />
      </dd>
    </div>
  );
}

export function ActivityEntry({ entry }: { readonly entry: ActivityView }) {
  const { icon, word, tone } = answerLooks[entry.answer];
  return (
    <li className="card activity-entry">
      <div className="activity-head">
        <span className={`badge ${tone}`}>
          <Icon name={icon} />
          {word}
        </span>
        <ForeignText
          text={entry.keyComment}
          ifEmpty="Key without a comment"
          maxCharacters={120}
          className="main"
        />
        {entry.isForwarded && (
          <span className="badge caution">
            <Icon name="forwarded" />
            Forwarded
          </span>
        )}
        {entry.count > 1 && <span className="badge">{entry.count} times</span>}
        {entry.isFirstUse && <span className="badge">First use</span>}
        <time className="small quiet" dateTime={entry.time} title={preciseTimeText(entry.time)}>
          {timeText(entry.time)}
        </time>
      </div>
      <dl className="activity-facts">
        <FactPart name="Who" fact={entry.who} />
        <FactPart name="What for" fact={entry.whatFor} />
        <FactPart name="Where to" fact={entry.whereTo} />
      </dl>
      <div className="activity-foot">
        <p className="small quiet">{entry.reason}</p>
        <MakeRuleButton entry={entry} />
      </div>
    </li>
  );
}
