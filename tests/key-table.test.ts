// Every proof that docs/keys.md names exists: tests, their names, steps by hand, and the short names of its table.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const text = read('docs/keys.md');

/** A path, and the names in quotation marks right after it; “…” at the end of one: it goes on. A name may have quotes in it. */
const references = [...text.matchAll(/`(tests\/[^`]+)`((?:,? “(?:[^“”]|“[^“”]*”)+”)*)/g)].map(
  ([, path = '', names = '']) => ({
    path,
    titles: [...names.matchAll(/“((?:[^“”]|“[^“”]*”)+)”/g)].map(([, title = '']) => title),
  }),
);
const titles = references.flatMap(({ path, titles: all }) => all.map((title) => ({ path, title })));

/** Whether a literal of the file is this title, or begins so where that ends with “…”. */
function has(source: string, title: string): boolean {
  const start = title.replace(/ ?…$/, '');
  const end = start === title;
  const written = source.replaceAll("\\'", "'").replaceAll("'s ", '’s ');
  return ["'", '"', '`'].some((quote) => {
    const literal = quote + start.replaceAll("'s ", '’s ') + (end ? quote : '');
    return written.includes(literal);
  });
}

const sections = read('docs/windows-checks.md').split(/^## (?=\d+\. )/m);
const steps = sections.flatMap((section) => {
  const number = /^\d+/.exec(section)?.[0];
  return number ? [...section.matchAll(/^(\d+)\. /gm)].slice(1).map(([, step]) => `${number}.${step}`) : [];
});

const proofs = [...text.matchAll(/^- ((?:\*\*[A-Z]+\d+\*\*(?:, )?)+) (.+)$/gm)].map(
  ([, names = '', shown = '']) => ({
    names: [...names.matchAll(/[A-Z]+\d+/g)].map(([name]) => name),
    shown,
  }),
);
const defined = proofs.flatMap(({ names }) => names);
const [, table = ''] = /\| what is asked \| login \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(text) ?? [];
const rows = table.split('\n').filter((row) => row !== '');

describe('docs/keys.md', () => {
  it('names tests, steps and proofs', () => {
    expect(titles.length).toBeGreaterThan(30);
    expect(steps).toContain('8.4');
    expect(defined.length).toBeGreaterThan(15);
    expect(rows.length).toBeGreaterThan(8);
  });

  it.each(references.map(({ path }) => path))('names a file or folder of tests that exists: %s', (path) => {
    expect(existsSync(new URL(`../${path}`, import.meta.url))).toBe(true);
  });

  it.each(titles)('names a test that exists: $path: $title', ({ path, title }) => {
    expect(has(read(path), title)).toBe(true);
  });

  it('names steps by hand that exist', () => {
    const named = [...text.matchAll(/\bstep (\d+\.\d+)/g)].map(([, step]) => step);
    expect(named.filter((step) => !steps.includes(step as string))).toEqual([]);
  });

  it.each(rows)('has a proof, or a dash, in each cell of %s', (row) => {
    const cells = row.split('|').slice(3, -1);
    expect(cells).toHaveLength(5);
    for (const cell of cells) {
      const named = cell.trim().split(', ');
      const isKnown = (name: string) => name === '–' || /^step \d/.test(name) || defined.includes(name);
      expect([cell, named.filter((name) => !isKnown(name))]).toEqual([cell, []]);
    }
  });

  it('has each proof once, shown by a test, and used in the table', () => {
    expect(new Set(defined).size).toBe(defined.length);
    for (const { names, shown } of proofs) {
      expect(shown).toMatch(/^`tests\//);
      for (const name of names)
        expect([name, rows.some((row) => new RegExp(`\\b${name}\\b`).test(row))]).toEqual([name, true]);
    }
  });
});
