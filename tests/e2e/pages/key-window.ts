// The key window as a person works with it.
import type { Page } from '@playwright/test';

export const openSection = (page: Page, section: string) =>
  page.getByRole('navigation').getByRole('button', { name: section }).click();
