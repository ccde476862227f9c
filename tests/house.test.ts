// The house is as ARCHITECTURE.md tells: its rooms are there, and each takes only from those below it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';

const page = readFileSync('ARCHITECTURE.md', 'utf8');
const sectionOf = (title: string) =>
  page.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? '';

/** `a/{b,c}` names two. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/`([\w./{},@-]+)`/g)].flatMap(([, name = '']) => {
    const [, start = '', inner, end = ''] = /^(.*)\{(.+)\}(.*)$/.exec(name) ?? [];
    return inner === undefined ? [name] : inner.split(',').map((part) => start + part + end);
  });
}

/** Folders, and files that are a room of their own, from the cellar up. */
const rooms = sectionOf('Rooms')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => namesIn(line.split('|')[1] ?? ''));

const sources = ['main', 'preload', 'renderer', 'ipc', 'text'].flatMap((top) =>
  readdirSync(top, { recursive: true, encoding: 'utf8' })
    .map((name) => join(top, name))
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')),
);

const roomOf = (file: string) => (rooms.includes(file) ? file : dirname(file));

/** Of types as well, and dynamic ones. */
function importsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const child of Object.values(value)) visit(child);
    const { source } = value as { readonly source?: { readonly value?: unknown } | null };
    if (typeof source?.value === 'string') found.push(source.value);
  };
  visit(parseAst(readFileSync(file, 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' }));
  return found.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(file), name)));
}

const arrows = sources.flatMap((file) => importsOf(file).map((to) => ({ file, to })));

describe('the rooms of ARCHITECTURE.md', () => {
  it('are all that there are', () => {
    expect(rooms.length).toBeGreaterThan(30);
    expect([...new Set(sources.map(roomOf))].sort()).toEqual([...rooms].sort());
  });

  it('import from rooms that are named before them alone', () => {
    expect(arrows.length).toBeGreaterThan(1500);
    const upward = arrows.filter(({ file, to }) => {
      const [from, target] = [rooms.indexOf(roomOf(file)), rooms.indexOf(roomOf(to))];
      return /\.tsx?$/.test(to) && target > from;
    });
    expect(upward).toEqual([]);
  });
});

describe('the ways and the changes of ARCHITECTURE.md', () => {
  it.each(['Three ways through the house', 'Five common changes'])(
    'name files and folders that are there: %s',
    (title) => {
      const named = namesIn(sectionOf(title)).filter((name) => name.includes('/'));
      expect(named.length).toBeGreaterThan(10);
      expect(named.filter((name) => !existsSync(name))).toEqual([]);
    },
  );
});

it('no source file has over 350 lines', () => {
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;
  expect(sources.filter((file) => lines(file) > 350)).toEqual([]);
});

it('a test that is named after a source file lies where that does', () => {
  const tests = readdirSync('tests', { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(main|ipc|text)\/.*\.test\.ts$/.test(name))
    .map((name) => name.replace(/\.test\.ts$/, ''));
  const tested = sources.map((file) => file.replace(/\.tsx?$/, ''));
  const isAstray = (name: string) =>
    !tested.includes(name) && tested.some((file) => basename(file) === basename(name));
  const folders = new Set(sources.map(dirname));
  expect(tests.length).toBeGreaterThan(100);
  // Other folders hold a theme (a model, random conversations).
  expect(tests.filter((name) => folders.has(dirname(name)) && isAstray(name))).toEqual([]);
});
