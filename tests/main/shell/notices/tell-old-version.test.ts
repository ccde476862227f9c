import { expect, it } from 'vitest';
import { Notices } from '../../../../main/shell/notices/notices.ts';
import { tellOldVersion } from '../../../../main/shell/notices/tell-old-version.ts';

it('an old version is told of with where newer ones are, a new one is not', () => {
  const now = Date.parse('2026-11-28');
  const notices = new Notices();
  tellOldVersion(notices, { version: '0.1.0', madeOn: '2026-11-01' }, now);
  expect(notices.views).toEqual([]);
  tellOldVersion(notices, { version: '0.1.0', madeOn: '2026-02-01', newerAt: 'https://x' }, now);
  expect(notices.views).toMatchObject([
    {
      severity: 'warning',
      text: expect.stringMatching(/ is 9 months old\. .* newer versions are at https:\/\/x\.$/),
    },
  ]);
});
