// What a person reads of a stored policy that is not understood, and what stays of it when it is written again.
import { describe, expect, it } from 'vitest';
import {
  describeStoredProblems,
  readStoredPolicy,
  storePolicy,
} from '../../../../../main/agent/consent/rules/policy-format.ts';

const key = `SHA256:${'k'.repeat(42)}A`;
const levelNames = 'never, forwarded, new or always';
const noId = 'it has no “id” of small letters, digits and hyphens, 36 at the most';
const deny = (id: unknown, more: object = {}) => ({ id, action: 'deny', user: 'root', ...more });

describe('what is wrong with a stored policy', () => {
  it.each<[object, readonly string[]]>([
    [{}, []],
    [{ defaultLevel: 'new', unchosen: true, levels: { [key]: 'always' }, rules: [deny('a')] }, []],
    [{ version: 2 }, ['it was written by a newer version of Sallyport, or has no version']],
    [{ version: undefined }, ['it was written by a newer version of Sallyport, or has no version']],
    [{ rules: {} }, ['“rules” is a list, in square brackets']],
    [{ levels: 'always' }, ['“levels” is an object, in braces']],
    [{ rule: [] }, ['it has “rule”, which is no part of it']],
    [{ defaultlevel: 'always' }, ['it has “defaultlevel”, which is no part of it']],
    [{ defaultLevel: 'sometimes' }, [`“defaultLevel” is ${levelNames}`]],
    [{ levels: { [key]: 'sometimes' } }, [`the level of “${key}” is ${levelNames}`]],
    [
      { levels: { 'SHA256:short': 'always' } },
      [
        'the level of “SHA256:short” is for no key: a key is named by its fingerprint, SHA256: and 43 characters, as “sallyport list” shows it',
      ],
    ],
    [{ rules: [deny('a', { user: 5 })] }, ['rule 1: a condition is text: leave it out for any']],
    [{ rules: [{ id: 'a', user: 'b' }] }, ['rule 1: it has no “action”']],
    [{ rules: [deny('a', { host: 'x' })] }, ['rule 1: it has “host”, which is no part of a rule']],
    [{ rules: ['deny all'] }, [`rule 1: ${noId}`]],
    [{ rules: [deny(undefined)] }, [`rule 1: ${noId}`]],
    [{ rules: [deny('A')] }, [`rule 1: ${noId}`]],
    [{ rules: [deny('a'.repeat(37))] }, [`rule 1: ${noId}`]],
    [
      { rules: [deny('a'), deny('b', { moon: 'full' }), deny('c')], levels: { [key]: 7 }, defaultLevel: 8 },
      [
        'rule 2: it has “moon”, which is no part of a rule',
        `the level of “${key}” is ${levelNames}`,
        `“defaultLevel” is ${levelNames}`,
      ],
    ],
  ])('is told with the place and what would be right: %j', (parts, problems) => {
    expect(describeStoredProblems({ version: 1, ...parts })).toEqual(problems);
  });

  it('is told of more rules than can be, whatever they say', () => {
    const rules = Array.from({ length: 1025 }, (_, n) => deny(`r${n}`));
    expect(describeStoredProblems({ version: 1, rules })).toEqual(['it has more than 1024 rules']);
    expect(describeStoredProblems({ version: 1, rules: rules.slice(1) })).toEqual([]);
  });

  it.each([null, 5, 'text'])('is told of what is no object: %j', (stored) => {
    expect(describeStoredProblems(stored)).toEqual(['it is no object with a “version”']);
  });
});

describe('a policy that is written again', () => {
  const again = (stored: unknown) => storePolicy(readStoredPolicy(stored), stored);

  it.each([{}, { unchosen: true }])('says whether the level was chosen as it did before: %j', (more) => {
    const stored = { version: 1, defaultLevel: 'new', ...more, levels: {}, rules: [] };
    expect(JSON.parse(JSON.stringify(again(stored)))).toEqual(stored);
  });

  it('has ids that are understood when it is read, for rules that were copied by hand as well', () => {
    const id = 'a'.repeat(36);
    const { rules } = readStoredPolicy(again({ version: 1, rules: [deny(id), deny(id, { user: 'git' })] }));
    expect(rules).toEqual([deny(id), deny(`${'a'.repeat(30)}-2`, { user: 'git' })]);
  });
});

it('a rule that has no id is named by its place', () => {
  const { rules } = readStoredPolicy({ version: 1, rules: [deny('a'), 'deny all', deny('A b')] });
  expect(rules.map(({ id }) => id)).toEqual(['a', 'unread-2', 'unread-3']);
});
