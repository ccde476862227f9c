// What a rule is about is said in full, what it leaves out included, and in the same words wherever it is shown.
import { describe, expect, it } from 'vitest';
import { readStoredPolicy } from '../../main/agent/consent/rules/policy-format.ts';
import { describePolicy } from '../../main/cli/rules/describe-policy.ts';
import { policyView } from '../../main/shell/views/policy-views.ts';
import { aboutOf, draftOf, ruleOf } from '../../renderer/keys/rules/rule-draft.ts';
import { effectiveRule } from '../../text/rules/effective-rule.ts';
import { type RulePiece, ruleSentence, unreadableSentence } from '../../text/rules/policy-words.ts';

const key = `SHA256:${'k'.repeat(42)}A`;
const host = `SHA256:${'h'.repeat(42)}A`;

/** Rules as they are stored, and the sentence that tells of each. */
const cases: readonly (readonly [object, string])[] = [
  [{ action: 'allow' }, 'Allow logins and SSH signatures with any key, by any program, from this computer.'],
  [{ action: 'ask' }, 'Ask about every use with any key, by any program, from anywhere.'],
  [{ action: 'deny' }, 'Deny every use with any key, by any program, from anywhere.'],
  [
    { action: 'allow', origin: 'any' },
    'Allow logins and SSH signatures with any key, by any program, from anywhere.',
  ],
  [
    { action: 'allow', purpose: 'unknown', key },
    `Allow signatures of an unknown kind with the key ${key}, by any program, from this computer.`,
  ],
  [
    { action: 'allow', user: 'git', destination: '*.example.com', origin: 'forwarded' },
    'Allow logins as “git” to “*.example.com” with any key, by any program, from other machines.',
  ],
  [
    { action: 'deny', destination: host },
    `Deny logins to “${host}” with any key, by any program, from anywhere.`,
  ],
  [
    { action: 'ask', namespace: 'git', program: '/usr/bin/git' },
    'Ask about signatures for “git” with any key, by “/usr/bin/git”, from anywhere.',
  ],
  [
    { action: 'allow', program: 'relay:Ubuntu:/usr/bin/ssh' },
    'Allow logins and SSH signatures with any key, by “/usr/bin/ssh” in “Ubuntu” as a relay says, from this computer.',
  ],
  [
    { action: 'deny', purpose: 'login', origin: 'local' },
    'Deny logins with any key, by any program, from this computer.',
  ],
  [
    { action: 'allow', purpose: 'sshsig' },
    'Allow SSH signatures with any key, by any program, from this computer.',
  ],
  [
    { action: 'sing' },
    'This stored rule is not understood: an action is allow, ask or deny. Whatever it may be about is asked.',
  ],
];

const textOf = (pieces: readonly RulePiece[]) =>
  pieces
    .map((piece) => (typeof piece === 'string' ? piece : piece.of === 'key' ? piece.text : `“${piece.text}”`))
    .join('');

const shownBy = {
  // renderer/keys/rules/rule-sentence.tsx shows these very pieces, but the name of a key for its fingerprint.
  'the window': (rule: object) => {
    const [view] = policyView(readStoredPolicy({ version: 1, rules: [{ id: 'r', ...rule }] })).rules;
    if (view === undefined) throw new Error('no rule');
    return view.action === 'unreadable' ? unreadableSentence(view.problem) : textOf(ruleSentence(view));
  },
  'the command': (rule: object) =>
    describePolicy({ version: 1, defaultLevel: 'never', levels: {}, rules: [{ id: 'r', ...rule }] }).map(
      (line) => line.replace(/^r: /, ''),
    )[0],
};

describe.each(Object.entries(shownBy))('a rule that %s shows', (_where, shown) => {
  it.each(cases)('%j', (rule, sentence) => expect(shown(rule)).toBe(sentence));
});

describe('a rule that is being written', () => {
  const purposes = [undefined, 'login', 'sshsig', 'unknown'] as const;
  const drafts = (['allow', 'ask', 'deny'] as const).flatMap((action) =>
    purposes.flatMap((purpose) =>
      [undefined, '*.example.com'].map((destination) =>
        draftOf({
          action,
          conditions: {
            ...(purpose && { purpose }),
            ...(destination && { destination }),
            user: 'u',
            namespace: 'n',
          },
        }),
      ),
    ),
  );
  it('is shown as the core will judge it', () => {
    for (const draft of drafts) expect(aboutOf(draft)).toEqual(effectiveRule(ruleOf(draft)));
  });
});
