// Menus by keyboard: as in Windows, and as screen readers expect.
import type { Page } from '@playwright/test';
import { menuItem } from '../fake-main/menus.ts';
import { details, fewKeys, key, keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const answers = { 'keys.details': ({ id }: { id: string }) => details(key(0, { id })) };
const button = (page: Page) => page.getByRole('button', { name: 'Add key', exact: true });
const menu = (page: Page) => page.getByRole('menu', { name: 'Add key' });

test('Enter opens a menu at its first item, the arrow up at its last', async ({ openKeys, page }) => {
  await openKeys(keysState([]));
  await expect(button(page)).toHaveAttribute('aria-expanded', 'false');
  await button(page).press('Enter');
  await expect(menuItem(page, 'Key file…')).toBeFocused();
  await expect(button(page)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(menu(page)).toBeHidden();
  await expect(button(page)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(menuItem(page, 'Convert a file…')).toBeFocused();
});

test('an arrow that is pressed while the menu opens goes into it', async ({ openKeys, page }) => {
  await openKeys(keysState([]));
  await button(page).evaluate((opener: HTMLElement) => {
    opener.focus();
    opener.click();
    opener.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true }));
  });
  await expect(menuItem(page, 'Convert a file…')).toBeFocused();
});

test('arrows go round, Home and End to the ends, letters to what begins with them', async ({
  openKeys,
  page,
}) => {
  await openKeys(keysState([]));
  await button(page).press('ArrowDown');
  await expect(menuItem(page, 'Key file…')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(menuItem(page, 'Convert a file…')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(menuItem(page, 'Key file…')).toBeFocused();
  await page.keyboard.press('k');
  await expect(menuItem(page, 'Key file, kept encrypted…')).toBeFocused();
  await page.keyboard.press('g');
  await expect(menuItem(page, 'Generate…')).toBeFocused();
  await page.keyboard.press('x');
  await expect(menuItem(page, 'Generate…')).toBeFocused();
  await page.keyboard.press('End');
  await expect(menuItem(page, 'Convert a file…')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(menuItem(page, 'Key file…')).toBeFocused();
});

test('Tab leaves a menu and goes on from its button', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1)]), answers);
  await button(page).press('Enter');
  await expect(menuItem(page, 'Key file…')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(menu(page)).toBeHidden();
  await expect(page.getByRole('option', { name: 'key number 1' })).toBeFocused();
});

test('a click elsewhere closes a menu, and so does one on its button', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1)]), answers);
  await button(page).click();
  await expect(menu(page)).toBeVisible();
  await page.getByRole('heading', { level: 1 }).click();
  await expect(menu(page)).toBeHidden();
  await button(page).click();
  await expect(menu(page)).toBeVisible();
  await button(page).click();
  await expect(menu(page)).toBeHidden();
});

test('a chosen item opens its dialog, and the keyboard is at the button again afterwards', async ({
  openKeys,
  page,
}) => {
  await openKeys(keysState([]));
  await button(page).press('Enter');
  await expect(menuItem(page, 'Key file…')).toBeFocused();
  await page.keyboard.press('p');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Paste a private key' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(button(page)).toBeFocused();
});

test('an item that can’t be chosen now is reached, and does nothing', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(fewKeys), { ...answers, 'keys.move': () => null });
  await page.getByRole('button', { name: 'More for this key' }).press('Enter');
  const earlier = page.getByRole('menuitem', { name: 'Offer earlier' });
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await expect(earlier).toBeFocused();
  await expect(earlier).toHaveAttribute('aria-disabled', 'true');
  await expect(earlier).toHaveAccessibleName('Offer earlier Alt+↑ in the list');
  await page.keyboard.press('Enter');
  await main.settled();
  expect(main.inputsOf('keys.move')).toEqual([]);
});
