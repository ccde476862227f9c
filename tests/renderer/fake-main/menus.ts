// Menus of the key window, used as a person does.
import type { Page } from '@playwright/test';

/** The item with these words, whatever is said to explain them. */
export const menuItem = (page: Page, words: string) =>
  page.getByRole('menuitem').filter({ has: page.getByText(words, { exact: true }) });

/** Opens the menu by its button and chooses the item. */
export async function chooseFrom(page: Page, menu: string, item: string): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await menuItem(page, item).click();
}

export const addKeyBy = (page: Page, item: string) => chooseFrom(page, 'Add key', item);

/** What can be done with the selected key beside what is in view. */
export const chooseForKey = (page: Page, item: string) => chooseFrom(page, 'More for this key', item);
