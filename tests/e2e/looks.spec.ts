// Pictures of both windows of the current build in each look of the system, for the README and for whoever reviews it.
import { join } from 'node:path';
import { expect, test } from './driver/fixtures.ts';
import { addClear, addEncrypted, signLogin } from './signing.ts';

const looks = [
  ['light', {}],
  ['dark', { isDark: true }],
  ['forced-colors', { forcedColors: true }],
] as const;

for (const [look, options] of looks)
  test(`both windows are shown in ${look}`, async ({ launchWith, home }) => {
    const { app, connect } = await launchWith({}, options);
    const client = await connect();
    const encrypted = await addEncrypted(client, home);
    await addClear(client, home, { confirm: true }, 'p256.openssh');
    void signLogin(client, encrypted).catch(() => {});
    const keys = await app.showKeys();
    const prompt = await app.page('prompt');
    await expect(keys.getByRole('listbox', { name: 'Keys' }).getByRole('option')).toHaveCount(2);
    await expect(prompt.getByText('Log in as “alice”')).toBeVisible();
    await expect(keys.getByText('was not added')).toHaveCount(0);
    for (const [name, page] of [
      ['keys', keys],
      ['prompt', prompt],
    ] as const) {
      await page.screenshot({ path: join('test-results/e2e-screenshots', `${name}-${look}.png`) });
      const isDarkPage = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
      expect(isDarkPage).toBe(look === 'dark');
      // Nothing is wider than its window.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
  });
