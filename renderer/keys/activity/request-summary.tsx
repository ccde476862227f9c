// What an answered or missed request was about: the answer, the key, who, what for, where to.
import type { ReactNode } from 'react';
import type { RequestView } from '../../../ipc/contract/activity.ts';
import type { Fact } from '../../../ipc/contract/facts.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { TrustLabel } from '../../parts/trust-label.tsx';
import { Badge, type BadgeLook } from '../controls/badge.tsx';
import { Time } from '../controls/time.tsx';

export const answerLooks: Readonly<Record<RequestView['answer'], BadgeLook>> = {
  allowed: { icon: 'check', word: 'Allowed', tone: 'good' },
  denied: { icon: 'close', word: 'Denied', tone: 'critical' },
  missed: { icon: 'clock', word: 'Not answered', tone: 'caution' },
  suppressed: { icon: 'close', word: 'Refused unasked', tone: 'caution' },
  failed: { icon: 'warning', word: 'Failed', tone: 'caution' },
};

function FactPart({ name, fact }: { readonly name: string; readonly fact: Fact }) {
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

/** `children` are further badges. */
export function RequestSummary({
  request,
  children,
}: {
  readonly request: RequestView;
  readonly children?: ReactNode;
}) {
  return (
    <>
      <div className="activity-head">
        <Badge look={answerLooks[request.answer]} />
        <ForeignText
          text={request.keyComment}
          ifEmpty="Key without a comment"
          maxCharacters={120}
          className="main"
        />
        {request.isForwarded && (
          <span className="badge caution">
            <Icon name="forwarded" />
            Forwarded
          </span>
        )}
        {request.count > 1 && <span className="badge">{request.count} times</span>}
        {children}
        <Time iso={request.time} />
      </div>
      <dl className="activity-facts">
        <FactPart name="Who" fact={request.who} />
        <FactPart name="What for" fact={request.whatFor} />
        <FactPart name="Where to" fact={request.whereTo} />
      </dl>
    </>
  );
}
