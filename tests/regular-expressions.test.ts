// Regular expressions meet text of strangers sooner or later: none may take more than linear time for any text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { checkSync as CheckSync } from 'recheck';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';

// Neither a Java machine nor a binary of another package; read when recheck is first imported.
process.env['RECHECK_BACKEND'] = 'pure';
const { checkSync } = (await import('recheck')) as { checkSync: typeof CheckSync };

interface Found {
  readonly file: string;
  /** As it stands in the source. */
  readonly text: string;
  /** Undefined for one that is put together when the program runs. */
  readonly literal?: { readonly pattern: string; readonly flags: string };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly regex?: Found['literal'];
  readonly callee?: { readonly name?: string };
}

function findIn(file: string): Found[] {
  const source = readFileSync(file, 'utf8');
  const found: Found[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const child of Object.values(value)) visit(child);
    const { type, start, end, regex, callee } = value as Node;
    const text = source.slice(start, end);
    if (type === 'Literal' && regex) found.push({ file, text, literal: regex });
    if ((type === 'NewExpression' || type === 'CallExpression') && callee?.name === 'RegExp')
      found.push({ file, text });
  };
  visit(parseAst(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' }));
  return found;
}

const files = ['main', 'ipc', 'preload', 'renderer', 'text'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);
const all = files.flatMap(findIn);

/** What recheck says: `safe` or what is the matter. The fuzzer, with bounds under which its attacks stand out still. */
function verdict(pattern: string, flags: string): string {
  const said = checkSync(pattern, flags, {
    checker: 'fuzz',
    attackLimit: 10_000_000,
    maxAttackStringSize: 20_000,
    maxIteration: 3,
    // By counted steps alone: a busy machine must not change the answer.
    attackTimeout: null,
    incubationTimeout: null,
    recallTimeout: -1,
    timeout: null,
  });
  if (said.status === 'safe') return 'safe';
  return `${said.status}: ${said.status === 'vulnerable' ? said.complexity.summary : said.error.kind}`;
}

describe('regular expressions', () => {
  it.each([
    ['^\\s*(\\S+)[ \\t]+([A-Za-z0-9+/]+={0,2})(?:[ \\t]+(.*?))?\\s*$', ''],
    ['^\\s*(\\w+)[\\s=]+(.*)$', ''],
    ['\\s+$', 'u'],
    ['(a|a)*b', ''],
  ])('/%s/%s is known to be vulnerable', (pattern, flags) => {
    expect(verdict(pattern, flags)).toMatch(/^vulnerable/);
  });

  it('are found in every folder of the product', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(all.length).toBeGreaterThan(60);
  });

  it('are literals, so that all can be looked at', () => {
    expect(all.filter(({ literal }) => literal === undefined)).toEqual([]);
  });

  it('take linear time for any text', () => {
    const unique = new Map(all.map((found) => [found.text, found]));
    const bad = [...unique.values()].flatMap(({ file, text, literal }) => {
      const said = literal ? verdict(literal.pattern, literal.flags) : 'safe';
      return said === 'safe' ? [] : [`${file}: ${text} is ${said}`];
    });
    expect(bad).toEqual([]);
  }, 300_000);
});
