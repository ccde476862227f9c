// How a person answers whether a locked Sallyport is to be unlocked, and what can't answer it by accident.
import type { Page } from '@playwright/test';
import { passTime, stopTime } from '../fake-main/pass-time.ts';
import {
  confirmPrompt,
  forwardedSsh,
  git,
  passphrasePrompt,
  plink,
  promptId,
  unlockAgentPrompt,
} from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

const unlock = (page: Page) => page.getByRole('button', { name: 'Unlock', exact: true });
const stay = (page: Page) => page.getByRole('button', { name: 'Stay locked' });
const isAnythingFocused = (page: Page) => page.evaluate(() => document.activeElement !== document.body);

/** The clock of the page stands still until the test moves it. */
test.beforeEach(({ page }) => stopTime(page));

test('says that it is locked and why, who waits for what, and what unlocking means', async ({
  openPrompt,
  page,
}) => {
  await openPrompt(unlockAgentPrompt([plink, git], { more: 3 }));
  await expect(page).toHaveTitle('Sallyport is locked');
  await expect(page.getByRole('heading', { name: 'Sallyport is locked' })).toBeVisible();
  await expect(page.getByText('Locked after 5 minutes without input.')).toBeVisible();
  await expect(page.getByText('5 requests wait for you to unlock it:')).toBeVisible();
  await expect(page.getByText('Log in as “deploy”')).toBeVisible();
  const others = page.getByRole('region', { name: 'Also waiting for the unlock' });
  await expect(others.getByText('git-remote-ssh')).toBeAttached();
  await expect(others.getByText('“alice@laptop 2026”')).toBeAttached();
  await expect(others.getByText('and 3 more')).toBeAttached();
  await expect(page.getByText('Unlocking opens Sallyport for all programs')).toBeVisible();
  await expect(page.getByRole('timer')).toHaveText('Refused in 1:00');
});

test('focuses nothing and takes no click for half a second, then “Stay locked” has the keyboard', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(unlockAgentPrompt());
  expect(await isAnythingFocused(page)).toBe(false);
  await passTime(page, 499);
  await expect(unlock(page)).toBeDisabled();
  await expect(stay(page)).toBeDisabled();
  await passTime(page, 1);
  await expect(stay(page)).toBeFocused();
  await expect(unlock(page)).toBeEnabled();
  expect(main.inputsOf('prompt.answerUnlockAgent')).toEqual([]);
});

test('“Unlock” unlocks, once', async ({ openPrompt, page }) => {
  const main = await openPrompt(unlockAgentPrompt());
  await passTime(page, 500);
  await unlock(page).click();
  await expect
    .poll(() => main.inputsOf('prompt.answerUnlockAgent'))
    .toEqual([{ id: promptId, revision: 0, answer: 'unlock' }]);
  await expect(unlock(page)).toBeDisabled();
});

for (const key of ['Enter', 'Space', 'Escape'])
  test(`${key} on a prompt that is left alone leaves it locked`, async ({ openPrompt, page }) => {
    const main = await openPrompt(unlockAgentPrompt());
    await passTime(page, 500);
    await expect(stay(page)).toBeFocused();
    await page.keyboard.press(key);
    await expect
      .poll(() => main.inputsOf('prompt.answerUnlockAgent'))
      .toEqual([{ id: promptId, revision: 0, answer: 'stay-locked' }]);
  });

test('waits again when another request joins, and when the window was without the keyboard', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(unlockAgentPrompt());
  await passTime(page, 500);
  await expect(unlock(page)).toBeEnabled();
  await main.emit('prompt.changed', unlockAgentPrompt([plink, forwardedSsh], { revision: 1 }));
  await expect(page.getByText('2 requests wait for you to unlock it:')).toBeVisible();
  await expect(unlock(page)).toBeDisabled();
  await passTime(page, 500);
  await expect(stay(page)).toBeFocused();
  await main.emit('prompt.focusState', { isFocused: false });
  await expect(unlock(page)).toBeDisabled();
  await main.emit('prompt.focusState', { isFocused: true });
  await passTime(page, 499);
  await expect(unlock(page)).toBeDisabled();
  await passTime(page, 1);
  await unlock(page).click();
  await expect
    .poll(() => main.inputsOf('prompt.answerUnlockAgent'))
    .toEqual([{ id: promptId, revision: 1, answer: 'unlock' }]);
});

test('an answer that came too early is asked for again', async ({ openPrompt, page }) => {
  await openPrompt(unlockAgentPrompt(), { 'prompt.answerUnlockAgent': () => 'too-early' });
  await passTime(page, 500);
  await unlock(page).click();
  await expect(page.getByText('That was too soon after the window came up.')).toBeVisible();
  await expect(unlock(page)).toBeEnabled();
});

const nextId = '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5a';

test('turns to the passphrase that the request needs, which takes no Enter for half a second', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(unlockAgentPrompt());
  await passTime(page, 500);
  await unlock(page).focus();
  await page.keyboard.press('Enter');
  await main.emit('prompt.changed', passphrasePrompt({ id: nextId, revision: 1 }));
  await expect(page).toHaveTitle('Passphrase for “alice@laptop 2026”');
  const field = page.getByLabel('Passphrase of the key');
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('');
  await page.keyboard.type('abc');
  await passTime(page, 499);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  expect(main.inputsOf('prompt.answerPassphrase')).toEqual([]);
  expect(main.inputsOf('prompt.cancel')).toEqual([]);
  await passTime(page, 1);
  await page.keyboard.press('Enter');
  await expect
    .poll(() => main.inputsOf('prompt.answerPassphrase'))
    .toMatchObject([{ id: nextId, revision: 1, attempt: 1 }]);
  expect(main.inputsOf('prompt.answerUnlockAgent')).toHaveLength(1);
});

test('turns to the confirmation of the request, which is deaf to whatever is pressed for the unlock', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(unlockAgentPrompt());
  await passTime(page, 500);
  await unlock(page).click();
  await main.emit('prompt.changed', confirmPrompt({ id: nextId, revision: 1 }));
  const allow = page.getByRole('button', { name: 'Allow' });
  const deny = page.getByRole('button', { name: 'Deny' });
  await expect(deny).toBeDisabled();
  expect(await isAnythingFocused(page)).toBe(false);
  await passTime(page, 400);
  // As by somebody who clicks or presses once more: the time begins anew.
  await page.keyboard.press('Enter');
  await passTime(page, 499);
  await expect(allow).toBeDisabled();
  await passTime(page, 1);
  await expect(deny).toBeFocused();
  await allow.click();
  await expect.poll(() => main.inputsOf('prompt.answerConfirm')).toMatchObject([{ id: nextId, revision: 1 }]);
});

test('says that it is unlocked where what waited takes its time, and takes no answer', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(unlockAgentPrompt());
  await main.emit('prompt.changed', unlockAgentPrompt([plink], { isUnlocked: true }));
  await expect(page.getByRole('heading', { name: 'Sallyport is unlocked' })).toBeVisible();
  await expect(page).toHaveTitle('Sallyport is unlocked');
  await expect(page.getByRole('button')).toHaveCount(0);
  await passTime(page, 1000);
  await page.keyboard.press('Escape');
  expect(main.inputsOf('prompt.answerUnlockAgent')).toEqual([]);
});
