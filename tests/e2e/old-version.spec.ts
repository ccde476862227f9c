// A build whose day is long ago: nothing is fetched to find that out, and the window says it.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, test } from './driver/fixtures.ts';

test.skip(driverName !== 'stand-in', onlyStandIn);

test('an old version says what it lacks, until that is dismissed', async ({ launchWith }, testInfo) => {
  const build = testInfo.outputPath('dist');
  cpSync(resolve(process.env['SALLYPORT_DIST'] ?? 'dist'), build, { recursive: true });
  const entry = join(build, 'main/app.js');
  const source = readFileSync(entry, 'utf8');
  const madeOn = /madeOn: "[\d-]+"/;
  test.skip(!madeOn.test(source), 'skipped: this build does not know its day');
  writeFileSync(entry, source.replace(madeOn, 'madeOn: "2025-01-01"'));
  const { app } = await launchWith({}, { build });
  const page = await app.showKeys();
  const notice = page.getByText('This version of Sallyport is ');
  await expect(notice).toContainText(
    / months old\. It lacks what was mended since then .* newer versions are /,
  );
  await page.getByRole('button', { name: 'Settings' }).click();
  const about = page.getByRole('region', { name: 'This version' });
  await expect(about).toContainText(/^Sallyport \S+ of .*2025, \d+ months old\. /);
  await page.getByRole('button', { name: 'Dismiss this notice' }).click();
  await expect(notice).toHaveCount(0);
});
