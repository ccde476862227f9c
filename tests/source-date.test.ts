// The day of a build comes from what is built, so that two builds are the same.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sourceDate } from '../scripts/source-date.mjs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'source-date-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const env = {
  PATH: process.env['PATH'],
  GIT_CEILING_DIRECTORIES: tmpdir(),
  ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a' },
  // In UTC it is the day before.
  GIT_COMMITTER_DATE: '2026-03-01T00:30:00+01:00',
};

it('is that of the commit, whatever the clock and its zone say', () => {
  for (const args of [
    ['init', '-q'],
    ['commit', '-q', '--allow-empty', '-m', 'x'],
  ])
    execFileSync('git', args, { cwd: dir, env });
  expect(sourceDate(env, dir)).toBe('2026-02-28');
});

it('is that of SOURCE_DATE_EPOCH where it is set, and none without either', () => {
  expect(sourceDate({ ...env, SOURCE_DATE_EPOCH: '86400' }, dir)).toBe('1970-01-02');
  expect(sourceDate(env, dir)).toBeUndefined();
  for (const wrong of ['', 'today', '1.5', '-1'])
    expect(() => sourceDate({ ...env, SOURCE_DATE_EPOCH: wrong }, dir)).toThrow(
      /^SOURCE_DATE_EPOCH is no number/,
    );
});
