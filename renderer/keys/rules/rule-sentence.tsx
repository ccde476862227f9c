// One rule as a sentence: what it does to which requests.
import type { ReactNode } from 'react';
import type { RuleView } from '../../../ipc/contract/policy.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import type { BadgeLook } from '../controls/badge.tsx';
import { useWindowStore } from '../store/window-store.ts';

export const actionLooks: Readonly<Record<RuleView['action'], BadgeLook>> = {
  allow: { icon: 'check', word: 'Allow', tone: 'good' },
  ask: { icon: 'info', word: 'Ask', tone: '' },
  deny: { icon: 'close', word: 'Deny', tone: 'critical' },
  unreadable: { icon: 'warning', word: 'Not understood', tone: 'caution' },
};

function Quoted({ text }: { readonly text: string }) {
  return <ForeignText text={text} maxCharacters={300} isQuoted />;
}

function purposeWords({ action, purpose, destination, user, namespace }: RuleView): ReactNode {
  if (user !== undefined)
    return (
      <>
        logins as <Quoted text={user} />
      </>
    );
  if (namespace !== undefined)
    return (
      <>
        signatures for <Quoted text={namespace} />
      </>
    );
  if (purpose === 'login') return 'logins';
  if (purpose === 'sshsig') return 'SSH signatures';
  if (purpose === 'unknown') return 'signatures of an unknown kind';
  // Only of logins is it known where they go.
  if (destination !== undefined) return 'logins';
  // The same defaults as the core's (docs/consent.md, "When you are asked").
  return action === 'allow' ? 'logins and SSH signatures' : 'every use';
}

function originWords({ action, origin = action === 'allow' ? 'local' : 'any' }: RuleView): string {
  if (origin === 'local') return 'from this computer';
  return origin === 'forwarded' ? 'from other machines' : 'from anywhere';
}

function KeyWords({ fingerprint }: { readonly fingerprint: string | undefined }) {
  const comment = useWindowStore(
    (state) => state.main?.keys.find((key) => key.fingerprint === fingerprint)?.comment,
  );
  if (fingerprint === undefined) return 'with any key';
  return (
    <>
      with the key{' '}
      {comment ? <Quoted text={comment} /> : <span className="mono">{fingerprint.slice(0, 60)}</span>}
    </>
  );
}

export function RuleSentence({ rule }: { readonly rule: RuleView }) {
  if (rule.action === 'unreadable')
    return (
      <>
        The stored rule <Quoted text={rule.id} /> is not understood: {rule.problem}. Whatever it may be about
        is asked.
      </>
    );
  return (
    <>
      {actionLooks[rule.action].word === 'Ask' ? 'Ask about' : actionLooks[rule.action].word}{' '}
      {purposeWords(rule)}
      {rule.destination !== undefined && (
        <>
          {' '}
          to <ForeignText text={rule.destination} maxCharacters={300} className="main" isQuoted />
        </>
      )}{' '}
      <KeyWords fingerprint={rule.key} />,{' '}
      {rule.program === undefined ? (
        'by any program'
      ) : (
        <>
          by <ForeignText text={rule.program} maxCharacters={300} isQuoted />
        </>
      )}
      , {originWords(rule)}.
    </>
  );
}
