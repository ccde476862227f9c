// One rule as a sentence: what it does to which requests.
import type { RuleView } from '../../../ipc/contract/policy.ts';
import type { EffectiveRule } from '../../../text/rules/effective-rule.ts';
import { type RulePiece, ruleSentence, unreadableSentence } from '../../../text/rules/policy-words.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import type { BadgeLook } from '../controls/badge.tsx';
import { useWindowStore } from '../store/window-store.ts';

export const actionLooks: Readonly<Record<RuleView['action'], BadgeLook>> = {
  allow: { icon: 'check', word: 'Allow', tone: 'good' },
  ask: { icon: 'info', word: 'Ask', tone: '' },
  deny: { icon: 'close', word: 'Deny', tone: 'critical' },
  unreadable: { icon: 'warning', word: 'Not understood', tone: 'caution' },
};

function KeyName({ fingerprint }: { readonly fingerprint: string }) {
  const comment = useWindowStore(
    (state) => state.main?.keys.find((key) => key.fingerprint === fingerprint)?.comment,
  );
  if (comment) return <ForeignText text={comment} maxCharacters={300} isQuoted />;
  return <span className="mono">{fingerprint.slice(0, 60)}</span>;
}

function Piece({ piece }: { readonly piece: RulePiece }) {
  if (typeof piece === 'string') return piece;
  const { of, text } = piece;
  if (of === 'key') return <KeyName fingerprint={text} />;
  const look = of === 'destination' ? { className: 'main' } : {};
  return <ForeignText text={text} maxCharacters={300} {...look} isQuoted />;
}

/** As `sallyport rules` prints it, but for the key, which has its name here. */
export function RuleSentence({ rule }: { readonly rule: EffectiveRule | RuleView }) {
  if (rule.action === 'unreadable') return unreadableSentence(rule.problem);
  return ruleSentence(rule).map((piece) => (
    <Piece key={typeof piece === 'string' ? piece : piece.of} piece={piece} />
  ));
}
