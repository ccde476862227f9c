// One glossary: docs/glossary.md says what the window and the command say.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { glossaryWords } from '../../main/cli/help/glossary-words.ts';
import { glossary } from '../../text/glossary.ts';

const page = [
  '# What the words mean',
  'The same list is in the window (*What do these words mean?* in Activity and Settings) and in `sallyport help words`.',
  ...glossary.map(({ word, meaning }) => `**${word}**: ${meaning}`),
].join('\n\n');

describe('the glossary', () => {
  it('is in the documentation as in the window', () =>
    expect(readFileSync('docs/glossary.md', 'utf8')).toBe(`${page}\n`));

  it('has each word once, in sentences', () => {
    expect(new Set(glossary.map(({ word }) => word)).size).toBe(glossary.length);
    for (const { meaning } of glossary) expect(meaning).toMatch(/^\p{Lu}.*\.$/u);
  });

  it('explains every word that says how far a fact can be believed', () => {
    const words = glossary.map(({ word }) => word);
    expect(words).toEqual(expect.arrayContaining(['Verified', 'Observed', 'Claimed', 'Forwarded']));
  });

  it('is whole in the command, in lines that fit a terminal', () => {
    const lines = glossaryWords().split('\n');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    const text = lines.join(' ').replaceAll(/\s+/g, ' ');
    for (const { word, meaning } of glossary) expect(text).toContain(`${word} ${meaning}`);
  });
});
