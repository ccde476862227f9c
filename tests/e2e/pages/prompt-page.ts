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
  readonly stayLocked: Locator;

  constructor(page: Page) {
    this.page = page;
    this.field = page.getByLabel('Passphrase of the key').or(page.getByLabel('PIN', { exact: true }));
    this.unlock = page.getByRole('button', { name: 'Unlock' });
    this.cancel = page.getByRole('button', { name: 'Cancel' });
    this.allow = page.getByRole('button', { name: 'Allow' });
    this.deny = page.getByRole('button', { name: 'Deny' });
    this.stayLocked = page.getByRole('button', { name: 'Stay locked' });
  }

  /** Types a passphrase and presses Enter, again where that was too early to count, until it has been tried. */
  async answer(passphrase: string): Promise<void> {
    await expect.poll(() => this.#give(passphrase)).toBe(true);
  }

  async typeAndPressEnter(passphrase: string): Promise<void> {
    await this.field.fill(passphrase);
    await this.field.press('Enter');
  }

  /** Clicks one of the buttons when they hear again. */
  async click(button: Locator): Promise<void> {
    await this.waitOutGuard();
    await this.press(button);
  }

  /** Clicks a button that hears already, or as soon as it does. */
  async press(button: Locator): Promise<void> {
    await button.click().catch((error: unknown) => this.#unlessEnded(error));
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

  /** Resolves with whether it was tried. */
  async #give(passphrase: string): Promise<boolean> {
    try {
      await this.typeAndPressEnter(passphrase);
      // The field is emptied when its contents are sent.
      if ((await this.field.inputValue()) !== '') return false;
      await this.page.getByText(/^Trying the /).waitFor({ state: 'hidden' });
      return !(await this.page.getByText('too soon').isVisible());
    } catch (error: unknown) {
      await this.#unlessEnded(error);
      return true;
    }
  }

  /** An answer ends the window, maybe before the key or the mouse button is up again. Rejects with the error where it does not. */
  async #unlessEnded(error: unknown): Promise<void> {
    if (!this.page.isClosed())
      await this.page.waitForEvent('close', { timeout: 5000 }).catch(() => Promise.reject(error));
  }

  /** Chooses one of the options under “Keep unlocked” or “Remember”. */
  async choose(label: string): Promise<void> {
    await this.page.getByText(label, { exact: true }).click();
  }

  /** Waits until the window is no more. */
  async gone(app: RunningApp): Promise<void> {
    await expect.poll(() => app.pages('prompt').length).toBe(0);
  }

  /**
   * The guard is about real time, on both sides. It begins with the focus, with which a passphrase gets the
   * keyboard; where “Deny” or “Stay locked” has the keyboard it has ended.
   */
  async waitOutGuard(): Promise<void> {
    await expect(this.field.or(this.deny).or(this.stayLocked).and(this.page.locator(':focus'))).toBeVisible();
    await this.page.waitForTimeout(700);
  }
}
