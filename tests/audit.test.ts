// Advisories of what is packed fail the lane, others don't, and a registry that answers nothing is told.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readVitest } from '../scripts/lane-reports.mjs';

const dir = mkdtempSync(join(tmpdir(), 'sallyport-audit-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The lane, where npm answers so. */
function auditWith(answer: string) {
  const npm = join(dir, 'npm');
  writeFileSync(join(dir, 'answer'), answer);
  writeFileSync(npm, `#!/bin/sh\ncat "${dir}/answer"\nexit 1\n`);
  chmodSync(npm, 0o700);
  const report = join(dir, 'report.json');
  const env = { ...process.env, PATH: `${dir}:${process.env['PATH']}`, LANE_REPORT: report };
  const { status, stdout } = spawnSync(process.execPath, ['scripts/audit.mjs'], { env, encoding: 'utf8' });
  return { status, stdout, ...readVitest(status, report) };
}

const advisory = (name: string) => ({
  [name]: {
    name,
    severity: 'high',
    via: [{ title: 'Reads too far', url: 'https://example.org/advisory' }, 'another'],
  },
});
const reportOf = (...names: readonly string[]) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities: Object.assign({}, ...names.map(advisory)) });

it.each(['koffi', '@koromix/koffi-win32-x64', 'react', 'electron'])(
  'fails with an advisory of %s',
  (name) => {
    const { status, counts, failures } = auditWith(reportOf(name));
    expect([status, counts.failed]).toEqual([1, 1]);
    expect(failures).toEqual([
      {
        title: `${name} has a known advisory`,
        message: `${name}, high: Reads too far (https://example.org/advisory); by another`,
      },
    ]);
  },
);

it('tells one of a package that is not packed, and passes', () => {
  const { status, counts, stdout } = auditWith(reportOf('vitest'));
  expect([status, counts]).toEqual([0, { passed: 1, failed: 0, skipped: 0 }]);
  expect(stdout).toContain('not packed: vitest, high: Reads too far');
});

it('passes with none', () => {
  expect(auditWith(reportOf()).counts).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

it.each([
  [
    '405 Method Not Allowed',
    JSON.stringify({ message: '405 Method Not Allowed - POST https://example.org/x' }),
  ],
  ['getaddrinfo ENOTFOUND', JSON.stringify({ error: { summary: 'getaddrinfo ENOTFOUND' } })],
  ['it gave no report', '{}'],
  ['npm gave no report', 'Segmentation fault'],
])('is skipped, with the reason, where the answer is: %s', (why, answer) => {
  const { status, counts, stdout, reason } = auditWith(answer);
  expect([status, counts]).toEqual([0, { passed: 0, failed: 0, skipped: 1 }]);
  expect(reason).toBe(`the registry can't be asked about advisories: ${why}`);
  expect(stdout).toBe(`skipped: ${reason}\n`);
});

it('knows what is packed by package-lock.json', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: true }>;
  };
  expect(lock.packages['node_modules/vitest']?.dev).toBe(true);
  expect(lock.packages['node_modules/koffi']?.dev).toBeUndefined();
});
