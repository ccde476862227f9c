// A prompt window as a person works with it.
import { expect, type Locator, type Page } from '@playwright/test';
import type { RunningApp } from '../driver/running-app.ts';

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

  /** Types a passphrase and presses Enter, again where that was too early to count. */
  async answer(passphrase: string): Promise<void> {
    await expect(async () => {
      await this.typeAndPressEnter(passphrase);
      await expect.poll(() => this.#wasTaken(), { timeout: 700 }).toBe(true);
    }).toPass({ timeout: 20_000 });
  }

  async typeAndPressEnter(passphrase: string): Promise<void> {
    await this.field.fill(passphrase);
    await this.field.press('Enter');
  }

  /** Clicks one of the buttons when they hear again. */
  async click(button: Locator): Promise<void> {
    await this.waitOutGuard();
    await button.click();
  }

  /** Presses Escape until the window is gone: within the guard time it does nothing. */
  async escape(): Promise<void> {
    await expect
      .poll(async () => {
        await this.page.keyboard.press('Escape').catch(() => {});
        return this.page.isClosed();
      })
      .toBe(true);
  }

  /** The field is emptied when its contents are sent. */
  async #wasTaken(): Promise<boolean> {
    if (this.page.isClosed()) return true;
    const left = await this.field.inputValue({ timeout: 500 }).catch(() => '');
    const isTooSoon = await this.page
      .getByText('too soon')
      .isVisible()
      .catch(() => false);
    return left === '' && !isTooSoon;
  }

  /** Chooses one of the options under “Keep unlocked” or “Remember”. */
  async choose(label: string): Promise<void> {
    await this.page.getByText(label, { exact: true }).click();
  }

  /** Waits until the window is no more. */
  async gone(app: RunningApp): Promise<void> {
    await expect.poll(() => app.pages('prompt').length).toBe(0);
  }

  /** The guard is about real time, on both sides; nothing on the page tells when it ends. */
  async waitOutGuard(): Promise<void> {
    await this.page.waitForFunction(() => document.visibilityState === 'visible');
    await this.field.or(this.allow).first().waitFor();
    await this.page.waitForTimeout(700);
  }
}
