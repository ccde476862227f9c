// What a rule is about is said in full, what it leaves out included, and in the same words wherever it is shown.
import { describe, expect, it } from 'vitest';
import { describePolicy } from '../../main/cli/parts/describe-policy.ts';

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

const shownBy = {
  'the command': (rule: object) =>
    describePolicy({ version: 1, defaultLevel: 'never', levels: {}, rules: [{ id: 'r', ...rule }] }).map(
      (line) => line.replace(/^r: /, ''),
    )[0],
};

describe.each(Object.entries(shownBy))('a rule that %s shows', (_where, shown) => {
  it.each(cases)('%j', (rule, sentence) => expect(shown(rule)).toBe(sentence));
});
