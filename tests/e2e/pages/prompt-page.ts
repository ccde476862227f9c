// A prompt window as a person works with it.
import type { Locator, Page } from '@playwright/test';

export class PromptPage {
  readonly page: Page;
  readonly field: Locator;
  readonly unlock: Locator;
  readonly cancel: Locator;
  readonly allow: Locator;
  readonly deny: Locator;

  constructor(page: Page) {
    this.page = page;
    this.field = page.getByLabel('Passphrase of the key');
    this.unlock = page.getByRole('button', { name: 'Unlock' });
    this.cancel = page.getByRole('button', { name: 'Cancel' });
    this.allow = page.getByRole('button', { name: 'Allow' });
    this.deny = page.getByRole('button', { name: 'Deny' });
  }

  /** Types a passphrase once the window takes one, and presses Enter. */
  async answer(passphrase: string): Promise<void> {
    await this.waitOutGuard();
    await this.field.pressSequentially(passphrase);
    await this.field.press('Enter');
  }

  /** Chooses one of the options under “Keep unlocked” or “Remember”. */
  async choose(label: string): Promise<void> {
    await this.page.getByText(label, { exact: true }).click();
  }

  /** The guard is about real time, on both sides; nothing on the page tells when it ends. */
  async waitOutGuard(): Promise<void> {
    await this.page.waitForFunction(() => document.visibilityState === 'visible');
    await this.field.or(this.allow).first().waitFor();
    await this.page.waitForTimeout(700);
  }
}
