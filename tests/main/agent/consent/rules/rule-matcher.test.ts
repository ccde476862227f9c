// Rules held against many uses and many keys at once decide as they do when each is read anew for each use.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deniedToEveryUser,
  emptyPolicy,
  type Policy,
} from '../../../../../main/agent/consent/rules/policy.ts';
import type { Rule, RuleSubject, UnreadableRule } from '../../../../../main/agent/consent/rules/rule.ts';
import { RuleMatcher } from '../../../../../main/agent/consent/rules/rule-matcher.ts';
import { comparablePath } from '../../../../../main/agent/facts/program-path.ts';
import type { Destination, UseFacts } from '../../../../../main/agent/facts/request-facts.ts';
import { matchesPattern } from '../../../../../main/agent/facts/wildcard-pattern.ts';
import { originOf, purposesOf } from '../../../../../text/rules/effective-rule.ts';
import { isRelayedName, relayedName } from '../../../../../text/rules/relayed-program.ts';

/** The oracle: nothing is kept from one question to the next. */
const simple = {
  program(path: string, action: Rule['action'], { program, isOtherFile, relayed }: RuleSubject): boolean {
    if (isRelayedName(path)) {
      if (relayed === undefined || relayedName(relayed) !== path) return false;
      return action !== 'allow' || (relayed.byOwnRelay && !isOtherFile);
    }
    if (program === undefined || comparablePath(path) !== comparablePath(program)) return false;
    return !(isOtherFile && action === 'allow');
  },

  host(pattern: string, fingerprint: string | undefined, names: readonly string[] = []): boolean {
    if (pattern.startsWith('SHA256:')) return pattern === fingerprint;
    return names.some((name) => matchesPattern(name.toLowerCase(), pattern.toLowerCase()));
  },

  destination(pattern: string, action: Rule['action'], destination: Destination | undefined): boolean {
    if (destination === undefined) return false;
    if (action === 'allow' && destination.trust !== 'verified') return false;
    if (destination.trust === 'observed')
      return simple.host(pattern, undefined, [destination.address, ...(destination.name?.names ?? [])]);
    const { fingerprint, name } = destination.host;
    if (action === 'allow' && name?.isRevoked) return false;
    return simple.host(pattern, fingerprint, name?.names);
  },

  purpose(rule: Rule, { use: { purpose }, account }: RuleSubject): boolean {
    const purposes = purposesOf(rule);
    const isLogin = purposes.includes('login');
    if (rule.action !== 'allow' && account !== undefined && isLogin && (rule.user ?? account) === account)
      return true;
    switch (purpose.kind) {
      case 'ssh-login':
        return isLogin && (rule.user ?? purpose.user) === purpose.user;
      case 'sshsig':
        return purposes.includes('sshsig') && (rule.namespace ?? purpose.namespace) === purpose.namespace;
      case 'unknown':
        return purposes.includes('unknown');
    }
  },

  origin(rule: Rule, { forwarded, problem }: UseFacts): boolean {
    const [origin, isInDoubt, isAllow] = [originOf(rule), problem !== undefined, rule.action === 'allow'];
    if (origin === 'local') return !forwarded && !(isInDoubt && isAllow);
    return origin === 'any' || forwarded || (isInDoubt && !isAllow);
  },

  matches(rule: Rule, subject: RuleSubject): boolean {
    if (rule.key !== undefined && rule.key !== subject.keyFingerprint) return false;
    if (rule.program !== undefined && !simple.program(rule.program, rule.action, subject)) return false;
    if (!simple.origin(rule, subject.use) || !simple.purpose(rule, subject)) return false;
    const { destination, action } = rule;
    return destination === undefined || simple.destination(destination, action, subject.use.destination);
  },

  mayMatch(rule: Rule, subject: RuleSubject): boolean {
    const { use, account } = subject;
    const { destination, ...elsewhere } = rule;
    if (rule.action === 'allow' || destination === undefined) return false;
    if (!use.forwarded && use.problem === undefined) return false;
    const isLogin = use.purpose.kind === 'ssh-login' || account !== undefined;
    return isLogin && use.destination?.trust !== 'verified' && simple.matches(elsewhere, subject);
  },

  deniesEveryUser({ rules }: Policy, subject: RuleSubject): boolean {
    for (const rule of rules) {
      if (rule.action === 'unreadable') continue;
      const { user, ...forAnyUser } = rule;
      if (!simple.matches(forAnyUser, subject)) continue;
      if (rule.action !== 'deny') return false;
      if (user === undefined) return true;
    }
    return false;
  },
};

const keys = ['SHA256:a', 'SHA256:b', 'SHA256:c', 'SHA256:d'];
const names = ['git.example.com', 'Git.Example.Com', '[git.example.com]:2222', 'a'.repeat(600)];
const hostKey = `SHA256:${'h'.repeat(43)}`;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const partly = <T extends Record<string, fc.Arbitrary<unknown>>>(parts: T) =>
  fc.record(parts).map((all) => Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined)));

const rule = partly({
  action: fc.constantFrom('allow', 'ask', 'deny'),
  key: maybe(fc.constantFrom(...keys)),
  program: maybe(
    fc.constantFrom(
      '/usr/bin/ssh',
      'C:\\PuTTY\\plink.exe',
      'c:/putty/PLINK.exe',
      'relay:Ubuntu:/usr/bin/ssh',
    ),
  ),
  destination: maybe(
    fc.constantFrom(
      '*.example.com',
      'GIT.example.???',
      '[*]:2222',
      hostKey,
      'SHA256:x',
      '192.0.2.*',
      '*',
      '*a?a*',
    ),
  ),
  user: maybe(fc.constantFrom('git', 'root')),
  namespace: maybe(fc.constantFrom('git', 'file')),
  purpose: maybe(fc.constantFrom('login', 'sshsig', 'unknown')),
  origin: maybe(fc.constantFrom('local', 'forwarded', 'any')),
}).map((conditions) => ({ id: 'r', ...conditions }) as Rule);
const unreadable: fc.Arbitrary<UnreadableRule> = fc.constant({ id: 'u', action: 'unreadable', stored: 1 });

const name = fc.record({
  names: fc.subarray(names),
  source: fc.constant('known_hosts' as const),
  isRevoked: fc.boolean(),
});
const destination = fc.oneof(
  partly({
    trust: fc.constant('observed'),
    address: fc.constant('192.0.2.7'),
    port: fc.constant(22),
    name: maybe(name),
  }),
  fc.record({
    trust: fc.constantFrom('verified', 'claimed'),
    basis: fc.constant('session-bind'),
    host: partly({
      fingerprint: fc.constant(hostKey),
      algorithm: fc.constant('ssh-ed25519'),
      name: maybe(name),
    }),
  }),
) as fc.Arbitrary<Destination>;
const use = partly({
  purpose: fc.oneof(
    fc.record({
      kind: fc.constant('ssh-login'),
      user: fc.constantFrom('git', ''),
      service: fc.constant('s'),
    }),
    fc.record({
      kind: fc.constant('sshsig'),
      namespace: fc.constantFrom('git', 'mail'),
      hashAlgorithm: fc.constant('h'),
    }),
    fc.record({ kind: fc.constant('unknown') }),
  ),
  forwarded: fc.boolean(),
  problem: maybe(fc.constantFrom('bind-refused', 'other-host')),
  path: fc.constant([]),
  destination: maybe(destination),
}) as unknown as fc.Arbitrary<UseFacts>;
const subject = partly({
  keyFingerprint: fc.constantFrom(...keys),
  program: maybe(fc.constantFrom('/usr/bin/ssh', 'C:\\putty\\plink.exe', '/usr/bin/SSH')),
  isOtherFile: maybe(fc.boolean()),
  relayed: maybe(
    fc.record({
      place: fc.constantFrom('Ubuntu', 'Debian'),
      executable: fc.constant('/usr/bin/ssh'),
      user: fc.constant('me'),
      pid: fc.constant(1),
      byOwnRelay: fc.boolean(),
    }),
  ),
  account: maybe(fc.constantFrom('git', 'root')),
  use,
}) as unknown as fc.Arbitrary<RuleSubject>;

describe('rules that are taken apart once', () => {
  it('are about the uses that they are about when each is read anew', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 8 }),
        fc.array(subject, { minLength: 2, maxLength: 4 }),
        (rules, uses) => {
          // The same rules for several uses, and the same use for several rules: nothing of one is left for another.
          for (const seen of [...uses, ...uses]) {
            const matcher = new RuleMatcher(seen);
            for (const each of rules) {
              expect(matcher.matches(each)).toBe(simple.matches(each, seen));
              expect(matcher.mayMatch(each)).toBe(simple.mayMatch(each, seen));
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('deny the keys that they deny when each key is judged by itself', () => {
    let denied = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 6, arbitrary: rule }, unreadable), { maxLength: 12 }),
        subject,
        (rules, seen) => {
          const policy: Policy = { ...emptyPolicy, rules };
          const isDenied = deniedToEveryUser(policy, seen);
          for (const keyFingerprint of keys) {
            const expected = simple.deniesEveryUser(policy, { ...seen, keyFingerprint });
            expect(isDenied(keyFingerprint)).toBe(expected);
            if (expected) denied++;
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(denied).toBeGreaterThan(100);
  });

  it('are each looked at once for a list, however many keys it has', () => {
    let looks = 0;
    const rules = Array.from(
      { length: 100 },
      (_, n): Rule => ({
        id: `r${n}`,
        key: `SHA256:${n}`,
        get action() {
          looks++;
          return 'deny' as const;
        },
      }),
    );
    const isDenied = deniedToEveryUser(
      { ...emptyPolicy, rules },
      { use: { purpose: { kind: 'ssh-login', user: '', service: 's' }, forwarded: false, path: [] } },
    );
    const atFirst = looks;
    const denied = Array.from({ length: 1000 }, (_, n) => isDenied(`SHA256:${n}`));
    expect(denied.filter(Boolean)).toHaveLength(100);
    expect(looks).toBe(atFirst);
    expect(atFirst).toBeLessThan(100 * 20);
  });
});
