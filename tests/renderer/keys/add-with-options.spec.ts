// When to ask and how long a key stays, chosen while it is added: by dialog, by drop, by paste.
import type { AddedFile } from '../../../ipc/contract/keys.ts';
import { dragOver, drop } from '../fake-main/drop-files.ts';
import { addKeyBy, menuItem } from '../fake-main/menus.ts';
import { stopTime } from '../fake-main/pass-time.ts';
import { key, keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const added: readonly AddedFile[] = [
  { name: 'k', outcome: { kind: 'added', id: key(1).id, keptEncrypted: true }, warnings: [] },
];

test.beforeEach(({ page }) => stopTime(page));

test('the keyboard alone chooses options, then files', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => added });
  await page.getByRole('button', { name: 'Add key', exact: true }).press('Enter');
  await expect(menuItem(page, 'Key file…')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add keys with options' });
  await expect(dialog.getByRole('checkbox')).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(dialog.getByLabel('Ask before use')).toBeFocused();
  // Not by their letters: those belong together only while they come within a second.
  await page.keyboard.press('End');
  await expect(dialog.getByLabel('Ask before use')).toHaveValue('always');
  await page.keyboard.press('Tab');
  await expect(dialog.getByLabel('Remove from the agent')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(dialog.getByLabel('Use for hosts', { exact: true })).toBeFocused();
  await page.keyboard.type('*.example.com');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('listitem')).toHaveText('*.example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const only = dialog.getByLabel('Only for hosts', { exact: true });
  await expect(only).toBeFocused();
  await page.keyboard.type('git');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(only).toHaveValue('git.example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => main.inputsOf('keys.add'))
    .toEqual([
      {
        ...{ source: { kind: 'dialog' }, keepEncrypted: false, askLevel: 'always', lifetimeSeconds: 3600 },
        ...{ hosts: ['*.example.com'], onlyTo: ['git.example.com'] },
      },
    ]);
  await expect(page.getByText('Added the key.')).toBeVisible();
});

test('nothing is chosen unless the person does, nor kept for the next time', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => [] });
  const dialog = page.getByRole('dialog');
  await addKeyBy(page, 'Key file with options…');
  await dialog.getByLabel('Ask before use').selectOption('Always');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(main.inputsOf('keys.add')).toEqual([]);
  await addKeyBy(page, 'Key file with options…');
  await dialog.getByRole('button', { name: 'Choose files…' }).click();
  await expect
    .poll(() => main.inputsOf('keys.add'))
    .toEqual([{ source: { kind: 'dialog' }, keepEncrypted: true }]);
});

test('files dropped there wait for the choice, which holds for each of them', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => added });
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await drop(page, 'as-chosen', [
    { name: 'a', content: 'first' },
    { name: 'b', content: 'second' },
  ]);
  const dialog = page.getByRole('dialog', { name: 'Add 2 key files' });
  await dialog.getByLabel('Ask before use').selectOption('Only for requests from other machines');
  expect(main.inputsOf('keys.add')).toEqual([]);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByText('Added 2 keys.')).toBeVisible();
  const wishes = main.inputsOf('keys.add').map(({ source, ...others }) => ({
    ...others,
    name: source.kind === 'file' ? source.name : '',
  }));
  expect(wishes).toEqual([
    { name: 'a', keepEncrypted: true, askLevel: 'forwarded' },
    { name: 'b', keepEncrypted: true, askLevel: 'forwarded' },
  ]);
});

test('a dropped file can’t write over the title by its name', async ({ openKeys, page }) => {
  await openKeys(keysState([]));
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await drop(page, 'as-chosen', [{ name: 'a\u202egnp.ppk', content: '' }]);
  await expect(page.getByRole('dialog', { name: 'Add “a<U+202E>gnp.ppk”' })).toBeVisible();
});

test('a pasted key gets what is chosen beside it', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => added });
  await addKeyBy(page, 'Paste…');
  await page.getByLabel('Text of the key file').fill('-----BEGIN OPENSSH PRIVATE KEY-----');
  await page.getByRole('dialog').getByLabel('Remove from the agent').selectOption('In 10 minutes');
  await page.getByRole('dialog').getByText('Hosts', { exact: true }).click();
  await page.getByRole('dialog').getByLabel('Use for hosts', { exact: true }).fill('github.com');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect
    .poll(() => main.inputsOf('keys.add').map(({ source: _source, ...wishes }) => wishes))
    .toEqual([{ keepEncrypted: true, lifetimeSeconds: 600, hosts: ['github.com'] }]);
});

test('a host that is not known is told at its field, and nothing is added meanwhile', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => added });
  await addKeyBy(page, 'Key file with options…');
  const dialog = page.getByRole('dialog');
  const only = dialog.getByLabel('Only for hosts', { exact: true });
  await only.fill('unknown.example.org');
  await dialog.getByRole('button', { name: 'Choose files…' }).click();
  await expect(only).toHaveAccessibleDescription(/is not in known_hosts.*PuTTY and WinSCP, can’t use it/);
  await expect(only).toHaveAttribute('aria-invalid', 'true');
  expect(main.inputsOf('keys.add')).toEqual([]);
  await only.fill('');
  await dialog.getByRole('button', { name: 'Choose files…' }).click();
  await expect
    .poll(() => main.inputsOf('keys.add'))
    .toEqual([{ source: { kind: 'dialog' }, keepEncrypted: true }]);
});

test('every part to drop on is in sight in the smallest window at 200 %', async ({ openKeys, page }) => {
  await page.setViewportSize({ width: 202, height: 160 });
  await openKeys(keysState([]));
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await dragOver(page, [{ name: 'k', content: '' }]);
  const parts = page.locator('[data-keep] strong');
  await expect(parts).toHaveCount(3);
  for (const part of await parts.all()) await expect(part).toBeInViewport({ ratio: 1 });
});
