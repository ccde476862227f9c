// The list of keys and what can be done with a key, by mouse and by keyboard alone.

import type { Page } from '@playwright/test';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { chooseForKey } from '../fake-main/menus.ts';
import { passTime, stopTime } from '../fake-main/pass-time.ts';
import { details, fewKeys, key, keysState, noRules } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const four = [1, 2, 3, 4].map((number) => key(number));
const row = (page: Page, name: string) => page.getByRole('listbox').getByRole('option', { name });
const selected = (page: Page) => page.getByRole('listbox').getByRole('option', { selected: true });

async function expectDisabled(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More for this key' }).click();
  await expect(page.getByRole('menuitem', { name: item })).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
}

const answers = { 'keys.details': ({ id }: { id: string }) => details(key(0, { id })) };

test.beforeEach(({ page }) => stopTime(page));

test('says what to do first when there are no keys', async ({ openKeys, page }) => {
  await openKeys(keysState([]));
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add key', exact: true })).toBeVisible();
});

test('the keyboard goes from section to command in the order in which they are seen', async ({
  openKeys,
  page,
}) => {
  await openKeys(keysState(four), answers);
  await expect(row(page, 'key number 1')).toBeVisible();
  const order: string[] = [];
  for (let step = 0; step < 28; step++) {
    await page.keyboard.press('Tab');
    order.push(
      await page.evaluate(
        () =>
          document.activeElement?.getAttribute('role') ??
          document.activeElement?.getAttribute('aria-label') ??
          // A list's own text is all of its choices.
          (document.activeElement as HTMLSelectElement | null)?.labels?.[0]?.textContent ??
          document.activeElement?.textContent ??
          '',
      ),
    );
  }
  const places = [
    'Keys',
    'Settings',
    'Lock now',
    'Add key',
    'option',
    'Copy public key',
    'Remove…',
    'More for this key',
    'Ask before use',
  ].map((name) => order.indexOf(name));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(order.filter((name) => name === 'option')).toHaveLength(1);
});

test('arrows, Home and End move, Shift selects a range, Ctrl with A all', async ({ openKeys, page }) => {
  await openKeys(keysState(four), answers);
  await row(page, 'key number 1').click();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 'key number 2')).toBeFocused();
  await expect(selected(page)).toHaveText([/key number 2/]);
  await page.keyboard.press('Shift+ArrowDown');
  await expect(selected(page)).toHaveText([/key number 2/, /key number 3/]);
  await expect(page.getByRole('heading', { name: '2 keys selected' })).toBeVisible();
  await page.keyboard.press('Control+a');
  await expect(selected(page)).toHaveCount(4);
  await page.keyboard.press('End');
  await expect(row(page, 'key number 4')).toBeFocused();
  await expect(selected(page)).toHaveCount(1);
  await page.keyboard.press('Home');
  await expect(row(page, 'key number 1')).toBeFocused();
});

test('Delete asks first, with Cancel under the keyboard; the keyboard comes back to the list', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(keysState(four), { ...answers, 'keys.remove': () => ({ restorable: 0 }) });
  await row(page, 'key number 2').click();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('dialog', { name: 'Remove this key?' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(row(page, 'key number 2')).toBeFocused();
  expect(main.inputsOf('keys.remove')).toEqual([]);
  await page.keyboard.press('Delete');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => main.inputsOf('keys.remove')).toEqual([{ ids: [key(2).id] }]);
  await main.emit(
    'keys.changed',
    four.filter(({ id }) => id !== key(2).id),
  );
  await expect(selected(page)).toHaveText([/key number 3/]);
});

test('removing keys that come back encrypted can be undone, and says how many do', async ({
  openKeys,
  page,
}) => {
  const undoId = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
  const main = await openKeys(keysState(four), {
    ...answers,
    'keys.remove': () => ({ undoId, restorable: 1 }),
    'keys.undoRemove': () => null,
  });
  await row(page, 'key number 2').click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('1 of them can be had back, encrypted.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Added again, encrypted')).toBeVisible();
  expect(main.inputsOf('keys.undoRemove')).toEqual([{ undoId }]);
});

test('says that keys held in clear only are lost when they are removed', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1, { state: 'clear' }), key(2)]), answers);
  await page.keyboard.press('Escape');
  await row(page, 'key number 1').click();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await expect(page.getByRole('dialog')).toContainText(
    'It is held in memory only: to have it back, you need the key file.',
  );
});

test('says how many of several keys are lost when they are removed', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1, { state: 'clear' }), key(2, { state: 'clear' }), key(3)]), answers);
  const dialog = page.getByRole('dialog');
  await row(page, 'key number 1').click();
  await row(page, 'key number 2').click({ modifiers: ['Shift'] });
  await page.keyboard.press('Delete');
  await expect(dialog).toContainText(
    'They are held in memory only: to have them back, you need the key files.',
  );
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await expect(dialog).toContainText('2 of them are held in memory only');
});

test('Alt with the arrows changes the order and says the new place', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(four), { ...answers, 'keys.move': () => null });
  await row(page, 'key number 2').click();
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(() => main.inputsOf('keys.move')).toEqual([{ id: key(2).id, toIndex: 2 }]);
  await expect(page.getByText('“key number 2” is now number 3 of 4.')).toBeVisible();
  await main.emit('keys.changed', [four[0]!, four[2]!, four[1]!, four[3]!]);
  await expect(row(page, 'key number 2')).toBeFocused();
  await chooseForKey(page, 'Offer earlier');
  await expect.poll(() => main.inputsOf('keys.move').at(-1)).toEqual({ id: key(2).id, toIndex: 1 });
});

test('the first key can’t go up, and certificates go with their key', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(fewKeys), { ...answers, 'keys.move': () => null });
  await page.getByRole('option').nth(0).click();
  await expectDisabled(page, 'Offer earlier');
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByRole('option').nth(3).click();
  await expectDisabled(page, 'Offer later');
  await main.settled();
  expect(main.inputsOf('keys.move')).toEqual([]);
});

test('a row dragged between two others goes there', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(four), { ...answers, 'keys.move': () => null });
  await row(page, 'key number 1').hover();
  await page.mouse.down();
  const target = await row(page, 'key number 3').boundingBox();
  if (target === null) throw new Error('the row is not shown');
  await page.mouse.move(target.x + 40, target.y + 20, { steps: 5 });
  await page.mouse.move(target.x + 40, target.y + target.height - 4, { steps: 5 });
  // It goes where the mark is shown.
  await expect(row(page, 'key number 3')).toHaveClass(/drop-after/);
  await page.mouse.up();
  await expect.poll(() => main.inputsOf('keys.move')).toEqual([{ id: key(1).id, toIndex: 2 }]);
});

test('sets when a key is asked about, but not where a program asked for it', async ({ openKeys, page }) => {
  const keys = [key(1), key(2, { confirm: true, confirmIsConstraint: true }), key(3, { confirm: true })];
  const policy = { ...noRules, defaultLevel: 'forwarded' } as const;
  const main = await openKeys(keysState(keys, { policy }), { ...answers, 'policy.setLevel': () => null });
  const level = page.getByLabel('Ask before use');
  await expect(level).toHaveValue('default');
  await expect(page.getByText('for all keys: only for requests from other machines.')).toBeVisible();
  await level.selectOption('Always');
  await expect.poll(() => main.inputsOf('policy.setLevel')).toEqual([{ id: key(1).id, level: 'always' }]);
  // What is shown is the agent's state, not the wish.
  await expect(level).toHaveValue('default');
  await expect(row(page, 'key number 1')).not.toContainText('Confirm');
  await main.emit('policy.changed', { ...policy, levels: { [key(1).fingerprint]: 'always' } });
  await expect(level).toHaveValue('always');
  await expect(row(page, 'key number 1')).toContainText('Confirm');
  await level.selectOption('When something is new');
  await expect.poll(() => main.inputsOf('policy.setLevel').at(-1)).toEqual({ id: key(1).id, level: 'new' });
  await main.emit('policy.changed', { ...policy, levels: { [key(1).fingerprint]: 'new' } });
  await expect(page.getByText('the first time that a program uses the key')).toBeVisible();
  await expect(row(page, 'key number 1')).not.toContainText('Confirm');
  await level.selectOption({ value: 'default' });
  await expect.poll(() => main.inputsOf('policy.setLevel').at(-1)).toEqual({ id: key(1).id });
  await main.emit('policy.changed', { ...policy, levels: { [key(1).fingerprint]: 'unreadable' } });
  await expect(page.getByText('What is stored for this key can’t be understood')).toBeVisible();
  await row(page, 'key number 3').click();
  await expect(level).toHaveValue('always');
  await expect(level).toBeEnabled();
  await row(page, 'key number 2').click();
  await expect(level).toBeDisabled();
  await expect(level).toHaveValue('always');
  await expect(page.getByText('can’t be switched off here')).toBeVisible();
});

test('sets and ends a lifetime, which counts down', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([key(1, { secondsLeft: 125 })]), {
    ...answers,
    'keys.setLifetime': () => null,
  });
  const lifetime = page.getByLabel('Remove from the agent');
  await expect(row(page, 'key number 1')).toContainText('2 min 5 s');
  await passTime(page, 70_000);
  await expect(row(page, 'key number 1')).toContainText('55 s');
  await lifetime.selectOption('In 1 hour');
  await lifetime.selectOption('Never');
  await expect
    .poll(() => main.inputsOf('keys.setLifetime'))
    .toEqual([{ id: key(1).id, seconds: 3600 }, { id: key(1).id }]);
});

test('offers only to bring an end forward that a program has set', async ({ openKeys, page }) => {
  const limited = key(1, { secondsLeft: 7200, programSecondsLeft: 7200 });
  const main = await openKeys(keysState([limited]), { ...answers, 'keys.setLifetime': () => null });
  const lifetime = page.getByLabel('Remove from the agent');
  await expect(lifetime.getByRole('option')).toHaveText([
    'In 2 h',
    'When the program said',
    'In 10 minutes',
    'In 1 hour',
  ]);
  await expect(page.getByText('you can bring forward but not put off')).toBeVisible();
  await lifetime.selectOption('In 1 hour');
  await lifetime.selectOption('When the program said');
  await expect
    .poll(() => main.inputsOf('keys.setLifetime'))
    .toEqual([{ id: key(1).id, seconds: 3600 }, { id: key(1).id }]);
});

test('shows fingerprints, public key and certificate', async ({ openKeys, page }) => {
  await openKeys(keysState(fewKeys), {
    'keys.details': ({ id }) => details(fewKeys.find((view) => view.id === id)!),
  });
  await page.getByRole('option').nth(3).click();
  const pane = page.getByRole('region', { name: 'Details' });
  await expect(pane).toContainText(fewKeys[3]!.fingerprint);
  await expect(pane).toContainText('MD5:9d:2c:');
  await expect(page.getByLabel('Line for authorized_keys')).toHaveValue(
    /^ssh-ed25519-cert-v01@openssh\.com AAAA/,
  );
  await expect(pane).toContainText('expired. Get a new certificate where this one came from');
  await expect(pane).toContainText('alice (laptop), issued by the example CA');
});

test('tells of certificates that expired, soon will, or begin later', async ({ openKeys, page }) => {
  const certificate = (number: number, validity: KeyView['validity'] & object) =>
    key(number, { isCertificate: true, validity });
  const shown = [
    certificate(1, { state: 'expired' }),
    certificate(2, { state: 'valid', secondsLeft: 2 * 86_400 + 3 * 3600 }),
    certificate(3, { state: 'valid', secondsLeft: 30 * 86_400 }),
    certificate(4, { state: 'not-yet', secondsLeft: 30 * 86_400 }),
    certificate(5, { state: 'valid' }),
  ];
  await openKeys(keysState(shown), {
    'keys.details': ({ id }) => details(shown.find((view) => view.id === id)!),
  });
  const rows = page.getByRole('option');
  await expect(rows.nth(0)).toContainText('Expired');
  await expect(rows.nth(1)).toContainText(/Expires in 2 d [23] h/);
  await expect(rows.nth(3)).toContainText('Not valid yet');
  for (const n of [2, 3, 4]) await expect(rows.nth(n)).not.toContainText('Expire');
  const pane = page.getByRole('region', { name: 'Details' });
  await rows.nth(0).click();
  await expect(pane).toContainText('Expired. The time of this certificate is over: no program is offered it');
  await rows.nth(3).click();
  await expect(pane).toContainText('not valid yet. Programs are offered it after all other keys.');
});

test('tells where a restricted key may go', async ({ openKeys, page }) => {
  const restricted = key(1, { restricted: true });
  await openKeys(keysState([restricted]), { 'keys.details': () => details(restricted) });
  const steps = page.getByRole('region', { name: 'Details' }).getByRole('listitem');
  await expect(steps).toHaveText([
    'from this computer to bastion.example.com',
    'from bastion.example.com to db as ro*U+202Et',
    'and 6 more',
  ]);
});

test('copies the public key through the main process and says so', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(four), { ...answers, 'keys.copyPublicKey': () => null });
  await page.getByRole('button', { name: 'Copy public key' }).click();
  await chooseForKey(page, 'Copy as RFC 4716');
  await expect
    .poll(() => main.inputsOf('keys.copyPublicKey').map(({ format }) => format))
    .toEqual(['authorized-keys', 'rfc4716']);
  await expect(
    page.getByText('The line for authorized_keys of “key number 1” is on the clipboard.'),
  ).toBeVisible();
});

test('re-encrypts what can be and tells of the rest', async ({ openKeys, page }) => {
  const keys = [key(1, { state: 'unlocked' }), key(2, { state: 'clear' })];
  const main = await openKeys(keysState(keys), { ...answers, 'keys.reencrypt': () => ({ leftInClear: 1 }) });
  await row(page, 'key number 1').click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByRole('button', { name: 'Lock again' }).click();
  await expect.poll(() => main.inputsOf('keys.reencrypt')).toEqual([{ ids: [key(1).id, key(2).id] }]);
  await expect(page.getByText('Locked 1 keys')).toHaveCount(0);
  await expect(page.getByText('Locked 1 key again. 1 is held in clear only')).toBeVisible();
});

test('finds keys among 500 by comment and fingerprint', async ({ openKeys, page }) => {
  const keys = Array.from({ length: 500 }, (_, number) => key(number));
  await openKeys(keysState(keys), answers);
  await row(page, 'key number 0').first().focus();
  await page.keyboard.press('End');
  await expect(row(page, 'key number 499')).toBeInViewport();
  await page.getByLabel('Search the keys').fill('number 37');
  await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(11);
  await page.getByLabel('Search the keys').fill('3pWc0042');
  await expect(page.getByRole('listbox').getByRole('option')).toHaveText([/key number 42/]);
  await page.getByLabel('Search the keys').fill('nothing like it');
  await expect(page.getByText('None of the 500 keys matches.')).toBeVisible();
});

test('in a narrow window the details come in place of the list, and go back to it', async ({
  openKeys,
  page,
}) => {
  await page.setViewportSize({ width: 500, height: 600 });
  await openKeys(keysState(four), answers);
  await row(page, 'key number 2').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'key number 2' })).toBeVisible();
  await expect(page.getByRole('listbox')).toBeHidden();
  await page.getByRole('button', { name: 'All keys' }).click();
  await passTime(page, 50);
  await expect(row(page, 'key number 2')).toBeFocused();
});

test('an arrow key draws the two rows again that it changes, of 500', async ({ openKeys, page }) => {
  await openKeys(keysState(Array.from({ length: 500 }, (_, index) => key(index))), answers);
  await row(page, 'key number 0 ').first().click();
  // React gives an element new properties whenever its component was run.
  const drawn = await page.evaluate(async () => {
    const rows = [...document.querySelectorAll('.key-row')];
    const propertiesOf = (element: Element): unknown =>
      Object.entries(element).find(([name]) => name.startsWith('__reactProps$'))?.[1];
    const before = rows.map(propertiesOf);
    if (before.includes(undefined)) throw new Error('React keeps the properties elsewhere now');
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }),
    );
    await Promise.resolve();
    return rows.flatMap((element, index) => (propertiesOf(element) === before[index] ? [] : [index]));
  });
  expect(drawn).toEqual([0, 1]);
});
