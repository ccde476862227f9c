// What holds beside the stored rules: levels of another file, and what an agent does that can ask nobody.
import { expect, it } from 'vitest';
import { noLevelsBeside } from '../../../../../main/agent/consent/rules/ask-level.ts';
import { heldPolicy } from '../../../../../main/agent/consent/rules/held-policy.ts';
import { emptyPolicy, type Policy } from '../../../../../main/agent/consent/rules/policy.ts';

const key = `SHA256:${'k'.repeat(42)}A`;
const atFirst: Policy = { ...emptyPolicy, defaultLevel: 'new', isUnchosen: true };

it('the stored policy holds as it is where nothing else does', () => {
  expect(heldPolicy(atFirst, noLevelsBeside, false)).toBe(atFirst);
});

it('levels of another file hold beside it, also where nobody knows what they are', () => {
  const beside = new Map([[key, 'always' as const]]);
  expect(heldPolicy(atFirst, beside, false)).toEqual({ ...atFirst, beside });
  expect(heldPolicy(atFirst, 'unreadable', false)).toEqual({ ...atFirst, beside: 'unreadable' });
});

it('a level “new” that nobody has chosen is “never” where nobody can be asked', () => {
  expect(heldPolicy(atFirst, noLevelsBeside, true)).toEqual({ ...atFirst, defaultLevel: 'never' });
  const beside = new Map([[key, 'always' as const]]);
  expect(heldPolicy(atFirst, beside, true)).toEqual({ ...atFirst, defaultLevel: 'never', beside });
});

it.each<Policy>([
  { ...emptyPolicy, defaultLevel: 'new' },
  { ...atFirst, defaultLevel: 'always' },
  { ...atFirst, defaultLevel: 'unreadable' },
])('where nobody can be asked any other level stays: $defaultLevel, chosen or not', (policy) => {
  expect(heldPolicy(policy, noLevelsBeside, true)).toBe(policy);
});
