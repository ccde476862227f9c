// Rules that never count, as one before them decides all that they are about.
import { describe, expect, it } from 'vitest';
import type { Rule, RuleSubject } from '../../../../../main/agent/consent/rules/rule.ts';
import { coveringRule } from '../../../../../main/agent/consent/rules/rule-cover.ts';
import { RuleMatcher } from '../../../../../main/agent/consent/rules/rule-matcher.ts';
import type { RuleConditions } from '../../../../../main/agent/consent/rules/rule-schema.ts';
import type { Destination, UseFacts } from '../../../../../main/agent/facts/request-facts.ts';

const rule = (id: string, action: Rule['action'], conditions: RuleConditions = {}): Rule => ({
  id,
  action,
  ...conditions,
});

/** All choices of one value of each list, where `undefined` leaves it out. */
function combinations(choices: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  let all: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(choices))
    all = all.flatMap((one) =>
      values.map((value) => (value === undefined ? one : { ...one, [name]: value })),
    );
  return all;
}

const hostKey = `SHA256:${'A'.repeat(43)}`;
const host = { fingerprint: hostKey, algorithm: 'ssh-ed25519', name: { names: ['git.example.com'] } };
const places: readonly (Destination | undefined)[] = [
  undefined,
  { trust: 'verified', basis: 'session-bind', host },
  { trust: 'verified', basis: 'session-bind', host: { ...host, name: { ...host.name, isRevoked: true } } },
  { trust: 'claimed', basis: 'session-bind', host: { ...host, isAnnounced: true } },
  { trust: 'observed', address: '192.0.2.7', port: 22, name: { names: ['git.example.com'] } },
] as readonly (Destination | undefined)[];

const logins = ['root', 'git'].flatMap((user) =>
  places.map((destination) => ({
    purpose: { kind: 'ssh-login', user, service: 'ssh-connection' },
    destination,
  })),
);
const signatures = ['git', 'file'].map((namespace) => ({
  purpose: { kind: 'sshsig', namespace, hashAlgorithm: 'sha512' },
}));
const subjects = [...logins, ...signatures, { purpose: { kind: 'unknown' } }].flatMap((use) =>
  combinations({ forwarded: [false, true], problem: [undefined, 'bind-refused'] }).flatMap((more) =>
    combinations({
      keyFingerprint: ['k'],
      program: [undefined, '/usr/bin/ssh'],
      isOtherFile: [undefined, true],
      account: [undefined, 'root'],
    }).map(
      (subject) => ({ ...subject, use: { ...use, ...more, path: [] } as unknown as UseFacts }) as RuleSubject,
    ),
  ),
);

const conditions = [
  ...combinations({
    origin: [undefined, 'local', 'forwarded', 'any'],
    program: [undefined, '/usr/bin/ssh'],
    destination: [undefined, '*.example.com', 'git.example.com', 'gi?.example.com', hostKey],
    user: [undefined, 'root'],
  }),
  ...combinations({
    origin: [undefined, 'any'],
    purpose: ['login', 'sshsig', 'unknown'],
    program: [undefined, '/usr/bin/ssh'],
  }),
  { namespace: 'git' },
  { key: 'k' },
];
const rules = (['allow', 'ask', 'deny'] as const).flatMap((action) =>
  conditions.map((one, index) => rule(`${action}-${index}`, action, one as RuleConditions)),
);

describe('a rule that never counts', () => {
  it('is found only where the rule before it is about all that it is about', () => {
    const metBy = (each: Rule) =>
      subjects.flatMap((subject) => {
        const use = new RuleMatcher(subject);
        return [use.matches(each), use.matches(each) || use.mayMatch(each)];
      });
    const met = new Map(rules.map((each) => [each, metBy(each)]));
    const wrong: string[] = [];
    let covered = 0;
    for (const earlier of rules)
      for (const later of rules) {
        if (coveringRule(later, [earlier]) === undefined) continue;
        covered++;
        const isWrong = met.get(later)?.some((isMet, index) => isMet && !met.get(earlier)?.[index]);
        if (isWrong) wrong.push(`${JSON.stringify(earlier)} does not cover ${JSON.stringify(later)}`);
      }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(covered).toBeGreaterThan(rules.length);
  });

  it.each<[Rule['action'], RuleConditions, Rule['action'], RuleConditions]>([
    ['deny', {}, 'allow', { user: 'git', destination: 'git.example.com' }],
    ['deny', { destination: '*' }, 'allow', { destination: '*.example.com' }],
    ['ask', { destination: '*.Example.com' }, 'ask', { destination: '*.git.example.com' }],
    ['allow', { user: 'git' }, 'allow', { user: 'git', program: '/usr/bin/ssh' }],
    ['deny', { program: 'C:\\PuTTY\\plink.exe' }, 'deny', { program: 'c:/putty/plink.exe', key: 'k' }],
  ])('is found: after %s %j comes %s %j', (action, before, laterAction, later) => {
    const first = rule('first', action, before);
    const other = rule('other', 'deny', { key: 'other' });
    expect(coveringRule(rule('later', laterAction, later), [other, first])).toBe(first);
  });

  it.each<[Rule['action'], RuleConditions, Rule['action'], RuleConditions]>([
    ['allow', {}, 'deny', {}],
    [
      'allow',
      { program: '/usr/bin/ssh' },
      'deny',
      { program: '/usr/bin/ssh', user: 'root', origin: 'local' },
    ],
    ['deny', { destination: 'a?c' }, 'deny', { destination: 'a*c' }],
    ['deny', { destination: '*' }, 'deny', { destination: hostKey }],
    ['deny', { user: 'root' }, 'deny', {}],
    // A login whose host is only claimed is asked about by the first, and denied by the second.
    ['ask', { destination: '*.example.com' }, 'deny', { destination: 'git.example.com' }],
  ])('is none: after %s %j comes %s %j', (action, before, laterAction, later) => {
    expect(coveringRule(rule('later', laterAction, later), [rule('first', action, before)])).toBeUndefined();
  });
});
