// End-to-end tests run with the stand-in for Electron here, and with Electron on Windows: what one of them lacks is guarded.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const isSkipped = (text: string, why: string) => new RegExp(`^ *test\\.skip\\(\\s*${why}`, 'm').test(text);
const standInOnly = "driverName !== 'stand-in'";
const notOnWindows = "process\\.platform (?:===|!==) '(?:win32|linux)'";

/** Each test with what guards it: lines at its own beginning, in the group around it, or before all. */
function testsOf(file: string, source: string) {
  const lines = source.split('\n');
  const fileGuards = lines
    .filter((line) => line.startsWith('test.skip(') || line.startsWith('  process.'))
    .join('\n');
  const tests: { title: string; text: string; guards: string }[] = [];
  let group = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('test.describe(')) group = lines.slice(at + 1, at + 3).join('\n');
    const [, indent] = /^( *)test\(/.exec(line) ?? [];
    if (indent === undefined) continue;
    const end = lines.indexOf(`${indent}});`, at);
    const text = lines.slice(at, end).join('\n');
    const guards = [fileGuards, indent === '' ? '' : group, text].join('\n');
    tests.push({ title: `${file}: ${line.trim()}`, text, guards });
  }
  return tests;
}

/** Titles of those that real Electron, or Windows, would fail. */
function unguarded(file: string, source: string): string[] {
  return testsOf(file, source)
    .filter(({ text, guards }) => {
      const needsDesktop = /\.desktop\(|STAND_IN_/.test(text) && !text.includes('driverName');
      const needsLinux = /\b(?:spawn|execFile\w*)\(|ssh-agent/.test(text);
      const isForStandIn = isSkipped(guards, standInOnly);
      return (
        (needsDesktop && !isForStandIn) ||
        (needsLinux && !isForStandIn && !new RegExp(notOnWindows).test(guards))
      );
    })
    .map(({ title }) => title);
}

const files = readdirSync('tests/e2e').filter((name) => name.endsWith('.spec.ts'));

it('are guarded, each', () => {
  const sources = files.map((name) => [name, readFileSync(`tests/e2e/${name}`, 'utf8')] as const);
  expect(sources.flatMap(([name, source]) => testsOf(name, source)).length).toBeGreaterThan(100);
  expect(sources.flatMap(([name, source]) => unguarded(name, source))).toEqual([]);
});

it.each([
  ["test('a', async ({ sallyport }) => {\n  await sallyport.desktop('quit', {});\n});"],
  [
    "test('a', async ({ launchWith }) => {\n  await launchWith({}, { env: { STAND_IN_PACKAGED: '1' } });\n});",
  ],
  ["test('a', async ({ sallyport }) => {\n  spawn('ssh-agent', []);\n});"],
  [
    "test.describe('b', () => {\n  test('a', async ({ sallyport }) => {\n    await sallyport.desktop('quit', {});\n  });\n});",
  ],
])('would not be: %s', (source) => {
  expect(unguarded('x', source)).toHaveLength(1);
  const guarded = source.replace(
    /^( *)(test\('a'.*)$/m,
    `$1$2\n$1  test.skip(driverName !== 'stand-in', '');`,
  );
  expect(unguarded('x', guarded)).toEqual([]);
});
