// The day of a build comes from what is built, so that two builds are the same.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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

const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: dir, env });

it('is that of the commit, whatever the clock, its zone and the settings of Git say', () => {
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'x');
  expect(sourceDate(env, dir)).toBe('2026-02-28');
  // A commit that seems to be signed: Git then says first that it can't tell.
  const commit = execFileSync('git', ['cat-file', 'commit', 'HEAD'], { cwd: dir, env, encoding: 'utf8' });
  const signed = commit.replace('\n\n', '\ngpgsig -----BEGIN PGP SIGNATURE-----\n\n');
  const options = { cwd: dir, env, input: signed, encoding: 'utf8' } as const;
  git('reset', '-q', execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], options).trim());
  git('config', 'log.showSignature', 'true');
  expect(sourceDate(env, dir)).toBe('2026-02-28');
});

it('is not that of a repository which the sources lie in, and are not the top of', () => {
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'of something else');
  mkdirSync(join(dir, 'unpacked'));
  expect(sourceDate(env, join(dir, 'unpacked'))).toBeUndefined();
});

it('is that of SOURCE_DATE_EPOCH where it is set, and none without either', () => {
  expect(sourceDate({ ...env, SOURCE_DATE_EPOCH: '86400' }, dir)).toBe('1970-01-02');
  expect(sourceDate(env, dir)).toBeUndefined();
  for (const wrong of ['', 'today', '1.5', '-1'])
    expect(() => sourceDate({ ...env, SOURCE_DATE_EPOCH: wrong }, dir)).toThrow(
      /^SOURCE_DATE_EPOCH is no number/,
    );
});
