// What can be seen of a prompt at which size, and how the rest is reached.
import type { Page } from '@playwright/test';
import type { PromptView } from '../../../ipc/contract/prompt.ts';
import { linesOf } from '../fake-main/lines.ts';
import {
  confirmPrompt,
  forwardedSsh,
  git,
  newUsePrompt,
  passphrasePrompt,
  plink,
  unknownData,
  unlockAgentPrompt,
  waitingPrompt,
} from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

const standard = { width: 544, height: 560 } as const;
const smallest = { width: 380, height: 320 } as const;
/** The smallest window at 200 %. */
const tiny = { width: 190, height: 160 } as const;

const fingerprint = (page: Page) => page.locator('.fingerprint').first();
const moreBelow = (page: Page) => page.getByRole('button', { name: 'More below' });

test.describe('the fingerprint of the key', () => {
  const { fingerprint: whole } = confirmPrompt().key;

  for (const [name, view] of [
    ['a passphrase', passphrasePrompt()],
    ['consent', confirmPrompt({ requesters: [forwardedSsh, plink, git] })],
    ['a touch', waitingPrompt(1)],
  ] as const)
    test(`is one line at the standard size: ${name}`, async ({ openPrompt, page }) => {
      await page.setViewportSize(standard);
      await openPrompt(view);
      expect(await linesOf(fingerprint(page))).toEqual([whole]);
    });

  test('breaks in even halves and quarters where it must', async ({ openPrompt, page }) => {
    await page.setViewportSize({ width: 340, height: 700 });
    await openPrompt(confirmPrompt());
    expect(await linesOf(fingerprint(page))).toEqual([whole.slice(0, 25), whole.slice(25)]);
    await page.setViewportSize({ width: 190, height: 700 });
    const lines = await linesOf(fingerprint(page));
    expect(lines.map(({ length }) => length)).toEqual([13, 12, 13, 12]);
    expect(lines.join('')).toBe(whole);
    // As it is copied.
    const copied = await fingerprint(page).evaluate((element) => {
      getSelection()?.selectAllChildren(element);
      return getSelection()?.toString();
    });
    expect(copied).toBe(whole);
  });
});

test.describe('facts that go on below the edge', () => {
  const view = passphrasePrompt({ requesters: [plink, forwardedSsh, git, unknownData] });

  test('say so, and are reached by Page Down from the field', async ({ openPrompt, page }) => {
    await page.setViewportSize(standard);
    await openPrompt(view);
    const field = page.getByLabel('Passphrase of the key');
    const last = page.getByText('Unknown data');
    await expect(field).toBeFocused();
    await expect(last).not.toBeInViewport();
    await expect(moreBelow(page)).toBeInViewport();
    for (let turn = 0; turn < 3; turn++) await page.keyboard.press('PageDown');
    await expect(last).toBeInViewport();
    await expect(moreBelow(page)).toHaveCount(0);
    await expect(field).toBeFocused();
    for (let turn = 0; turn < 3; turn++) await page.keyboard.press('PageUp');
    await expect(page.getByText('plink.exe', { exact: true })).toBeInViewport();
    await expect(moreBelow(page)).toBeInViewport();
  });

  test('are reached by a click, which leaves the keyboard where it is', async ({ openPrompt, page }) => {
    await page.setViewportSize(standard);
    await openPrompt(view);
    await page.getByLabel('Passphrase of the key').pressSequentially('half a pass');
    await expect(async () => {
      await moreBelow(page).click({ timeout: 1000 });
      await expect(page.getByText('Unknown data')).toBeInViewport({ timeout: 100 });
    }).toPass();
    await expect(page.getByLabel('Passphrase of the key')).toBeFocused();
    await expect(page.getByLabel('Passphrase of the key')).toHaveValue('half a pass');
  });

  test('say so once somebody joins, and no more when they have left', async ({ openPrompt, page }) => {
    await page.setViewportSize(standard);
    const main = await openPrompt(passphrasePrompt());
    await expect(moreBelow(page)).toHaveCount(0);
    await main.emit('prompt.changed', { ...view, revision: 1 });
    await expect(moreBelow(page)).toBeVisible();
    await main.emit('prompt.changed', passphrasePrompt({ revision: 2 }));
    await expect(moreBelow(page)).toHaveCount(0);
  });
});

test.describe('at 200 % in the smallest window', () => {
  const wrongPin = { pinOf: 'My token', attempt: 2, problem: 'Wrong PIN: two tries are left.' } as const;
  const states: Readonly<Record<string, readonly [PromptView, readonly string[]]>> = {
    passphrase: [passphrasePrompt(), ['Unlock', 'Cancel']],
    'a wrong passphrase': [
      passphrasePrompt({ attempt: 2, problem: 'That passphrase does not open this key. Please try again.' }),
      ['Unlock', 'Cancel'],
    ],
    'Windows Hello': [passphrasePrompt({ hello: { offer: 'use', isAsking: false } }), ['Unlock', 'Cancel']],
    PIN: [passphrasePrompt(wrongPin), ['Unlock', 'Cancel']],
    'PIN for one use': [
      passphrasePrompt({ ...wrongPin, pinOf: 'your security key', isForOneUse: true }),
      ['Use the key', 'Cancel'],
    ],
    'the window without the keyboard': [passphrasePrompt({ isFocused: false }), ['Unlock', 'Cancel']],
    consent: [confirmPrompt(), ['Allow', 'Deny']],
    'consent to what is new': [newUsePrompt(), ['Allow until locked', 'Deny']],
    'consent to a forwarded use of many': [
      confirmPrompt({ requesters: [forwardedSsh, plink, git] }),
      ['Allow', 'Deny'],
    ],
    'a locked agent': [unlockAgentPrompt(), ['Unlock', 'Stay locked']],
    'a touch': [waitingPrompt(1), ['Cancel']],
  };

  for (const [name, [view, buttons]] of Object.entries(states))
    test(`key, field and buttons are in sight and the facts scroll: ${name}`, async ({
      openPrompt,
      page,
    }) => {
      await page.setViewportSize(tiny);
      await openPrompt(view);
      const staying = [
        page.locator('header').getByText(confirmPrompt().key.fingerprint),
        page.locator('header').getByText(confirmPrompt().key.comment),
        ...(view.kind === 'passphrase' ? [page.locator('input.field')] : []),
        ...buttons.map((button) => page.getByRole('button', { name: button, exact: true })),
      ];
      const last = page.locator('.prompt-facts > :last-child');
      for (const part of staying) await expect(part).toBeInViewport({ ratio: 1 });
      await expect(moreBelow(page)).toBeInViewport({ ratio: 1 });
      await expect(async () => {
        await page.keyboard.press('PageDown');
        await expect(moreBelow(page)).toHaveCount(0, { timeout: 100 });
      }).toPass();
      await expect(last).toBeInViewport();
      for (const part of staying) await expect(part).toBeInViewport({ ratio: 1 });
    });

  test('the facts go back to their beginning for what is wrong', async ({ openPrompt, page }) => {
    await page.setViewportSize(tiny);
    const main = await openPrompt(passphrasePrompt());
    await expect(async () => {
      await page.keyboard.press('PageDown');
      await expect(moreBelow(page)).toHaveCount(0, { timeout: 100 });
    }).toPass();
    await main.emit('prompt.changed', passphrasePrompt({ attempt: 2, problem: 'That was wrong.' }));
    await expect(page.getByText('That was wrong.')).toBeInViewport({ ratio: 1 });
    await expect(page.locator('input.field')).toHaveAccessibleDescription('That was wrong.');
  });
});

test('what “Allow” is for is said by its button, on one line with “Deny” in the smallest window', async ({
  openPrompt,
  page,
}) => {
  await page.setViewportSize(smallest);
  await openPrompt(newUsePrompt());
  const allow = page.getByRole('button', { name: 'Allow until locked', exact: true });
  const deny = page.getByRole('button', { name: 'Deny', exact: true });
  for (const button of [allow, deny]) await expect(button).toBeInViewport({ ratio: 1 });
  const [left, right] = [await allow.boundingBox(), await deny.boundingBox()];
  expect(left?.y).toBe(right?.y);
  expect(await linesOf(allow)).toEqual(['Allow until locked']);
});

test('what was typed and chosen stays when the window is made smaller and larger', async ({
  openPrompt,
  page,
}) => {
  await page.setViewportSize(standard);
  await openPrompt(passphrasePrompt());
  await page.getByLabel('Passphrase of the key').fill('half a pass');
  await page.getByText('15 minutes').click();
  for (const size of [smallest, tiny, standard]) {
    await page.setViewportSize(size);
    await expect(page.getByLabel('Passphrase of the key')).toHaveValue('half a pass');
    await expect(page.getByLabel('15 minutes')).toBeChecked();
  }
});
