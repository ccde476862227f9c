// The rules as the person is told of them, and the work that takes.
import { describe, expect, it } from 'vitest';
import { explainRules } from '../../../../../main/agent/consent/rules/explained-rules.ts';
import { noPolicyFile, PolicyStore } from '../../../../../main/agent/consent/rules/policy-store.ts';
import type { Rule } from '../../../../../main/agent/consent/rules/rule.ts';
import { ManualClock } from '../../../../fakes/manual-clock.ts';

describe('explaining rules', () => {
  it('names the first rule before that decides, by its place', () => {
    const rules = [
      { id: 'other', action: 'deny', destination: 'other.example.com' },
      { id: 'unread', action: 'unreadable', stored: {} },
      { id: 'wide', action: 'ask', destination: '*.Example.com' },
      { id: 'wider', action: 'ask', user: 'git' },
      { id: 'never', action: 'ask', destination: 'git.example.com', user: 'git' },
    ] as const;
    expect(explainRules(rules).map((rule) => ('coveredBy' in rule ? rule.coveredBy : undefined))).toEqual([
      ...Array(4),
      { id: 'wide', number: 3 },
    ]);
  });

  it('says what one means where it leaves something out, and what is wrong with one that is not understood', () => {
    const stored = { id: 'unread', action: 'deny', user: '*' };
    expect(
      explainRules([
        { id: 'short', action: 'allow', user: 'git' },
        { id: 'unread', action: 'unreadable', stored },
      ]),
    ).toEqual([
      { id: 'short', action: 'allow', user: 'git', purposes: ['login'], origin: 'local' },
      {
        id: 'unread',
        action: 'unreadable',
        problem: 'a user and a namespace are compared as they are, without * and ?',
      },
    ]);
  });

  it('is done once for the same rules, whatever else of the policy changes', async () => {
    const store = new PolicyStore(noPolicyFile, new ManualClock());
    await store.addRule({ action: 'deny', user: 'root' });
    const explained = explainRules(store.policy.rules);
    await store.setDefaultLevel('always');
    expect(explainRules(store.policy.rules)).toBe(explained);
    await store.addRule({ action: 'allow', user: 'git' });
    expect(explainRules(store.policy.rules)).toHaveLength(2);
  });

  it('takes each rule apart a few times, not once for each rule after it', () => {
    let readings = 0;
    const rules = Array.from({ length: 1024 }, (_, n): Rule => {
      const told = { program: `C:/Programs/${n}/ssh.exe`, destination: `host-${n}.example.com` };
      const read = (name: keyof typeof told) => ({
        enumerable: true,
        get() {
          readings++;
          return told[name];
        },
      });
      return Object.defineProperties({ id: `${n}`, action: 'deny' as const } as Rule, {
        program: read('program'),
        destination: read('destination'),
      });
    });
    explainRules(rules);
    expect(readings).toBeLessThan(1024 * 20);
  });
});
