// Unlocking with Windows Hello: the button, the tick, and what the page does while Windows asks.
import type { Page } from '@playwright/test';
import type { Answers } from '../fake-main/fake-main.ts';
import { passTime, stopTime } from '../fake-main/pass-time.ts';
import { helloSetUpPrompt, passphrasePrompt, promptId } from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

const field = (page: Page) => page.getByLabel('Passphrase of the key');
const button = (page: Page) => page.getByRole('button', { name: 'Unlock with Windows Hello' });
const accepted: Answers = { 'prompt.useHello': () => 'accepted' };
const offered = { hello: { offer: 'use', isAsking: false } } as const;

/** The clock of the page stands still until the test moves it. */
test.beforeEach(({ page }) => stopTime(page));

test('the button stands before the passphrase, and a click has Windows ask', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ ...offered, revision: 3 }), accepted);
  await passTime(page, 500);
  await expect(field(page)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(button(page)).toBeFocused();
  await page.getByRole('radio', { name: '15 minutes' }).check();
  await button(page).click();
  await expect
    .poll(() => main.inputsOf('prompt.useHello'))
    .toEqual([{ id: promptId, attempt: 1, revision: 3, keep: '15-minutes' }]);
  expect(main.inputsOf('prompt.answerPassphrase')).toEqual([]);
});

test('Enter in the empty field has Windows ask, and in one with a passphrase sends that', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt(offered), {
    'prompt.useHello': () => 'too-early',
  });
  await passTime(page, 500);
  await page.keyboard.press('Enter');
  await expect.poll(() => main.inputsOf('prompt.useHello').length).toBe(1);
  await expect(page.getByRole('alert')).toContainText('Please use Windows Hello again.');
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
  expect(main.inputsOf('prompt.useHello')).toHaveLength(1);
});

test('is deaf in the first half second, for as long as somebody types, and without the focus', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt(offered));
  await expect(button(page)).toBeDisabled();
  await passTime(page, 400);
  await page.keyboard.press('Enter');
  await passTime(page, 400);
  await expect(button(page)).toBeDisabled();
  await page.keyboard.press('Enter');
  await passTime(page, 500);
  await expect(button(page)).toBeEnabled();
  expect(main.inputsOf('prompt.useHello')).toEqual([]);
  await main.emit('prompt.focusState', { isFocused: false });
  await expect(button(page)).toBeDisabled();
  expect(main.inputsOf('prompt.useHello')).toEqual([]);
});

test('is deaf again for this use only when somebody joins', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ ...offered, keepDefault: 'once' }));
  await passTime(page, 500);
  await expect(button(page)).toBeEnabled();
  await main.emit('prompt.changed', passphrasePrompt({ ...offered, keepDefault: 'once', revision: 1 }));
  await expect(button(page)).toBeDisabled();
  await passTime(page, 500);
  await expect(button(page)).toBeEnabled();
});

test('while Windows asks only Cancel and Esc are left, and both say “no”', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ hello: { offer: 'use', isAsking: true } }));
  await passTime(page, 500);
  await expect(page.getByRole('status').filter({ hasText: 'Windows asks you…' })).toBeVisible();
  await expect(button(page)).toBeDisabled();
  await expect(field(page)).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Unlock', exact: true })).toBeDisabled();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => main.inputsOf('prompt.cancel')).toEqual([{ id: promptId }, { id: promptId }]);
});

test('goes back to typing when the finger is refused, with the sentence and the keyboard in the field', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt(offered), accepted);
  await passTime(page, 500);
  await button(page).click();
  await main.emit('prompt.changed', passphrasePrompt({ hello: { offer: 'use', isAsking: true } }));
  await expect(field(page)).toBeDisabled();
  const problem = 'Windows Hello was cancelled. Type the passphrase, or use Windows Hello again.';
  await main.emit('prompt.changed', passphrasePrompt({ ...offered, problem }));
  await expect(page.getByRole('alert')).toContainText(problem);
  await expect(field(page)).toBeFocused();
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
});

test('is wanted from now on only where that is ticked', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ hello: { offer: 'set-up', isAsking: false } }), {
    'prompt.answerPassphrase': () => 'too-early',
  });
  await passTime(page, 500);
  await expect(button(page)).toHaveCount(0);
  const tick = page.getByRole('checkbox', { name: 'From now on unlock with Windows Hello' });
  await expect(tick).not.toBeChecked();
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
  expect(main.inputsOf('prompt.answerPassphrase')[0]).not.toHaveProperty('setUpHello');
  await tick.check();
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase')[1]?.setUpHello).toBe(true);
});

test('is set up anew by a tick of its own where it opens the key no more', async ({ openPrompt, page }) => {
  await openPrompt(
    passphrasePrompt({
      hello: { offer: 'set-up-anew', isAsking: false },
      problem: 'Windows Hello was reset.',
    }),
  );
  await expect(
    page.getByRole('checkbox', { name: 'Set up Windows Hello anew for this key' }),
  ).not.toBeChecked();
  await expect(button(page)).toHaveCount(0);
});

test('is nowhere where it is not offered', async ({ openPrompt, page }) => {
  await openPrompt(passphrasePrompt());
  await expect(page.getByText('Windows Hello')).toHaveCount(0);
});

test('the window of what is ticked says what Windows asks, and is closed when the person wants that', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(helloSetUpPrompt());
  await expect(page).toHaveTitle('Windows Hello for “alice@laptop 2026”');
  await expect(page.getByRole('heading', { name: 'The key is unlocked' })).toBeVisible();
  const problem = 'Windows Hello can’t be used for this key. The chip is not ready.';
  await passTime(page, 500);
  await main.emit('prompt.changed', helloSetUpPrompt({ problem }));
  await expect(page.getByRole('alert')).toContainText(problem);
  await expect(page.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect.poll(() => main.inputsOf('prompt.cancel')).toEqual([{ id: promptId }]);
});
