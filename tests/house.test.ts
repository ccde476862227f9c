// The house is as ARCHITECTURE.md tells: its rooms are there, and each takes only from those named before it.
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

/** Beside the house: what tests, builds and documents it, and what was built. */
const outside = [
  'bench',
  'build',
  'dist',
  'docs',
  'node_modules',
  'release',
  'scripts',
  'test-results',
  'tests',
];
const tops = readdirSync('.', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !outside.includes(entry.name))
  .map(({ name }) => name);

const files = tops.flatMap((top) =>
  readdirSync(top, { recursive: true, encoding: 'utf8' }).map((name) => join(top, name)),
);
const sources = files.filter((name) => /\.(ts|tsx|mts|cts|js|mjs|cjs)$/.test(name));
/** Types for what is not ours to write, such as `*.css`, belong to no room. */
const furnished = [
  ...sources.filter((name) => !name.endsWith('.d.ts')),
  ...files.filter((name) => name.endsWith('.css')),
];

const roomOf = (file: string) => (rooms.includes(file) ? file : dirname(file));

/** Of types as well, and dynamic ones. Those of packages begin without a dot. */
function importsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const child of Object.values(value)) visit(child);
    const { source, type } = value as {
      readonly source?: { readonly value?: unknown } | null;
      type?: unknown;
    };
    if (typeof source?.value === 'string') found.push(source.value);
    else if (type === 'ImportExpression') found.push('./put together when it runs');
  };
  visit(parseAst(readFileSync(file, 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' }));
  return found.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(file), name)));
}

const arrows = sources.flatMap((file) => importsOf(file).map((to) => ({ file, to })));

describe('the rooms of ARCHITECTURE.md', () => {
  it('are all that there are', () => {
    expect(rooms.length).toBeGreaterThan(60);
    expect([...new Set(furnished.map(roomOf))].sort()).toEqual([...rooms].sort());
  });

  it('import from rooms that are named before them alone, and by the whole names of files', () => {
    expect(arrows.length).toBeGreaterThan(2000);
    const isDownward = ({ file, to }: (typeof arrows)[number]) => {
      const [from, target] = [rooms.indexOf(roomOf(file)), rooms.indexOf(roomOf(to))];
      return existsSync(to) && target >= 0 && target <= from;
    };
    const astray = arrows.filter((arrow) => !isDownward(arrow));
    expect(astray).toEqual([
      { file: 'main/programs/this-version.ts', to: 'package.json' },
      // What the preload gives to pages, as TypeScript is told for all of them.
      { file: 'renderer/bridge.d.ts', to: 'ipc/contract/contract.ts' },
    ]);
  });
});

describe('the ways and the changes of ARCHITECTURE.md', () => {
  it.each(['Three ways through the house', 'Common changes'])(
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
