// Times are written as the person's system writes them, and what was just now is told by how long ago it was.
import { activity } from '../fake-main/sample-activity.ts';
import { keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const now = new Date('2026-11-12T14:05:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();

for (const [locale, time, precise] of [
  ['en-GB', '10 Nov 2026, 14:05', 'Tuesday, 10 November 2026 at 14:05:00 UTC'],
  ['en-US', 'Nov 10, 2026, 2:05 PM', 'Tuesday, November 10, 2026 at 2:05:00 PM UTC'],
  ['de-DE', '10.11.2026, 14:05', 'Dienstag, 10. November 2026 um 14:05:00 UTC'],
  ['fi-FI', '10.11.2026 klo 14.05', 'tiistai 10. marraskuuta 2026 klo 14.05.00 UTC'],
  // What is no way of writing times: that of the page's own language.
  ['C', '10 Nov 2026, 14:05', 'Tuesday, 10 November 2026 at 14:05:00 UTC'],
] as const)
  test(`a time is written as in ${locale}, whatever the page's own language is`, async ({
    openKeys,
    page,
  }) => {
    await page.clock.install({ time: now });
    await openKeys(keysState([], { locale }), {
      'activity.list': () => activity.slice(0, 1).map((entry) => ({ ...entry, time: before(2 * 86_400) })),
    });
    await page
      .getByRole('link', { name: 'Activity' })
      .or(page.getByRole('button', { name: 'Activity' }))
      .click();
    const shown = page.locator('.activity-entry time');
    await expect(shown).toHaveText(time);
    await expect(shown).toHaveAttribute('title', precise);
  });

test('what was lately is told by how long ago it was, which goes on', async ({ openKeys, page }) => {
  await page.clock.install({ time: now });
  const ages = [20, 61, 59 * 60, 3600, 23.9 * 3600, 86_400, -3600];
  await openKeys(keysState([]), {
    'activity.list': () => ages.map((age, id) => ({ ...activity[0]!, id: String(id), time: before(age) })),
  });
  await page
    .getByRole('link', { name: 'Activity' })
    .or(page.getByRole('button', { name: 'Activity' }))
    .click();
  const shown = page.locator('.activity-entry time');
  await expect(shown).toHaveText([
    'Just now',
    '1 minute ago',
    '59 minutes ago',
    '1 hour ago',
    '23 hours ago',
    '11 Nov 2026, 14:05',
    // The clock was set.
    '12 Nov 2026, 15:05',
  ]);
  await expect(shown.first()).toHaveAttribute('title', 'Thursday, 12 November 2026 at 14:04:40 UTC');
  await page.clock.fastForward(5 * 60_000);
  await expect(shown.first()).toHaveText('5 minutes ago');
});
