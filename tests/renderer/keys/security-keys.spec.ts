// Security keys in the window: their libraries, and loading the keys that a security key keeps.
import type { Page } from '@playwright/test';
import type { LoadOutcome } from '../../../ipc/contract/security-keys.ts';
import { Failure } from '../fake-main/fake-main.ts';
import { stopTime } from '../fake-main/pass-time.ts';
import { details, fewKeys, key, keysState } from '../fake-main/sample-keys.ts';
import { libraries, loadedKey, securityKeyAnswers } from '../fake-main/sample-security-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const state = keysState(fewKeys, { platform: 'linux' });
const base = {
  ...securityKeyAnswers,
  'keys.details': ({ id }: { id: string }) => details(fewKeys.find((view) => view.id === id) ?? key(1)),
};
const go = (page: Page) => page.getByRole('navigation').getByRole('button', { name: 'Other places' }).click();
const group = (page: Page) => page.getByRole('region', { name: 'Security keys', exact: true });
const loadCard = (page: Page) =>
  page.getByRole('region', { name: 'Load the keys that a security key keeps' });
const pinField = (page: Page) => page.getByLabel('PIN of the security key');
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test.beforeEach(({ page }) => stopTime(page));

test('each library says whether it can be used and what to do, and is removed', async ({
  openKeys,
  page,
}) => {
  let left: readonly (typeof libraries)[number][] = libraries;
  const main = await openKeys(state, {
    ...base,
    'securityKeys.list': () => left,
    'securityKeys.remove': ({ path }) => {
      left = left.filter((library) => library.path !== path);
      return null;
    },
  });
  await go(page);
  const cards = group(page).locator('> ul > .card');
  await expect(cards).toHaveCount(2);
  await expect(cards.nth(0)).toContainText(/ssh-sk\.so.*Ready.*Used for new keys/);
  await expect(cards.nth(1)).toContainText(
    /skU\+202Eos\.so.*Can’t be used.*Others could exchange this library.*chmod go-w\./,
  );
  await cards.nth(1).getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => main.inputsOf('securityKeys.list').length).toBe(2);
  await cards.nth(1).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('The library is loaded no more.')).toBeVisible();
  await expect(cards).toHaveCount(1);
  await expect(cards).not.toContainText('Used for new keys');
  expect(main.inputsOf('securityKeys.remove')).toEqual([{ path: libraries[1].path }]);
});

test('one is added by its path; what is wrong with it is said, and the path stays', async ({
  openKeys,
  page,
}) => {
  const left: { path: string }[] = [];
  const main = await openKeys(state, {
    ...base,
    'securityKeys.list': () => left,
    'securityKeys.choose': () => '/chosen/sk.so',
    'securityKeys.add': ({ path }) => {
      if (path === '/chosen/sk.so') throw new Failure('There is no library at this path. Install it again.');
      left.push({ path });
      return null;
    },
  });
  await go(page);
  await expect(loadCard(page)).toHaveCount(0);
  const form = group(page).getByRole('region', { name: 'Add a library for security keys' });
  await form.getByRole('button', { name: 'Choose…' }).click();
  await expect(form.getByLabel('Its path')).toHaveValue('/chosen/sk.so');
  await form.getByRole('button', { name: 'Add library' }).click();
  await expect(page.getByText('There is no library at this path. Install it again.')).toBeVisible();
  await expect(form.getByLabel('Its path')).toHaveValue('/chosen/sk.so');
  await form.getByLabel('Its path').fill(' /usr/lib/ssh/ssh-sk.so');
  await page.keyboard.press('Enter');
  await expect(group(page).locator('> ul > .card')).toContainText(/ssh-sk\.so.*Ready/);
  await expect(loadCard(page)).toBeVisible();
  expect(main.inputsOf('securityKeys.add').map(({ path }) => path)).toEqual([
    '/chosen/sk.so',
    '/usr/lib/ssh/ssh-sk.so',
  ]);
});

test('keys are loaded by the keyboard alone, with the PIN that is typed, and a wrong one is said', async ({
  openKeys,
  page,
}) => {
  const pins: string[] = [];
  await openKeys(state, {
    ...base,
    'securityKeys.load': ({ pin }): LoadOutcome => {
      pins.push(text(pin));
      if (pin.length === 0) return { kind: 'pin-wanted', message: 'The security key wants its PIN.' };
      if (text(pin) !== '123456') return { kind: 'pin-wanted', message: 'The PIN is wrong.' };
      return { kind: 'loaded', loaded: [loadedKey], leftOut: 2 };
    },
  });
  await go(page);
  await expect(pinField(page)).toHaveCount(0);
  await loadCard(page).getByRole('button', { name: 'Load keys' }).focus();
  await page.keyboard.press('Enter');
  await expect(pinField(page)).toBeFocused();
  await expect(loadCard(page)).toContainText('The security key wants its PIN.');
  await page.keyboard.type('000000');
  await page.keyboard.press('Enter');
  await expect(loadCard(page)).toContainText('The PIN is wrong.');
  await expect(pinField(page)).toBeFocused();
  await expect(pinField(page)).toHaveValue('');
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  await expect(loadCard(page)).toContainText(
    /Loaded ssh:work aliceU\+202E\s*SHA256:Yk1n9.*2 more can’t be used/,
  );
  await expect(pinField(page)).toHaveCount(0);
  await expect(loadCard(page).getByRole('button', { name: 'Load keys' })).toBeFocused();
  expect(pins).toEqual(['', '000000', '123456']);
});

test('a touch is asked for, and Cancel ends the wait, as leaving does', async ({ openKeys, page }) => {
  let settle: (outcome: LoadOutcome) => void = () => {};
  const main = await openKeys(state, {
    ...base,
    'securityKeys.load': () =>
      new Promise<LoadOutcome>((resolve) => {
        settle = resolve;
      }),
    'securityKeys.stopLoading': () => {
      settle({ kind: 'cancelled' });
      return null;
    },
  });
  await go(page);
  const load = loadCard(page).getByRole('button', { name: 'Load keys' });
  await load.focus();
  await page.keyboard.press('Enter');
  await expect(loadCard(page).getByRole('status')).toContainText('Touch it when it blinks.');
  await page.keyboard.press('Enter');
  expect(main.inputsOf('securityKeys.load')).toHaveLength(1);
  await page.keyboard.press('Tab');
  await expect(loadCard(page).getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(loadCard(page)).not.toContainText('blinks');
  await expect(load).toBeFocused();
  expect(main.inputsOf('securityKeys.stopLoading')).toHaveLength(1);
  await page.keyboard.press('Enter');
  await expect.poll(() => main.inputsOf('securityKeys.load').length).toBe(2);
  await page.getByRole('navigation').getByRole('button', { name: 'Doors' }).click();
  await expect.poll(() => main.inputsOf('securityKeys.stopLoading').length).toBe(2);
});

test('what goes wrong is said, and a PIN that is not typed is given up', async ({ openKeys, page }) => {
  let wantsPin = true;
  await openKeys(state, {
    ...base,
    'securityKeys.load': () => {
      if (!wantsPin) throw new Failure('The middleware has crashed. Try again.');
      return { kind: 'pin-wanted', message: 'The security key wants its PIN.' };
    },
  });
  await go(page);
  await loadCard(page).getByRole('button', { name: 'Load keys' }).click();
  await pinField(page).fill('12');
  await loadCard(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(pinField(page)).toHaveCount(0);
  wantsPin = false;
  await loadCard(page).getByRole('button', { name: 'Load keys' }).click();
  await expect(page.getByText('The middleware has crashed. Try again.')).toBeVisible();
  await loadCard(page).getByRole('button', { name: 'Load keys' }).click();
  await expect(loadCard(page)).not.toContainText('Loaded');
});

test('Windows has a dialog of its own: nothing is chosen or loaded, and a key is generated in one', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(keysState(fewKeys), base);
  await go(page);
  await expect(group(page)).toContainText(
    /Windows reaches them by a dialog of its own.*does not tell programs which keys a security key keeps/,
  );
  await expect(group(page).locator('input')).toHaveCount(0);
  await group(page).getByRole('button', { name: 'Generate a key in a security key…' }).click();
  await expect(page.getByRole('dialog').getByLabel('Type')).toHaveValue('sk-ed25519');
  expect(main.inputsOf('securityKeys.list')).toEqual([]);
});
