// How a person answers a passphrase prompt, and how the page keeps what is typed.

import type { Page } from '@playwright/test';
import { Failure } from '../fake-main/fake-main.ts';
import { passTime, stopTime } from '../fake-main/pass-time.ts';
import {
  doubtful,
  forwardedSsh,
  git,
  passphrasePrompt,
  plink,
  promptId,
} from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

const field = (page: Page) => page.getByLabel('Passphrase of the key');
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The clock of the page stands still until the test moves it. */
test.beforeEach(({ page }) => stopTime(page));

test('answers who, what for, where to and which key, each with its trust in words', async ({
  openPrompt,
  page,
}) => {
  await openPrompt(passphrasePrompt());
  const answer = (question: string) =>
    page.locator('.answer', { has: page.getByText(question, { exact: true }) });
  await expect(answer('Who asks')).toContainText('plink.exe');
  await expect(answer('Who asks')).toContainText('Observed');
  await expect(answer('What for')).toContainText('Log in as “deploy”');
  await expect(answer('What for')).toContainText('Verified');
  await expect(answer('Where to')).toContainText('build.example.com');
  await expect(answer('Where to')).toContainText('Observed');
  await expect(answer('Which key')).toContainText('alice@laptop 2026');
  await expect(answer('Which key')).toContainText('Claimed');
  await expect(answer('Which key')).toContainText('SHA256:uTz6H1eHwPzq1B2o3Jx9Y1KxkR1i0nE4m1w3pWcW3hY');
  await expect(page).toHaveTitle('Passphrase for “alice@laptop 2026”');
  await expect(page.getByText('not forwarded')).toBeVisible();
});

test('tells a forwarded request apart and lists the hosts on the way', async ({ openPrompt, page }) => {
  await openPrompt(passphrasePrompt({ requesters: [forwardedSsh] }));
  await expect(page.getByText('Forwarded: asked from another machine')).toBeVisible();
  await expect(page.locator('.path li')).toHaveText([
    /^bastion\.example\.com.*Verified$/,
    /^jump2\.example\.com/,
  ]);
});

test('says so where nobody knows whether a request is forwarded', async ({ openPrompt, page }) => {
  await openPrompt(passphrasePrompt({ requesters: [doubtful] }));
  await expect(page.getByText('not known whether this was asked on this computer')).toBeVisible();
  await expect(page.getByText('not forwarded')).toBeHidden();
});

test('has the keyboard in the field, and Enter sends the passphrase as bytes', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt());
  await passTime(page, 500);
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('pässwörd');
  await page.keyboard.press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
  const [input] = main.inputsOf('prompt.answerPassphrase');
  expect(input).toMatchObject({ id: promptId, attempt: 1, keep: 'until-locked' });
  expect(text(input!.passphrase)).toBe('pässwörd');
});

test('asks for the PIN of the place where the key lives', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ pinOf: 'My \u202etoken' }), {
    'prompt.answerPassphrase': () => 'accepted',
  });
  await passTime(page, 500);
  await expect(page.getByText('The key lives in “My U+202Etoken”')).toBeVisible();
  await expect(page).toHaveTitle('PIN for “alice@laptop 2026”');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Type the PIN first.')).toBeVisible();
  await page.getByLabel('PIN').fill('1234');
  await page.keyboard.press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
  await expect(page.getByText(/passphrase/i)).toHaveCount(0);
});

test('asks for the PIN of a security key for one use, and offers to keep nothing open', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt({ pinOf: 'your security key', isForOneUse: true }));
  await passTime(page, 500);
  await expect(page.getByText('Your security key wants its PIN for each use of this key.')).toBeVisible();
  await expect(page.getByText('Keep unlocked')).toHaveCount(0);
  await page.getByLabel('PIN').fill('1234');
  await page.getByRole('button', { name: 'Use the key' }).click();
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase')).toMatchObject([{ keep: 'once' }]);
});

test('empties the field and wipes the bytes once they are sent', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt());
  await passTime(page, 500);
  await field(page).fill('secret');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(field(page)).toHaveValue('');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
  const left = () =>
    page.evaluate(() => (window as unknown as { handedOver: Uint8Array[] }).handedOver.map((b) => [...b]));
  await expect.poll(left).toEqual([[0, 0, 0, 0, 0, 0]]);
});

test('shows nothing typed anywhere in the page', async ({ openPrompt, page }) => {
  await openPrompt(passphrasePrompt());
  await field(page).pressSequentially('tr0ub4dor');
  expect(await page.content()).not.toContain('tr0ub4dor');
});

test('Enter does nothing until the window has the focus', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ isFocused: false }));
  await expect(field(page)).toHaveAttribute('placeholder', 'Click here to type');
  await expect(field(page)).not.toBeFocused();
  await field(page).fill('secret');
  await field(page).press('Enter');
  await passTime(page, 5000);
  await field(page).press('Enter');
  expect(main.inputsOf('prompt.answerPassphrase')).toEqual([]);
  await main.emit('prompt.focusState', { isFocused: true });
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveAttribute('placeholder', '');
  await passTime(page, 500);
  await field(page).press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
});

test('keeps what was typed when Enter comes in the first half second', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt());
  await passTime(page, 400);
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect(field(page)).toHaveValue('secret');
  expect(main.inputsOf('prompt.answerPassphrase')).toEqual([]);
});

test('an empty passphrase is asked for again, not sent', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt());
  await passTime(page, 500);
  await field(page).press('Enter');
  await expect(page.getByRole('alert')).toHaveText('Type the passphrase first.');
  expect(main.inputsOf('prompt.answerPassphrase')).toEqual([]);
});

test('a wrong passphrase keeps the window, says so and has the keyboard in an empty field', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt());
  await passTime(page, 500);
  await field(page).fill('wrong');
  await field(page).press('Enter');
  await expect(page.getByText('Trying the passphrase…')).toBeVisible();
  await expect(field(page)).toBeDisabled();
  const problem = 'That passphrase does not open this key. Please try again.';
  await main.emit('prompt.changed', passphrasePrompt({ attempt: 2, problem }));
  await expect(page.getByRole('alert')).toHaveText(problem);
  await expect(field(page)).toHaveValue('');
  await expect(field(page)).toBeFocused();
  await field(page).fill('right');
  await field(page).press('Enter');
  await expect
    .poll(() => main.inputsOf('prompt.answerPassphrase').map(({ attempt }) => attempt))
    .toEqual([1, 2]);
});

test('an answer that the main process finds too early can be given again', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt(), { 'prompt.answerPassphrase': () => 'too-early' });
  await passTime(page, 500);
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect(page.getByRole('alert')).toContainText('too soon');
  await expect(field(page)).toBeFocused();
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect
    .poll(() => main.inputsOf('prompt.answerPassphrase').map(({ passphrase }) => text(passphrase)))
    .toEqual(['secret', 'secret']);
});

test('sends the chosen time for which the key stays unlocked', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ keepDefault: '15-minutes' }));
  await expect(page.getByLabel('15 minutes')).toBeChecked();
  await page.getByLabel('This use only').check();
  await passTime(page, 500);
  await field(page).fill('secret');
  await field(page).press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').map(({ keep }) => keep)).toEqual(['once']);
});

test('Cancel and Esc cancel', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt());
  await passTime(page, 500);
  await field(page).fill('secret');
  await page.keyboard.press('Escape');
  await expect(field(page)).toHaveValue('');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => main.inputsOf('prompt.cancel')).toEqual([{ id: promptId }, { id: promptId }]);
});

test('Reveal shows what was typed, and hides it when the window loses the focus', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt());
  const reveal = page.getByRole('button', { name: 'Reveal' });
  await expect(reveal).toHaveAttribute('aria-pressed', 'false');
  await expect(field(page)).toHaveAttribute('type', 'password');
  await reveal.click();
  await expect(field(page)).toHaveAttribute('type', 'text');
  await expect(reveal).toHaveAttribute('aria-pressed', 'true');
  await main.emit('prompt.focusState', { isFocused: false });
  await expect(field(page)).toHaveAttribute('type', 'password');
});

test('points out Caps Lock', async ({ openPrompt, page }) => {
  await openPrompt(passphrasePrompt());
  const press = (isOn: boolean) =>
    field(page).evaluate(
      (input, modifierCapsLock) =>
        input.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', modifierCapsLock, bubbles: true })),
      isOn,
    );
  await press(true);
  await expect(page.getByText('Caps Lock is on.')).toBeVisible();
  await press(false);
  await expect(page.getByText('Caps Lock is on.')).toBeHidden();
});

test('lists all who wait for the key, as they come and go', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt());
  const waiting = page.getByRole('region', { name: 'Also waiting for this key' }).getByRole('listitem');
  await expect(waiting).toHaveCount(0);
  await field(page).fill('half typed');
  await main.emit(
    'prompt.changed',
    passphrasePrompt({ requesters: [plink, forwardedSsh, git], revision: 2 }),
  );
  await expect(waiting).toHaveText([/ssh\.exe.*Forwarded from another machine/, /git-remote-ssh/]);
  await expect(page.getByText('2 more requests wait for this key:')).toBeVisible();
  await main.emit('prompt.changed', passphrasePrompt({ requesters: [git], revision: 2 }));
  await expect(waiting).toHaveCount(0);
  await expect(page.getByText('git-remote-ssh', { exact: true })).toBeVisible();
  await expect(field(page)).toHaveValue('half typed');
});

test('for one use waits anew when somebody joins, and keeps what was typed', async ({ openPrompt, page }) => {
  const main = await openPrompt(passphrasePrompt({ keepDefault: 'once' }));
  await passTime(page, 500);
  await field(page).fill('secret');
  await main.emit('prompt.changed', passphrasePrompt({ requesters: [plink, git], revision: 1 }));
  await expect(page.getByText('One more request waits for this key:')).toBeVisible();
  await field(page).press('Enter');
  await passTime(page, 499);
  await field(page).press('Enter');
  await expect(field(page)).toHaveValue('secret');
  expect(main.inputsOf('prompt.answerPassphrase')).toEqual([]);
  await passTime(page, 1);
  await field(page).press('Enter');
  await expect
    .poll(() => main.inputsOf('prompt.answerPassphrase').map(({ revision, keep }) => [revision, keep]))
    .toEqual([[1, 'once']]);
});

test('takes Enter at once though somebody joined where the key stays unlocked', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(passphrasePrompt());
  await passTime(page, 500);
  await field(page).fill('secret');
  await main.emit('prompt.changed', passphrasePrompt({ requesters: [plink, git], revision: 1 }));
  await expect(page.getByText('One more request waits for this key:')).toBeVisible();
  await field(page).press('Enter');
  await expect.poll(() => main.inputsOf('prompt.answerPassphrase').length).toBe(1);
});

test('counts down', async ({ openPrompt, page }) => {
  await openPrompt(passphrasePrompt({ remainingMs: 65_000 }));
  await expect(page.getByRole('timer')).toHaveText('Closes in 1:05');
  await passTime(page, 56_000);
  await expect(page.getByRole('timer')).toHaveText('Closes in 0:09');
});

test('says that nothing was allowed when the question is lost', async ({ openPrompt, page }) => {
  await openPrompt(passphrasePrompt(), {
    'prompt.get': () => {
      throw new Failure('There is no prompt for this window.');
    },
  });
  await expect(page.getByRole('heading')).toHaveText('This window lost its question');
  await expect(page.getByText('Nothing was allowed.')).toBeVisible();
});
