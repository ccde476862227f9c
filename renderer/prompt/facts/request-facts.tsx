// The four answers of a prompt: who asks, what for, where to, with which key.
import type { ReactNode } from 'react';
import type { Fact } from '../../../ipc/contract/facts.ts';
import type { PromptKeyView, RequesterView } from '../../../ipc/contract/prompt.ts';
import { Icon } from '../../parts/icon.tsx';
import { TrustLegend } from '../../parts/trust-label.tsx';
import { FactLine } from './fact-line.tsx';
import './facts.css';

function Answer({ question, children }: { readonly question: string; readonly children: ReactNode }) {
  return (
    <div className="answer">
      <dt>{question}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Facts come as whole lists without ids; their place is their identity. */
function numbered(facts: readonly Fact[]) {
  return facts.map((fact, index) => ({ fact, place: `${index}` }));
}

/** Tells a forwarded request from a local one, in words. */
function OriginLabel({ isForwarded, isOriginInDoubt }: RequesterView) {
  if (isOriginInDoubt)
    return (
      <p className="quiet small">
        It is not known whether this was asked on this computer or from another machine.
      </p>
    );
  return isForwarded ? (
    <p className="warning forwarded">
      <Icon name="forwarded" />
      <span>
        <strong>Forwarded:</strong> asked from another machine through agent forwarding.
      </span>
    </p>
  ) : (
    <p className="quiet small">Asked on this computer, not forwarded.</p>
  );
}

function Path({ path }: { readonly path: readonly Fact[] }) {
  if (path.length === 0) return null;
  return (
    <div className="path">
      <p className="small quiet">Came by way of:</p>
      <ol>
        {numbered(path).map(({ fact, place }) => (
          <li key={place}>
            <FactLine fact={fact} />
          </li>
        ))}
      </ol>
    </div>
  );
}

// A longer comment would push the fingerprint, which can be trusted, out of sight.
const keyCommentCharacters = 120;

interface RequestFactsProps {
  readonly requester: RequesterView;
  readonly promptKey: PromptKeyView;
}

export function RequestFacts({ requester, promptKey }: RequestFactsProps) {
  const comment: Fact = { text: promptKey.comment, trust: 'claimed' };
  return (
    <>
      <OriginLabel {...requester} />
      {requester.warning !== undefined && (
        <p className="warning" role="note">
          <Icon name="warning" />
          <span>{requester.warning}</span>
        </p>
      )}
      <dl className="answers">
        <Answer question="Who asks">
          <FactLine fact={requester.who} isMain />
        </Answer>
        <Answer question="What for">
          <FactLine fact={requester.whatFor} isMain />
        </Answer>
        <Answer question="Where to">
          <FactLine fact={requester.whereTo} isMain />
          <Path path={requester.path} />
        </Answer>
        <Answer question="Which key">
          {promptKey.comment === '' ? (
            <p className="quiet">No comment</p>
          ) : (
            <FactLine fact={comment} isMain isQuoted maxCharacters={keyCommentCharacters} />
          )}
          <FactLine
            fact={{ text: promptKey.fingerprint, trust: 'verified', detail: promptKey.algorithm }}
            isFingerprint
          />
        </Answer>
      </dl>
      <details className="more">
        <summary>More about this request</summary>
        <ul className="more-facts">
          {[...promptKey.comment].length > keyCommentCharacters && (
            <li>
              <FactLine fact={comment} isQuoted maxCharacters={1024} />
            </li>
          )}
          {numbered(requester.more).map(({ fact, place }) => (
            <li key={place}>
              <FactLine fact={fact} />
            </li>
          ))}
        </ul>
        <TrustLegend />
      </details>
    </>
  );
}
