// Two builds of one commit are the same, byte for byte: in another folder, at another time, for another person.
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readNpmPackage } from '../../scripts/release/npm-archive.ts';
import { sourceDate } from '../../scripts/source-date.mjs';
import { runScript } from './support/packed.ts';
import { makeStubElectron } from './support/stub-electron.ts';

const dir = mkdtempSync(join(tmpdir(), 'sallyport-twice-'));
// On the disk of node_modules, whose files it shares.
const elsewhere = resolve('.cache/elsewhere', 'a longer name of a folder');
afterAll(() => {
  for (const each of [dir, dirname(elsewhere)]) rmSync(each, { recursive: true, force: true });
});

const isSource = (name: string) => !/^(\.git|\.cache|dist|release|test-results|node_modules)$/.test(name);

function copySources(): void {
  rmSync(dirname(elsewhere), { recursive: true, force: true });
  for (const name of readdirSync('.').filter(isSource))
    cpSync(name, join(elsewhere, name), { recursive: true });
  for (const shared of ['node_modules', '.cache/packages'])
    for (const entry of readdirSync(shared, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const to = join(elsewhere, entry.parentPath, entry.name);
        mkdirSync(dirname(to), { recursive: true });
        linkSync(join(entry.parentPath, entry.name), to);
      }
}

/** For the processes of a build: a clock 400 days ahead, and files that others may not read. */
function otherCircumstances(): Record<string, string> {
  const path = join(dir, 'later.cjs');
  writeFileSync(
    path,
    `process.umask(0o077);
    const Then = Date;
    const ahead = 400 * 24 * 3600 * 1000;
    globalThis.Date = class extends Then {
      constructor(...args) { super(...(args.length === 0 ? [Then.now() + ahead] : args)); }
      static now() { return Then.now() + ahead; }
    };`,
  );
  // The copy has no history to tell its day.
  const day = sourceDate();
  return {
    ...(day !== undefined && { SOURCE_DATE_EPOCH: String(Date.parse(day) / 1000) }),
    NODE_OPTIONS: `--require=${path}`,
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    NODE_ENV: 'development',
    USER: 'somebody',
  };
}

/** What a build has made, by its path, but for the log of electron-builder. */
function made(output: string): Map<string, Buffer> {
  const paths = readdirSync(output, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^builder-debug\.yml$|\.tgz$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  const packed = readdirSync(output).find((name) => name.endsWith('.tgz')) ?? '';
  const { files } = readNpmPackage(join(output, packed));
  return new Map([
    ...paths.sort().map((path) => [path.slice(output.length), readFileSync(path)] as const),
    ...files.map(({ path, bytes }) => [`${packed}/${path}`, bytes] as const),
  ]);
}

it('the unpacked program and the archive for npm are the same from two builds', () => {
  const electron = join(dir, 'electron');
  makeStubElectron(electron, 'x64');
  const build = (name: string, options: { cwd?: string; env?: Record<string, string> }) => {
    const output = join(dir, name);
    const args = ['--dir', '--arch=x64', `--electron-dist=${electron}`, `--output=${output}`];
    runScript('scripts/dist.mjs', args, options);
    runScript('scripts/pack.mjs', [output], options);
    return made(output);
  };
  const one = build('one', {});
  copySources();
  const other = build('other', { cwd: elsewhere, env: otherCircumstances() });
  expect([...other.keys()]).toEqual([...one.keys()]);
  expect(one.size).toBeGreaterThan(300);
  const different = [...one].flatMap(([path, bytes]) => (other.get(path)?.equals(bytes) ? [] : [path]));
  // docs/release.md, “Built twice”, says why.
  expect(different.filter((path) => !/tgz\/.*\.compiled$/.test(path))).toEqual([]);
}, 240_000);
