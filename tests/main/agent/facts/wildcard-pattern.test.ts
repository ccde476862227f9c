// Wildcard patterns, held against their definition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../../../main/agent/facts/wildcard-pattern.ts';

/** The definition, as slow as it is short. */
function matchesByDefinition(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*')
    return (
      matchesByDefinition(text, pattern.slice(1)) ||
      (text !== '' && matchesByDefinition(text.slice(1), pattern))
    );
  return (
    text !== '' &&
    (pattern[0] === '?' || pattern[0] === text[0]) &&
    matchesByDefinition(text.slice(1), pattern.slice(1))
  );
}

describe('a pattern', () => {
  it('matches what its definition matches', () => {
    const word = (letters: string, maxLength: number) =>
      fc.string({ unit: fc.constantFrom(...letters), maxLength, size: 'max' });
    const isAsDefined = fc.property(word('ab', 8), word('ab*?', 6), (text, pattern) => {
      expect(matchesPattern(text, pattern)).toBe(matchesByDefinition(text, pattern));
    });
    fc.assert(isAsDefined, { seed: 8, numRuns: 20_000 });
  });

  it('matches texts as long as any condition of a rule, and is no longer itself', () => {
    const [longest, longer] = ['a'.repeat(1024), 'a'.repeat(1025)];
    expect([longest, longer].map((text) => matchesPattern(text, 'a*'))).toEqual([true, false]);
    const stars = (length: number) => '*'.repeat(length);
    expect([1024, 1025].map((length) => matchesPattern('a', stars(length)))).toEqual([true, false]);
  });
});
