// The decision on one use of a key, as a pure function.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askLevelSchema } from '../../../../../main/agent/consent/rules/ask-level.ts';
import {
  decide,
  deniesAnything,
  emptyPolicy,
  type Policy,
  type PolicyRequest,
} from '../../../../../main/agent/consent/rules/policy.ts';
import type { Rule, UnreadableRule } from '../../../../../main/agent/consent/rules/rule.ts';
import type { Destination, UseFacts } from '../../../../../main/agent/facts/request-facts.ts';

const keyA = `SHA256:${'a'.repeat(43)}`;
const hostA = `SHA256:${'h'.repeat(43)}`;
const hostB = `SHA256:${'i'.repeat(43)}`;

function verified(fingerprint: string, names: readonly string[] = [], isRevoked = false): Destination {
  const name = { names, source: 'known_hosts', isRevoked } as const;
  return {
    trust: 'verified',
    basis: 'session-bind',
    host: { fingerprint, algorithm: 'ssh-ed25519', name },
  };
}

const login = (user: string) => ({ kind: 'ssh-login', user, service: 'ssh-connection' }) as const;
const gitSignature = { kind: 'sshsig', namespace: 'git', hashAlgorithm: 'sha512' } as const;

function request(use: Partial<UseFacts> = {}, change: Partial<PolicyRequest> = {}): PolicyRequest {
  return {
    keyFingerprint: keyA,
    confirmConstraint: false,
    askEachUse: false,
    program: '/usr/bin/ssh',
    use: { purpose: login('git'), forwarded: false, path: [], ...use },
    ...change,
  };
}

let rules = 0;
const rule = (action: Rule['action'], conditions: Partial<Rule> = {}): Rule => ({
  id: `r${rules++}`,
  action,
  ...conditions,
});
const policy = (...list: (Rule | UnreadableRule)[]): Policy => ({ ...emptyPolicy, rules: list });
const answer = (p: Policy, r: PolicyRequest) => decide(p, r).decision;

describe('levels that keys.toml asks for', () => {
  const level = fc.constantFrom(...askLevelSchema.options);
  const levels = fc
    .array(
      fc.tuple(fc.constantFrom(keyA, 'SHA256:other'), fc.oneof(level, fc.constant('unreadable' as const))),
    )
    .map((all) => new Map(all));
  const beside = fc.oneof(
    fc.constant('unreadable' as const),
    fc.array(fc.tuple(fc.constantFrom(keyA, 'SHA256:other'), level)).map((all) => new Map(all)),
  );
  const someRequest = fc
    .record({
      forwarded: fc.boolean(),
      problem: fc.constantFrom(undefined, 'bind-refused' as const, 'other-host' as const),
      askEachUse: fc.boolean(),
      confirmConstraint: fc.boolean(),
      purpose: fc.constantFrom(login('git'), gitSignature, { kind: 'unknown' } as const),
      destination: fc.constantFrom(undefined, verified(hostA)),
    })
    .map(({ askEachUse, confirmConstraint, problem, destination, ...use }) =>
      request(
        { ...use, ...(problem && { problem }), ...(destination && { destination }) },
        { askEachUse, confirmConstraint },
      ),
    );
  const strictnessOf = (p: Policy, r: PolicyRequest) => {
    const decision = decide(p, r);
    if (decision.decision !== 'ask') return decision.decision === 'deny' ? 9 : -1;
    return decision.strictness + (decision.isUntilLocked ? 0 : 0.4) + (decision.mayRemember ? 0 : 0.4);
  };

  it('never make anything easier, whatever they say and whatever the rules are', () => {
    const someRules = fc.array(
      fc.record({
        id: fc.uuid(),
        action: fc.constantFrom('allow' as const, 'ask' as const, 'deny' as const),
      }),
      { maxLength: 2 },
    );
    fc.assert(
      fc.property(
        fc.record({
          rules: someRules,
          levels,
          defaultLevel: fc.oneof(level, fc.constant('unreadable' as const)),
        }),
        beside,
        someRequest,
        (own, planted, asked) => {
          expect(strictnessOf({ ...own, beside: planted }, asked)).toBeGreaterThanOrEqual(
            strictnessOf(own, asked),
          );
        },
      ),
    );
  });

  it('count where they are stricter than the level of the key and that of all keys', () => {
    const never: Policy = { ...emptyPolicy, levels: new Map([[keyA, 'never']]) };
    expect(answer({ ...never, beside: new Map([[keyA, 'always']]) }, request())).toBe('ask');
    expect(answer({ ...never, beside: new Map([['SHA256:other', 'always']]) }, request())).toBe('allow');
    expect(decide({ ...never, beside: 'unreadable' }, request())).toMatchObject({
      decision: 'ask',
      reason: 'What keys.toml says about when to ask can not be understood.',
    });
  });

  it('make no level laxer that can not be understood', () => {
    const unreadable = { ...emptyPolicy, levels: new Map([[keyA, 'unreadable' as const]]) };
    const beside = new Map([[keyA, 'never' as const]]);
    expect(decide({ ...unreadable, beside }, request())).toEqual(decide(unreadable, request()));
    expect(answer({ ...unreadable, beside }, request())).toBe('ask');
  });
});

describe('without rules', () => {
  it('allows what no one wants to be asked about', () => {
    expect(answer(emptyPolicy, request())).toBe('allow');
    expect(answer(emptyPolicy, request({ forwarded: true }))).toBe('allow');
  });

  it("asks by the key's own level before the level of all keys", () => {
    const levels: Policy = { ...emptyPolicy, defaultLevel: 'always', levels: new Map([[keyA, 'never']]) };
    expect(answer(levels, request())).toBe('allow');
    expect(answer(levels, request({}, { keyFingerprint: 'SHA256:other' }))).toBe('ask');
  });

  it('asks for forwarded requests only, where the person wants that', () => {
    const forwarded = { ...emptyPolicy, defaultLevel: 'forwarded' } as const;
    expect(answer(forwarded, request())).toBe('allow');
    expect(decide(forwarded, request({ forwarded: true }))).toMatchObject({ decision: 'ask', strictness: 1 });
    // What was refused might have said that the request is forwarded.
    expect(answer(forwarded, request({ problem: 'bind-refused' }))).toBe('ask');
  });

  it('asks about what is new, for all the like until the agent is locked where it is known what that is', () => {
    const asked = (use: Partial<UseFacts>) => decide({ ...emptyPolicy, defaultLevel: 'new' }, request(use));
    const known = {
      decision: 'ask',
      reason: 'You want to be asked when something is new, and you have not allowed this yet.',
      strictness: 0,
      mayRemember: true,
      isUntilLocked: true,
    };
    expect(asked({ destination: verified(hostA) })).toEqual(known);
    expect(asked({ purpose: gitSignature })).toEqual(known);
    const unknown = {
      decision: 'ask',
      reason: 'You want to be asked when something is new, and nothing tells whether this is.',
      strictness: 0,
      mayRemember: true,
    };
    expect(asked({})).toEqual(unknown);
    expect(asked({ purpose: { kind: 'unknown' } })).toEqual(unknown);
  });

  it('asks where the stored level is not understood', () => {
    expect(answer({ ...emptyPolicy, defaultLevel: 'unreadable' }, request())).toBe('ask');
    expect(answer({ ...emptyPolicy, levels: new Map([[keyA, 'unreadable']]) }, request())).toBe('ask');
  });

  it("asks where the person's switch or a client's constraint says so", () => {
    expect(decide(emptyPolicy, request({}, { askEachUse: true }))).toMatchObject({ strictness: 2 });
    expect(decide(emptyPolicy, request({}, { confirmConstraint: true }))).toMatchObject({ strictness: 3 });
  });

  it.each(['other-session', 'other-host'] as const)(
    'asks when the client contradicts itself (%s), and remembers nothing',
    (problem) => {
      expect(decide(emptyPolicy, request({ problem }))).toMatchObject({
        decision: 'ask',
        mayRemember: false,
      });
      expect(answer(policy(rule('allow', { origin: 'any' })), request({ problem }))).toBe('ask');
    },
  );
});

describe('rules', () => {
  it('decide in their order', () => {
    expect(answer(policy(rule('deny'), rule('allow')), request())).toBe('deny');
    expect(answer(policy(rule('allow'), rule('deny')), request())).toBe('allow');
    expect(answer(policy(rule('ask'), rule('allow')), request())).toBe('ask');
  });

  it("except a key from the person's own level, but never from a client's constraint", () => {
    const always = { ...policy(rule('allow')), defaultLevel: 'always' } as const;
    expect(answer(always, request())).toBe('allow');
    expect(answer(always, request({}, { confirmConstraint: true }))).toBe('ask');
  });

  it('deny also what a client wants confirmed', () => {
    expect(answer(policy(rule('deny')), request({}, { confirmConstraint: true }))).toBe('deny');
  });

  it('go by the program', () => {
    const git = policy(rule('deny', { program: '/usr/bin/git' }));
    expect(answer(git, request())).toBe('allow');
    expect(answer(git, request({}, { program: '/usr/bin/git' }))).toBe('deny');
    expect(answer(git, request({}, { program: undefined }))).toBe('allow');
  });

  it('compare programs as each system does', () => {
    const windows = policy(rule('deny', { program: 'C:\\Program Files\\PuTTY\\plink.exe' }));
    expect(answer(windows, request({}, { program: 'c:/program files/putty/PLINK.EXE' }))).toBe('deny');
    const share = policy(rule('deny', { program: '\\\\s\\share\\plink.exe' }));
    for (const program of ['\\\\S\\Share\\PLINK.EXE', '//s/share/plink.exe'])
      expect(answer(share, request({}, { program }))).toBe('deny');
    expect(answer(policy(rule('deny', { program: '/usr/bin/SSH' })), request())).toBe('allow');
  });

  it('go by the host key, or by the name that it has in the files of the person', () => {
    const use = { destination: verified(hostA, ['db.example', '[db.example]:2222']) };
    expect(answer(policy(rule('deny', { destination: hostA })), request(use))).toBe('deny');
    expect(answer(policy(rule('deny', { destination: hostB })), request(use))).toBe('allow');
    expect(answer(policy(rule('deny', { destination: '*.EXAMPLE' })), request(use))).toBe('deny');
    expect(answer(policy(rule('deny', { destination: '*.test' })), request(use))).toBe('allow');
    expect(answer(policy(rule('deny', { destination: '*' })), request())).toBe('allow');
  });

  it('go by the purpose', () => {
    expect(answer(policy(rule('deny', { purpose: 'login' })), request())).toBe('deny');
    expect(answer(policy(rule('deny', { user: 'root' })), request())).toBe('allow');
    expect(answer(policy(rule('deny', { user: 'git' })), request())).toBe('deny');
    expect(answer(policy(rule('deny', { user: 'git' })), request({ purpose: gitSignature }))).toBe('allow');
    expect(answer(policy(rule('deny', { namespace: 'git' })), request({ purpose: gitSignature }))).toBe(
      'deny',
    );
    expect(
      answer(policy(rule('deny', { purpose: 'unknown' })), request({ purpose: { kind: 'unknown' } })),
    ).toBe('deny');
  });

  it('allow less than they say by default: no forwarded request and no unknown data', () => {
    const always = { ...policy(rule('allow')), defaultLevel: 'always' } as const;
    expect(answer(always, request({ forwarded: true }))).toBe('ask');
    expect(answer(always, request({ purpose: { kind: 'unknown' } }))).toBe('ask');
    const wide = {
      ...policy(rule('allow', { origin: 'any' }), rule('allow', { purpose: 'unknown' })),
      defaultLevel: 'always',
    } as const;
    expect(answer(wide, request({ forwarded: true }))).toBe('allow');
    expect(answer(wide, request({ purpose: { kind: 'unknown' } }))).toBe('allow');
  });

  it('take a request whose origin is in doubt for the one that they allow less', () => {
    const doubtful = request({ problem: 'bind-refused' });
    const always = (r: Rule) => ({ ...policy(r), defaultLevel: 'always' }) as const;
    expect(answer(always(rule('allow')), doubtful)).toBe('ask');
    expect(answer(always(rule('allow', { origin: 'forwarded' })), doubtful)).toBe('ask');
    expect(answer(always(rule('allow', { origin: 'any' })), doubtful)).toBe('allow');
    expect(answer(policy(rule('deny', { origin: 'forwarded' })), doubtful)).toBe('deny');
    expect(answer(policy(rule('deny', { origin: 'local' })), doubtful)).toBe('deny');
  });

  it('deny and ask more: forwarded requests and unknown data as well', () => {
    expect(answer(policy(rule('deny')), request({ forwarded: true, purpose: { kind: 'unknown' } }))).toBe(
      'deny',
    );
  });

  it('never allow by a host that was only observed, or whose key is revoked', () => {
    const observed: Destination = { trust: 'observed', address: '192.0.2.1', port: 22 };
    const always = (r: Rule) => ({ ...policy(r), defaultLevel: 'always' }) as const;
    const allow = rule('allow', { destination: '192.0.2.1' });
    expect(answer(always(allow), request({ destination: observed }))).toBe('ask');
    expect(answer(policy({ ...allow, action: 'deny' }), request({ destination: observed }))).toBe('deny');
    const revoked = verified(hostA, ['db.example'], true);
    expect(
      answer(always(rule('allow', { destination: 'db.example' })), request({ destination: revoked })),
    ).toBe('ask');
    expect(
      answer(policy(rule('deny', { destination: 'db.example' })), request({ destination: revoked })),
    ).toBe('deny');
  });

  it('ask where an earlier one can not be read, unless a later one denies', () => {
    const unreadable: UnreadableRule = { id: 'x', action: 'unreadable', stored: {} };
    expect(answer(policy(unreadable), request())).toBe('ask');
    expect(answer(policy(unreadable, rule('allow')), request())).toBe('ask');
    expect(answer(policy(unreadable, rule('deny')), request())).toBe('deny');
    expect(answer(policy(rule('allow'), unreadable), request())).toBe('allow');
  });

  it('that are stricter about a host ask about a login from elsewhere that is not proved to go to another', () => {
    const claimed: Destination = { ...verified(hostB), trust: 'claimed' } as Destination;
    for (const action of ['deny', 'ask'] as const) {
      const strict = policy(rule(action, { destination: hostA }), rule('allow', { origin: 'any' }));
      for (const doubt of [{ forwarded: true }, { problem: 'bind-refused' as const }])
        for (const where of [{}, { destination: claimed }])
          expect(decide(strict, request({ ...doubt, ...where }))).toMatchObject({
            decision: 'ask',
            ruleId: strict.rules[0]?.id,
          });
      const away = { forwarded: true, destination: verified(hostB) };
      expect(answer(strict, request(away))).toBe('allow');
      expect(answer(strict, request())).toBe('allow');
      expect(answer(strict, request({ forwarded: true, purpose: gitSignature }))).toBe('allow');
      expect(answer(strict, request({ forwarded: true, purpose: { kind: 'unknown' } }))).toBe('allow');
      // Data that a server might take for a login.
      const disguised = request({ forwarded: true, purpose: { kind: 'unknown' } }, { account: 'git' });
      expect(answer(strict, disguised)).toBe('ask');
      const others = policy(
        rule(action, { destination: hostA, user: 'root' }),
        rule('allow', { origin: 'any' }),
      );
      expect(answer(others, request({ forwarded: true }))).toBe('allow');
    }
  });

  it('that deny hold after one that asks about a host which is only claimed from elsewhere', () => {
    const claimed: Destination = { ...verified(hostA), trust: 'claimed' } as Destination;
    const rules = policy(rule('ask', { destination: hostA }), rule('deny', { origin: 'forwarded' }));
    expect(answer(rules, request({ forwarded: true, destination: verified(hostA) }))).toBe('ask');
    expect(answer(rules, request({ forwarded: true, destination: claimed }))).toBe('deny');
  });

  it('that deny a host deny it also where it is only claimed from elsewhere', () => {
    const claimed: Destination = { ...verified(hostA), trust: 'claimed' } as Destination;
    const denied = policy(rule('deny', { destination: hostA }));
    expect(answer(denied, request({ forwarded: true, destination: claimed }))).toBe('deny');
  });

  it('are named in the reason', () => {
    const because = (one: Rule | UnreadableRule, use: Partial<UseFacts> = {}) => {
      const { reason, ruleId } = decide(policy(one), request(use));
      expect(ruleId).toBe(one.id);
      return reason.replace(one.id, 'ID');
    };
    expect(because(rule('deny'))).toBe('Your rule ID denies this.');
    expect(because(rule('ask'))).toBe('Your rule ID wants you to be asked.');
    expect(because(rule('allow'))).toBe('Your rule ID allows this.');
    expect(because({ id: 'x', action: 'unreadable', stored: {} })).toBe(
      'Your rule ID can not be understood, so you are asked.',
    );
    expect(because(rule('deny', { destination: hostA }), { forwarded: true })).toBe(
      'Your rule ID may be about this login: nothing proves which host it goes to.',
    );
  });

  it('are of no concern to lists where none of them denies', () => {
    const unreadable: UnreadableRule = { id: 'x', action: 'unreadable', stored: { action: 'deny' } };
    const others = policy(rule('ask'), rule('allow'), unreadable);
    expect(deniesAnything(others)).toBe(false);
    expect(deniesAnything(policy(...others.rules, rule('deny', { user: 'root' })))).toBe(true);
  });
});

describe('for any policy and any request', () => {
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
  const rarely = fc.integer({ min: 0, max: 3 }).map((n) => n === 3);
  const defined = <T>(fields: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

  const conditions = fc
    .record({
      key: maybe(fc.constant(keyA)),
      program: maybe(fc.constant('/usr/bin/ssh')),
      destination: maybe(fc.constantFrom(hostA, '*.example', '192.0.2.*')),
      purpose: maybe(fc.constantFrom('login', 'sshsig', 'unknown')),
      user: maybe(fc.constant('git')),
      namespace: maybe(fc.constant('git')),
      origin: maybe(fc.constantFrom('local', 'forwarded', 'any')),
    })
    .map((fields) => defined<Rule>(fields));
  const readableRule = fc
    .tuple(fc.constantFrom('allow', 'ask', 'deny'), conditions)
    .map(([action, more]) => rule(action, more));
  const anyRule = fc.oneof(
    { weight: 7, arbitrary: readableRule },
    { weight: 1, arbitrary: fc.constant<UnreadableRule>({ id: 'u', action: 'unreadable', stored: {} }) },
  );
  const anyPolicy: fc.Arbitrary<Policy> = fc.record({
    rules: fc.array(anyRule, { maxLength: 5 }),
    levels: maybe(fc.constantFrom(...askLevelSchema.options)).map(
      (level) => new Map(level ? [[keyA, level]] : []),
    ),
    defaultLevel: fc.constantFrom(...askLevelSchema.options, 'unreadable'),
  });
  const anyUse = fc
    .record({
      purpose: fc.constantFrom(login('git'), login('root'), gitSignature, { kind: 'unknown' } as const),
      forwarded: fc.boolean(),
      destination: fc.constantFrom(
        undefined,
        verified(hostA, ['db.example']),
        verified(hostB),
        { ...verified(hostA, ['db.example']), trust: 'claimed' } as Destination,
        { trust: 'observed', address: '192.0.2.1', port: 22 } as const,
      ),
      problem: fc.constantFrom(undefined, undefined, 'bind-refused', 'other-session', 'other-host'),
    })
    .map((use) => defined<UseFacts>(use));
  const anyRequest = fc
    .tuple(anyUse, fc.record({ confirmConstraint: rarely, askEachUse: rarely }))
    .map(([use, change]) => request(use, change));

  const strictness = { allow: 0, ask: 1, deny: 2 } as const;
  const forAll = (numRuns: number, check: (p: Policy, r: PolicyRequest) => void) =>
    fc.assert(fc.property(anyPolicy, anyRequest, check), { seed: 11, numRuns });

  it("a client's constraint never makes the answer looser, and is never skipped", () => {
    forAll(5000, (p, r) => {
      const free = answer(p, { ...r, confirmConstraint: false });
      const constrained = answer(p, { ...r, confirmConstraint: true });
      expect(constrained).not.toBe('allow');
      expect(strictness[constrained]).toBeGreaterThanOrEqual(strictness[free]);
    });
  });

  it('a rule that denies, put first, never makes any answer looser', () => {
    const isStricter = fc.property(anyPolicy, anyRequest, conditions, (p, r, more) => {
      const denying: Rule = { ...more, id: 'first', action: 'deny' };
      const after = answer({ ...p, rules: [denying, ...p.rules] }, r);
      expect(strictness[after]).toBeGreaterThanOrEqual(strictness[answer(p, r)]);
    });
    fc.assert(isStricter, { seed: 11, numRuns: 5000 });
  });

  it('a rule that can not be read never turns into an "allow" by being there', () => {
    forAll(5000, (p, r) => {
      const rulesBefore = [{ id: 'x', action: 'unreadable', stored: {} } as const, ...p.rules];
      expect(answer({ ...p, rules: rulesBefore }, r)).not.toBe('allow');
    });
  });

  it('a contradiction is never answered with "allow"', () => {
    forAll(5000, (p, r) => {
      if (r.use.problem === 'other-session' || r.use.problem === 'other-host')
        expect(answer(p, r)).not.toBe('allow');
    });
  });

  it('a login from elsewhere gets no looser answer by what is left out or made up of where it goes', () => {
    const isNoLooser = fc.property(
      anyPolicy,
      anyRequest,
      fc.constantFrom('git', 'root'),
      (p, { use, ...more }, user) => {
        const { destination: _, ...whence } = { ...use, purpose: login(user), forwarded: true };
        const to = (destination?: Destination) =>
          answer(p, { ...more, use: { ...whence, ...(destination && { destination }) } });
        const leftOut = to();
        for (const host of [verified(hostA, ['db.example']), verified(hostB)]) {
          if (leftOut === 'allow') expect(to(host)).toBe('allow');
          const madeUp = to({ ...host, trust: 'claimed' } as Destination);
          expect(strictness[madeUp]).toBeGreaterThanOrEqual(strictness[leftOut]);
        }
      },
    );
    fc.assert(isNoLooser, { seed: 11, numRuns: 5000 });
  });

  it('the same facts always get the same answer, with a reason', () => {
    forAll(1000, (p, r) => {
      expect(decide(p, r)).toEqual(decide(p, r));
      expect(decide(p, r).reason).toMatch(/^[A-Z].*\.$/);
    });
  });
});
