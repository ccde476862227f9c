// One field finds everything, by keyboard alone.
import type { Page } from '@playwright/test';
import { activity } from '../fake-main/sample-activity.ts';
import { details, fewKeys, key, keysState, stores } from '../fake-main/sample-keys.ts';
import { policy } from '../fake-main/sample-rules.ts';
import { expect, test } from '../fake-main/test.ts';

const state = keysState(fewKeys, { policy, stores });
const answers = {
  'keys.details': ({ id }: { id: string }) => details(key(0, { id })),
  'policy.get': () => policy,
  'stores.refresh': () => stores,
  'upstreams.find': () => [],
  'activity.list': ({ search }: { search: string }) =>
    activity.filter(({ who }) => who.text.toLowerCase().includes(search.toLowerCase())),
};
const field = (page: Page) => page.getByRole('combobox', { name: 'Search everything' });
const results = (page: Page, group: string) =>
  page.getByRole('listbox', { name: 'Results' }).getByRole('group', { name: group }).getByRole('option');

test('Ctrl+F opens it, arrows choose, Enter goes there, Esc gives the keyboard back', async ({
  openKeys,
  page,
}) => {
  await openKeys(state, answers);
  await page.getByRole('button', { name: 'Add key', exact: true }).focus();
  await page.keyboard.press('Control+f');
  await expect(field(page)).toBeFocused();
  await field(page).fill('git');
  await expect(results(page, 'Keys')).toHaveText([/git signing/]);
  await expect(results(page, 'Rules')).toHaveText([/^Allow logins as “git” to “git\.example\.com”/]);
  await expect(results(page, 'Activity')).not.toHaveCount(0);
  const active = page.getByRole('option', { selected: true });
  await expect(active.last()).toContainText('git signing');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Add key', exact: true })).toBeFocused();
  await page.keyboard.press('Control+f');
  await field(page).fill('git');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Rules' })).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a key that is found is selected, and an entry of the activity is searched for there', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(state, answers);
  await page.getByRole('button', { name: 'Search everything' }).click();
  await field(page).fill('deploy key');
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('heading', { level: 2, name: 'deploy key for build.example.com' }),
  ).toBeVisible();
  await page.keyboard.press('Control+f');
  await field(page).fill('plink');
  await results(page, 'Activity').first().click();
  await expect(page.getByLabel('Search the activity')).toHaveValue('plink');
  expect(main.inputsOf('activity.list').at(-1)).toMatchObject({ search: 'plink' });
});

test('doors, places, settings and pages are found, and nothing of an empty text', async ({
  openKeys,
  page,
}) => {
  await openKeys(state, answers);
  await page.keyboard.press('Control+f');
  await expect(page.getByRole('listbox', { name: 'Results' }).getByRole('option')).toHaveCount(0);
  await field(page).fill('openssh');
  await expect(results(page, 'Doors')).toHaveText([/OpenSSH’s pipe/]);
  await expect(results(page, 'Other places')).toHaveText([/OpenSSH’s agent/]);
  await field(page).fill('approvals');
  await expect(results(page, 'Pages')).toHaveText([/Remembered approvals/]);
  await field(page).fill('no such thing');
  await expect(page.getByText('Nothing is found.')).toBeVisible();
});

test('every setting that is shown is found by its name', async ({ openKeys, page }) => {
  await openKeys(state, answers);
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  const names = await page.getByRole('main').locator('.settings-card label').allTextContents();
  expect(names.length).toBeGreaterThan(10);
  await page.keyboard.press('Control+f');
  for (const name of names) {
    await field(page).fill(name);
    await expect(results(page, 'Settings')).toHaveText([name]);
  }
  await page.keyboard.press('Enter');
  await expect(page.getByText(names.at(-1) ?? '', { exact: true })).toBeInViewport();
});
