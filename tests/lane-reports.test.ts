// What `npm test` says of a lane whose files fail in every way that a file can; and that the Wine lane can take its files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVitest } from '../scripts/lane-reports.mjs';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-lane-')));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const files = {
  'fails.test.mjs': `test('one', () => { throw new Error('a test'); });`,
  'hook.test.mjs': `describe('some', () => {
    beforeAll(() => { throw new Error('a hook'); });
    test('one', () => {});
  });`,
  'end.test.mjs': `describe('some', () => {
    afterAll(() => { throw new Error('an end'); });
    test('one', () => {});
  });`,
  'import.test.mjs': `import './nowhere.mjs';`,
  'late.test.mjs': `test('one', () => { void Promise.reject(new Error('nobody waits')); });`,
};

/** Runs these files as a lane of their own. */
function laneOf(...names: readonly (keyof typeof files)[]) {
  for (const name of names) writeFileSync(join(dir, name), files[name]);
  const report = join(dir, 'report.json');
  rmSync(report, { force: true });
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const options = ['--root', dir, '--globals', `--reporter=${resolve('scripts/vitest-report.mjs')}`];
  const env = { ...process.env, LANE_REPORT: report };
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...options, ...names], { cwd: dir, env });
  return readVitest(status, report);
}

describe('a lane', () => {
  it('says of each file what failed, whether in a test, a hook or an import', () => {
    const { counts, failures } = laneOf('fails.test.mjs', 'hook.test.mjs', 'end.test.mjs', 'import.test.mjs');
    expect(counts).toEqual({ passed: 1, failed: 4, skipped: 1 });
    const said = failures.map(({ title, message }) => [basename(title), message.split('\n')[0]]);
    expect(said.sort()).toEqual([
      ['end.test.mjs › some', 'Error: an end'],
      ['fails.test.mjs › one', 'Error: a test'],
      ['hook.test.mjs › some', 'Error: a hook'],
      ['import.test.mjs', expect.stringContaining('nowhere.mjs')],
    ]);
  });

  it('has failed by an error that came after its tests', () => {
    const { counts, failures } = laneOf('late.test.mjs');
    expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(failures[0]?.message).toContain('nobody waits');
  });

  it('has failed without a report, whatever its status', () => {
    expect(readVitest(0, join(dir, 'nowhere.json')).counts.failed).toBe(1);
  });
});

/** Files of the core's tests that all-core-tests.ts takes into the bundle for node.exe. */
function bundledTests(): string[] {
  const bundle = readFileSync('tests/wine/core/all-core-tests.ts', 'utf8');
  const leftOut = [...bundle.matchAll(/'!\*\*(\/[^*']+)(?:\*\*)?'/g)].map(([, part = '']) => part);
  return ['tests/main/agent', 'tests/main/keys']
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => `${folder}/${String(name)}`))
    .filter((file) => file.endsWith('.test.ts') && !leftOut.some((part) => file.includes(part)));
}

describe('a test that is bundled for node.exe', () => {
  it('wants no vi of vitest, which its stand-in there does not have', () => {
    const files = bundledTests();
    expect(files.length).toBeGreaterThan(50);
    const wantsVi = /^import \{[^}]*\bvi\b[^}]*\} from 'vitest';$/m;
    expect(files.filter((file) => wantsVi.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
