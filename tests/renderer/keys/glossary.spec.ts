// What the words mean is one click away from where they are used.
import { glossary } from '../../../text/glossary.ts';
import { activity } from '../fake-main/sample-activity.ts';
import { keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

for (const section of ['Activity', 'Settings'])
  test(`the words are explained from ${section}, by keyboard alone`, async ({ openKeys, page }) => {
    await openKeys(keysState([]), { 'activity.list': () => activity });
    await page.getByRole('button', { name: section, exact: true }).click();
    const opener = page.getByRole('button', { name: 'What do these words mean?' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'What these words mean' });
    await expect(dialog.getByRole('term')).toHaveText(glossary.map(({ word }) => word));
    await expect(dialog.getByRole('definition')).toHaveText(glossary.map(({ meaning }) => meaning));
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(opener).toBeFocused();
  });
