// How a person answers a confirm prompt, and what can't answer it by accident.

import type { Page } from '@playwright/test';
import { passTime, stopTime } from '../fake-main/pass-time.ts';
import {
  confirmPrompt,
  forwardedSsh,
  git,
  newUsePrompt,
  plink,
  promptId,
  unknownData,
} from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

const allow = (page: Page) => page.getByRole('button', { name: 'Allow' });
const deny = (page: Page) => page.getByRole('button', { name: 'Deny' });
const isAnythingFocused = (page: Page) => page.evaluate(() => document.activeElement !== document.body);

/** The clock of the page stands still until the test moves it. */
test.beforeEach(({ page }) => stopTime(page));

test('focuses nothing and takes no click for half a second, then Deny has the keyboard', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(confirmPrompt());
  await expect(allow(page)).toBeDisabled();
  await expect(deny(page)).toBeDisabled();
  expect(await isAnythingFocused(page)).toBe(false);
  await passTime(page, 499);
  await expect(allow(page)).toBeDisabled();
  expect(await isAnythingFocused(page)).toBe(false);
  await passTime(page, 1);
  await expect(deny(page)).toBeFocused();
  await expect(allow(page)).toBeEnabled();
  expect(main.inputsOf('prompt.answerConfirm')).toEqual([]);
});

test('begins to wait when the window gets the focus, and again when it gets it back', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(confirmPrompt({ isFocused: false }));
  await passTime(page, 10_000);
  await expect(allow(page)).toBeDisabled();
  await main.emit('prompt.focusState', { isFocused: true });
  await passTime(page, 500);
  await expect(allow(page)).toBeEnabled();
  await main.emit('prompt.focusState', { isFocused: false });
  await expect(allow(page)).toBeDisabled();
  await main.emit('prompt.focusState', { isFocused: true });
  await passTime(page, 400);
  await expect(allow(page)).toBeDisabled();
  await passTime(page, 100);
  await expect(deny(page)).toBeFocused();
});

test('waits again after the window was hidden', async ({ openPrompt, page }) => {
  await openPrompt(confirmPrompt());
  await passTime(page, 500);
  await expect(allow(page)).toBeEnabled();
  const turn = (state: 'hidden' | 'visible') =>
    page.evaluate((now) => {
      Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await turn('hidden');
  await passTime(page, 5000);
  await expect(allow(page)).toBeDisabled();
  await turn('visible');
  await passTime(page, 499);
  await expect(allow(page)).toBeDisabled();
  await passTime(page, 1);
  await expect(deny(page)).toBeFocused();
});

for (const key of ['Enter', 'Space', 'Escape', 'y', 'Tab']) {
  test(`waits again after an early ${key}, and does not answer`, async ({ openPrompt, page }) => {
    const main = await openPrompt(confirmPrompt());
    await passTime(page, 400);
    await page.keyboard.press(key);
    await passTime(page, 400);
    await expect(deny(page)).toBeDisabled();
    await passTime(page, 100);
    await expect(deny(page)).toBeEnabled();
    expect(main.inputsOf('prompt.answerConfirm')).toEqual([]);
  });
}

for (const key of ['Enter', 'Space', 'Escape'])
  test(`${key} on a prompt that is left alone denies`, async ({ openPrompt, page }) => {
    const main = await openPrompt(confirmPrompt());
    await passTime(page, 500);
    await expect(deny(page)).toBeFocused();
    await page.keyboard.press(key);
    await expect
      .poll(() => main.inputsOf('prompt.answerConfirm'))
      .toEqual([{ id: promptId, revision: 0, answer: 'deny', remember: 'no' }]);
    await expect(allow(page)).toBeDisabled();
  });

test('Esc denies from within the choices', async ({ openPrompt, page }) => {
  const main = await openPrompt(confirmPrompt());
  await passTime(page, 500);
  await page.getByLabel('1 hour').check();
  await page.keyboard.press('Escape');
  await expect
    .poll(() => main.inputsOf('prompt.answerConfirm'))
    .toEqual([{ id: promptId, revision: 0, answer: 'deny', remember: 'no' }]);
});

test('Allow is reached by keyboard alone, with a remembered time', async ({ openPrompt, page }) => {
  const main = await openPrompt(confirmPrompt());
  await passTime(page, 500);
  await expect(deny(page)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(allow(page)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByLabel('1 hour')).toBeChecked();
  await expect(allow(page)).toHaveText('Allow for 1 hour');
  await page.keyboard.press('Tab');
  await expect(allow(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect
    .poll(() => main.inputsOf('prompt.answerConfirm'))
    .toEqual([{ id: promptId, revision: 0, answer: 'allow', remember: '1-hour' }]);
});

test('says what a remembered answer covers, and that programs are no boundary', async ({
  openPrompt,
  page,
}) => {
  const rememberCovers =
    'Covers requests from this machine of this program to this destination with this key.';
  await openPrompt(confirmPrompt({ rememberCovers }));
  await expect(page.getByText(rememberCovers)).toBeVisible();
  await expect(page.getByText('a convenience, not a boundary')).toBeVisible();
});

test('takes “Allow” for one until locked where something is new, unless the person says otherwise', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(newUsePrompt());
  await passTime(page, 500);
  await expect(page.getByText('not asked about again for this key at this user and host')).toBeVisible();
  await expect(page.getByLabel('Until locked')).toBeChecked();
  await expect(page.getByLabel('Don’t remember')).toHaveCount(0);
  await expect(allow(page)).toHaveText('Allow until locked');
  await allow(page).click();
  await expect
    .poll(() => main.inputsOf('prompt.answerConfirm'))
    .toEqual([{ id: promptId, revision: 0, answer: 'allow', remember: 'until-locked' }]);
});

test('allows something new for this time alone', async ({ openPrompt, page }) => {
  const main = await openPrompt(newUsePrompt());
  await passTime(page, 500);
  await page.getByLabel('Only this time').check();
  await expect(allow(page)).toHaveText('Allow this time');
  await allow(page).click();
  await expect
    .poll(() => main.inputsOf('prompt.answerConfirm'))
    .toEqual([{ id: promptId, revision: 0, answer: 'allow', remember: 'no' }]);
});

test('offers to remember nothing where nothing may be remembered', async ({ openPrompt, page }) => {
  const { rememberCovers: _, ...view } = confirmPrompt();
  await openPrompt(view);
  await expect(deny(page)).toBeVisible();
  await expect(page.getByRole('radio')).toHaveCount(0);
});

test('warns of unknown data', async ({ openPrompt, page }) => {
  await openPrompt(confirmPrompt({ requesters: [unknownData] }));
  await expect(page.getByRole('note')).toContainText('neither an SSH login nor an SSH signature');
  await expect(page.locator('.answer').first()).toContainText('Not known');
});

test('shows who joins with what for, counts them, and waits anew', async ({ openPrompt, page }) => {
  const main = await openPrompt(confirmPrompt());
  const others = page.getByRole('region', { name: 'Also decided by your answer' }).getByRole('listitem');
  await passTime(page, 500);
  await expect(deny(page)).toBeFocused();
  await expect(others).toHaveCount(0);
  await main.emit('prompt.changed', confirmPrompt({ requesters: [plink, forwardedSsh, git], revision: 1 }));
  await expect(
    page.getByText('Your answer decides 3 requests like this one; the others are listed below.'),
  ).toBeVisible();
  await expect(others).toHaveText([
    /ssh\.exe.*Log in as.*Forwarded from another machine/s,
    /git-remote-ssh.*Observed/s,
  ]);
  await expect(allow(page)).toBeDisabled();
  await page.keyboard.press('Enter');
  await passTime(page, 499);
  await expect(allow(page)).toBeDisabled();
  await passTime(page, 1);
  await expect(deny(page)).toBeFocused();
  await allow(page).click();
  await expect
    .poll(() => main.inputsOf('prompt.answerConfirm'))
    .toEqual([{ id: promptId, revision: 1, answer: 'allow', remember: 'no' }]);
});

test('does not wait anew when somebody has left', async ({ openPrompt, page }) => {
  const main = await openPrompt(confirmPrompt({ requesters: [plink, git], revision: 1 }));
  await passTime(page, 500);
  await main.emit('prompt.changed', confirmPrompt({ requesters: [git], revision: 1 }));
  await expect(page.getByText('git-remote-ssh', { exact: true })).toBeVisible();
  await expect(page.getByText('Your answer decides')).toHaveCount(0);
  await expect(deny(page)).toBeFocused();
});

test('asks for consent to a costly key file with its cost', async ({ openPrompt, page }) => {
  await openPrompt(
    confirmPrompt({
      reason: {
        kind: 'expensive-decryption',
        cost: 'about 15 s (Argon2id with 1024 MiB of memory and 17 passes)',
      },
    }),
  );
  await expect(page.getByRole('heading')).toHaveText('Open this costly key file?');
  await expect(page.getByRole('note')).toContainText(
    'about 15 s (Argon2id with 1024 MiB of memory and 17 passes). Allow',
  );
});

test('counts down to the denial', async ({ openPrompt, page }) => {
  await openPrompt(confirmPrompt());
  await expect(page.getByRole('timer')).toHaveText('Denied in 1:00');
  await passTime(page, 58_000);
  await expect(page.getByRole('timer')).toHaveText('Denied in 0:02');
});

test('may be answered again when the main process found the answer too early', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(confirmPrompt(), { 'prompt.answerConfirm': () => 'too-early' });
  await passTime(page, 500);
  await deny(page).click();
  await expect(page.getByRole('alert')).toContainText('too soon');
  await deny(page).click();
  await expect.poll(() => main.inputsOf('prompt.answerConfirm').length).toBe(2);
});

test('a second click does not answer twice', async ({ openPrompt, page }) => {
  const main = await openPrompt(confirmPrompt());
  await passTime(page, 500);
  await allow(page).dblclick();
  await main.settled();
  expect(main.inputsOf('prompt.answerConfirm')).toHaveLength(1);
});
