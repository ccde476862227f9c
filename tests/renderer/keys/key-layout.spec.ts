// The list of keys with any number of keys: it fills its column, begins at its top, and is not cut.
import type { Page } from '@playwright/test';
import { expectSoundLayout } from '../fake-main/layout.ts';
import { linesOf } from '../fake-main/lines.ts';
import { details, elsewhereKeys, key, keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const answers = { 'keys.details': ({ id }: { id: string }) => details(key(0, { id })) };
const sizes = {
  standard: { width: 1044, height: 640 },
  'at 200 %': { width: 522, height: 320 },
  smallest: { width: 404, height: 320 },
  'smallest at 200 %': { width: 202, height: 160 },
};

/** How the list lies in its column, and the column in the window. */
const measure = (page: Page) =>
  page.evaluate(() => {
    const boxOf = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
    const list = boxOf('.key-list');
    const column = boxOf('.keys-column');
    const tools = boxOf('.key-tools');
    if (!list || !column || !tools) throw new Error('no list is shown');
    return {
      gapAbove: list.top - tools.bottom,
      gapBelow: column.bottom - list.bottom,
      gapBeside: column.width - list.width,
      isWholeWindowScrolled: document.documentElement.scrollHeight > innerHeight,
      restBelow: innerHeight - column.bottom,
      rows: [...document.querySelectorAll('.key-row')].slice(0, 40).map((row) => {
        const { top, bottom, left, right } = row.getBoundingClientRect();
        return { height: bottom - top, isInside: left >= list.left && right <= list.right };
      }),
    };
  });

for (const [size, viewport] of Object.entries(sizes))
  for (const count of [0, 1, 7, 8, 9, 30, 500])
    test(`the list fills its column with ${count} keys, ${size}`, async ({ openKeys, page }) => {
      await page.setViewportSize(viewport);
      await openKeys(keysState(Array.from({ length: count }, (_, number) => key(number))), answers);
      await expectSoundLayout(page);
      if (count === 0) return;
      const { rows, ...measured } = await measure(page);
      expect(measured.gapAbove).toBeLessThanOrEqual(16);
      expect(measured.gapBelow).toBeLessThanOrEqual(1);
      expect(measured.gapBeside).toBeLessThanOrEqual(1);
      if (!measured.isWholeWindowScrolled) expect(measured.restBelow).toBeLessThanOrEqual(24);
      expect(rows).toHaveLength(Math.min(count, 40));
      for (const { height, isInside } of rows)
        expect([height > 40 && height < 100, isInside]).toEqual([true, true]);
    });

test('keys of several places are in groups with names, in the order in which they are offered', async ({
  openKeys,
  page,
}) => {
  const token = key(9, {
    comment: 'alice@card',
    state: 'elsewhere',
    home: { kind: 'pkcs11', title: 'PIV card', isReachable: true, need: 'pin' },
  });
  const main = await openKeys(keysState([key(1), ...elsewhereKeys, token, key(2)]), {
    ...answers,
    'keys.move': () => null,
  });
  const group = (name: string) => page.getByRole('group', { name }).getByRole('option');
  await expect(group('Key files and memory')).toHaveText([/key number 1/, /key number 2/]);
  await expect(group('Other agents')).toHaveText([/alice@agent/, /gone with its agent/]);
  await expect(group('Tokens and smart cards')).toHaveText([/alice@card/]);
  await expectSoundLayout(page);
  // The keyboard goes the way that is seen.
  await page.getByRole('option').nth(0).click();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { name: 'key number 2' })).toBeFocused();
  // One step passes what is seen above it.
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => main.inputsOf('keys.move').at(-1)).toEqual({ id: key(2).id, toIndex: 0 });
  await page.getByRole('option', { name: 'alice@card' }).click();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => main.inputsOf('keys.move').at(-1)).toEqual({ id: token.id, toIndex: 1 });
});

test('keys of one place have no group', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1), key(2)]), answers);
  await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(2);
  await expect(page.getByRole('listbox').getByRole('group')).toHaveCount(0);
});

test('navigation leaves three quarters of the smallest window to the section', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1)]), answers);
  for (const size of [sizes.smallest, sizes['at 200 %'], sizes['smallest at 200 %']]) {
    await page.setViewportSize(size);
    const navigation = await page.getByRole('navigation').boundingBox();
    const section = await page.getByRole('main').boundingBox();
    expect(navigation?.width).toBeLessThanOrEqual(size.width / 4);
    expect(section?.width).toBeGreaterThanOrEqual((size.width * 3) / 4);
    expect(section?.y).toBe(0);
    // Its icons have names, and each can be reached.
    const lock = page.getByRole('navigation').getByRole('button', { name: 'Lock now' });
    await expect(lock).toBeInViewport({ ratio: 1 });
    await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeFocused();
    await page.getByRole('navigation').getByRole('button', { name: 'Keys' }).click();
  }
});

for (const size of ['standard', 'smallest'] as const)
  test(`fingerprints in details break in even parts where they are too long for a line, ${size}`, async ({
    openKeys,
    page,
  }) => {
    await page.setViewportSize(sizes[size]);
    await openKeys(keysState([key(1)]), answers);
    if (size === 'smallest') await page.getByRole('option').click();
    const { fingerprint, md5Fingerprint } = key(1);
    const [sha256, md5] = [page.locator('.fingerprint').first(), page.locator('.fingerprint').nth(1)];
    expect(await linesOf(sha256)).toEqual([fingerprint.slice(0, 25), fingerprint.slice(25)]);
    // No pair is torn apart.
    expect(await linesOf(md5)).toEqual([md5Fingerprint.slice(0, 28), md5Fingerprint.slice(28)]);
  });
