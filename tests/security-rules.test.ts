// Every rule of SECURITY.md names tests that exist.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const lines = readFileSync(new URL('../SECURITY.md', import.meta.url), 'utf8').split('\n');
const rules = lines.slice(lines.indexOf('## Rules'));
const references = rules.flatMap((line) => {
  const match = /^ {2}`(tests\/[^`]+)`: (.+)$/.exec(line);
  return match ? [{ file: match[1] as string, title: match[2] as string }] : [];
});

describe('SECURITY.md', () => {
  it('names a test under every rule', () => {
    const whole = rules.join('\n').split(/^(?=- |#)/m);
    const written = whole.filter((rule) => rule.startsWith('- '));
    expect(written.length).toBeGreaterThan(100);
    expect(written.filter((rule) => !/^ {2}`tests\//m.test(rule))).toEqual([]);
  });

  it.each(references)('names a test that exists: $file: $title', ({ file, title }) => {
    const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
    const literals = ["'", '"', '`'].map((quote) => quote + title + quote);
    expect(literals.some((literal) => source.replaceAll("\\'", "'").includes(literal))).toBe(true);
  });
});
