// Getting keys in: by dialog, by drop, by paste; with passphrases; and what goes wrong.
import type { Page } from '@playwright/test';
import type { AddedFile } from '../../../ipc/contract/keys.ts';
import { drop } from '../fake-main/drop-files.ts';
import { Failure } from '../fake-main/fake-main.ts';
import { addKeyBy } from '../fake-main/menus.ts';
import { stopTime } from '../fake-main/pass-time.ts';
import { key, keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const added = (name: string, number: number): AddedFile => ({
  name,
  outcome: { kind: 'added', id: key(number).id, keptEncrypted: false },
  warnings: [],
});
const pendingId = (number: number) => `6ba7b810-9dad-41d1-80b4-00c04fd430c${number}`;
const locked = (name: string, number: number): AddedFile => ({
  name,
  outcome: {
    kind: 'needs-passphrase',
    pendingId: pendingId(number),
    comment: '',
    why: 'The file is encrypted.',
  },
  warnings: [],
});
const handedOver = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { handedOver: Uint8Array[] }).handedOver.flatMap((bytes) => [...bytes]),
  );

test.beforeEach(({ page }) => stopTime(page));

test('adds by the file dialog of the main process, plain or encrypted', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => [added('a', 1)] });
  await addKeyBy(page, 'Key file…');
  await expect(page.getByText('Added the key.')).toBeVisible();
  await addKeyBy(page, 'Key file, kept encrypted…');
  await expect
    .poll(() => main.inputsOf('keys.add'))
    .toEqual([
      { source: { kind: 'dialog' }, keepEncrypted: false },
      { source: { kind: 'dialog' }, keepEncrypted: true },
    ]);
});

test('the tray’s “Add key encrypted…” opens the dialog too', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => [] });
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await main.emit('view.show', { section: 'keys', action: 'add-encrypted' });
  await expect
    .poll(() => main.inputsOf('keys.add').map(({ keepEncrypted }) => keepEncrypted))
    .toEqual([true]);
});

test('asks for passphrases one after another, again when one is wrong, and wipes them', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(keysState([key(1), key(2)]), {
    'keys.details': () => Promise.reject(new Failure('gone')),
    'keys.add': () => [locked('first.ppk', 1), locked('second.ppk', 2)],
    'keys.unlockAndAdd': ({ pendingId: id, passphrase }) =>
      text(passphrase) === 'right'
        ? { kind: 'added', id: key(id === pendingId(1) ? 1 : 2).id, keptEncrypted: false, alsoAdded: [] }
        : { kind: 'wrong-passphrase', message: 'That passphrase does not open the file.' },
  });
  await addKeyBy(page, 'Key file…');
  await expect(page.getByRole('dialog')).toContainText('first.ppk');
  await expect(page.getByLabel('Passphrase', { exact: true })).toBeFocused();
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('alert')).toHaveText(
    'That passphrase does not open the file.',
  );
  await expect(page.getByLabel('Passphrase', { exact: true })).toHaveValue('');
  await expect(page.getByLabel('Passphrase', { exact: true })).toBeFocused();
  await page.keyboard.type('right');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('second.ppk');
  await expect(page.getByLabel('Passphrase', { exact: true })).toBeFocused();
  await page.keyboard.type('right');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByText('Added 2 keys.')).toBeVisible();
  expect(main.inputsOf('keys.unlockAndAdd').map(({ passphrase }) => text(passphrase))).toEqual([
    'wrong',
    'right',
    'right',
  ]);
  expect(new Set(await handedOver(page))).toEqual(new Set([0]));
});

test('asks no more for a file that the passphrase of another one has opened', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([key(1), key(2)]), {
    'keys.details': () => Promise.reject(new Failure('gone')),
    'keys.add': () => [locked('first.ppk', 1), locked('second.ppk', 2), locked('third.ppk', 3)],
    'keys.unlockAndAdd': ({ alsoTry }) => ({
      kind: 'added',
      id: key(1).id,
      keptEncrypted: false,
      alsoAdded: alsoTry
        .filter((id) => id === pendingId(2))
        .map((id) => ({ kind: 'added', pendingId: id, id: key(2).id, keptEncrypted: false })),
    }),
  });
  await addKeyBy(page, 'Key file…');
  await expect(page.getByRole('dialog')).toContainText('first.ppk');
  await page.keyboard.type('right');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('third.ppk');
  await page.keyboard.type('right');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Added 3 keys.')).toBeVisible();
  expect(main.inputsOf('keys.unlockAndAdd').map(({ alsoTry }) => alsoTry)).toEqual([
    [pendingId(2), pendingId(3)],
    [],
  ]);
});

test('Esc skips a file, which is then forgotten and said not to be added', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), {
    'keys.add': () => [locked('first.ppk', 1), added('second.ppk', 2)],
    'keys.forgetPending': () => null,
  });
  await addKeyBy(page, 'Key file…');
  await expect(page.getByRole('dialog')).toContainText('first.ppk');
  await page.keyboard.press('Escape');
  await expect.poll(() => main.inputsOf('keys.forgetPending')).toEqual([{ pendingId: pendingId(1) }]);
  await expect(page.getByRole('dialog', { name: '1 of 2 keys were added' })).toContainText(
    'Skipped: not added',
  );
});

test('lists what could not be added, and why', async ({ openKeys, page }) => {
  await openKeys(keysState([]), {
    'keys.add': () => [
      {
        name: 'notes.txt',
        outcome: { kind: 'failed', message: 'This is no private key file.' },
        warnings: [],
      },
    ],
  });
  await addKeyBy(page, 'Key file…');
  await expect(page.getByRole('dialog', { name: 'The key was not added' })).toContainText(
    'This is no private key file.',
  );
});

test('adds dropped files as bytes, kept as the part says on which they fell', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), {
    'keys.add': ({ source }) => [added(source.kind === 'file' ? source.name : '', 1)],
  });
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await drop(page, 'encrypted', [
    { name: 'a.ppk', content: 'PuTTY-User-Key-File-3: …' },
    { name: 'b', content: 'other' },
  ]);
  await expect(page.getByText('Added 2 keys.')).toBeVisible();
  const sources = main.inputsOf('keys.add').map(({ source, keepEncrypted }) => {
    if (source.kind !== 'file') throw new Error(source.kind);
    return [source.name, text(source.bytes), keepEncrypted];
  });
  expect(sources).toEqual([
    ['a.ppk', 'PuTTY-User-Key-File-3: …', true],
    ['b', 'other', true],
  ]);
  expect(new Set(await handedOver(page))).toEqual(new Set([0]));
  await drop(page, 'unlocked', [{ name: 'c', content: 'c' }]);
  await expect.poll(() => main.inputsOf('keys.add').at(-1)?.keepEncrypted).toBe(false);
});

test('sends no file that is too large to be a key', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]));
  await expect(page.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
  await drop(page, 'unlocked', [{ name: 'film.mkv', content: 'x'.repeat(1024 * 1024 + 1) }]);
  await expect(page.getByRole('dialog')).toContainText('larger than 1 MiB');
  expect(main.inputsOf('keys.add')).toEqual([]);
});

test('adds a pasted key as bytes and keeps nothing of it in the page', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([]), { 'keys.add': () => [added('pasted text', 1)] });
  await addKeyBy(page, 'Paste…');
  await expect(page.getByLabel('Text of the key file')).toBeFocused();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Paste the whole key first');
  await page.getByLabel('Text of the key file').fill('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.poll(() => main.inputsOf('keys.add').length).toBe(1);
  const [{ source, keepEncrypted } = { source: undefined, keepEncrypted: false }] = main.inputsOf('keys.add');
  expect(source?.kind === 'file' && text(source.bytes)).toBe('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA');
  expect(keepEncrypted).toBe(true);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(new Set(await handedOver(page))).toEqual(new Set([0]));
});
