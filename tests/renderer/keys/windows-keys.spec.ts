// Windows' own keys in the window: which are offered, made, deleted after a second question, their public halves copied.
import type { Page } from '@playwright/test';
import { Failure } from '../fake-main/fake-main.ts';
import { stopTime } from '../fake-main/pass-time.ts';
import { details, fewKeys, key, keysState } from '../fake-main/sample-keys.ts';
import { badgeKey, ownKey, windowsKeyAnswers, windowsPlace } from '../fake-main/sample-windows-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const base = {
  ...windowsKeyAnswers,
  'keys.details': ({ id }: { id: string }) => details(fewKeys.find((view) => view.id === id) ?? key(1)),
  'windowsKeys.offer': () => null,
  'windowsKeys.delete': () => true,
};
const state = keysState(fewKeys, { stores: [windowsPlace] });
const go = (page: Page) => page.getByRole('navigation').getByRole('button', { name: 'Other places' }).click();
const group = (page: Page) => page.getByRole('region', { name: 'Windows’ own keys' });

test.beforeEach(({ page }) => stopTime(page));

test('each says where it lives and is switched on and off, as all certificates are', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(state, base);
  await go(page);
  const cards = group(page).locator('.cards > .card');
  await expect(cards).toHaveCount(2);
  await expect(cards.nth(0)).toContainText(/work.*ECDSA P-256, in the TPM/);
  await expect(cards.nth(1)).toContainText(/AdaU\+202E.*CardU\+202E of Ada.*Windows asks you at each use/);
  await expect(group(page)).toContainText('Keys behind Windows Hello: It does not answer. Wait.');
  await expect(group(page)).toContainText(
    /certificates without a private key here \(2\), whose.*has \(1\)\./,
  );
  await cards.nth(1).getByRole('switch').click();
  await group(page).getByRole('switch', { name: 'Offer your certificates' }).click();
  await expect
    .poll(() => main.inputsOf('windowsKeys.offer'))
    .toEqual([
      { which: { fingerprint: badgeKey.fingerprint }, isOffered: true },
      { which: 'certificates', isOffered: true },
    ]);
});

test('one that was made here can be deleted, unless the person keeps it when the system asks, and no other', async ({
  openKeys,
  page,
}) => {
  let isMeant = false;
  const main = await openKeys(state, { ...base, 'windowsKeys.delete': () => isMeant });
  await go(page);
  const button = group(page).getByRole('button', { name: 'Delete…' });
  await expect(button).toHaveCount(1);
  await button.click();
  await expect.poll(() => main.inputsOf('windowsKeys.delete')).toEqual([{ fingerprint: ownKey.fingerprint }]);
  await expect(page.getByText('The key was deleted.')).toHaveCount(0);
  isMeant = true;
  await button.click();
  await expect(page.getByText('The key was deleted.')).toBeVisible();
});

test('one is made where and of the kind that is wished for; what goes wrong is said', async ({
  openKeys,
  page,
}) => {
  let isReady = false;
  const main = await openKeys(state, {
    ...base,
    'windowsKeys.make': () => {
      if (!isReady) throw new Failure('Windows asked, and was answered with Cancel.');
      return ownKey.fingerprint;
    },
  });
  await go(page);
  const form = page.getByRole('region', { name: 'Make a key' });
  await form.getByRole('textbox', { name: 'Name' }).fill('laptop');
  await form.getByRole('combobox', { name: 'Where' }).selectOption('hello');
  await form.getByRole('button', { name: 'Make' }).click();
  await expect(page.getByText('Windows asked, and was answered with Cancel.')).toBeVisible();
  isReady = true;
  await form.getByRole('button', { name: 'Make' }).click();
  await expect(page.getByText('The key was made.')).toBeVisible();
  const wish = { home: 'hello', kind: 'rsa-2048', name: 'laptop' };
  expect(main.inputsOf('windowsKeys.make')).toEqual([wish, wish]);
  await expect(form.getByRole('textbox', { name: 'Name' })).toHaveValue('');
});
