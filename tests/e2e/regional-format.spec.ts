// Times are written in the regional format of the system, whose language is not that of the pages.
import { driverName, expect, test } from './driver/fixtures.ts';
import { openSection } from './pages/key-window.ts';
import { addClear, signLogin } from './signing.ts';

test.skip(driverName !== 'stand-in', 'the regional format of a real system is not for a test to set');

test('the activity has its times in the regional format of the system', async ({ launchWith, home }) => {
  const { app, connect } = await launchWith({}, { env: { STAND_IN_SYSTEM_LOCALE: 'de-DE' } });
  const client = await connect();
  const blob = await addClear(client, home, {});
  expect(await signLogin(client, blob)).toBe(true);
  const page = await app.showKeys();
  await openSection(page, 'Activity');
  const time = page.locator('.activity-entry time');
  await expect(time).toHaveAttribute('title', /^(?:\w+tag|Mittwoch), .* um \d\d:\d\d:\d\d/);
  await expect(time).toHaveText(/^Just now$|ago$/);
});
