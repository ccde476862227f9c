// How old a version is, and what is said of one that is old.
import { describe, expect, it } from 'vitest';
import { newerVersions, oldVersion, versionAge } from '../../text/version-age.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const at = 'https://example.com/releases';

describe('a version', () => {
  it.each([
    ['2026-11-28', 'less than a day old'],
    ['2026-11-27', '1 day old'],
    ['2026-10-01', '58 days old'],
    ['2026-09-20', '2 months old'],
    ['2025-11-01', '12 months old'],
    ['2026-11-29', undefined],
    ['no day', undefined],
  ])('of %s is %s', (madeOn, age) => {
    expect(versionAge(madeOn, now)).toBe(age);
  });

  it('is old after six months, which says what it lacks', () => {
    const of = (madeOn: string) => oldVersion({ version: '0.1.0', madeOn }, now);
    expect(of('2026-06-01')).toBeUndefined();
    expect(of('2026-05-28')).toMatch(/^This version of Sallyport is 6 months old\. It lacks /);
    expect(of('2026-12-24')).toBeUndefined();
    expect(oldVersion({ version: '0.1.0' }, now)).toBeUndefined();
  });

  it('has a successor on a page that somebody named, else where it was got', () => {
    expect(newerVersions({ version: '0.1.0', newerAt: at })).toMatch(/newer versions are at https:\S+\.$/);
    expect(newerVersions({ version: '0.1.0' })).toMatch(/newer versions are where you got this one\.$/);
  });
});
