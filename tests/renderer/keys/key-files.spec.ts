// Making a key, converting a file and changing its passphrase.
import type { Page } from '@playwright/test';
import type { OpenedKeyFile, SaveOutcome } from '../../../ipc/contract/key-files.ts';
import { addKeyBy, chooseForKey } from '../fake-main/menus.ts';
import { stopTime } from '../fake-main/pass-time.ts';
import { details, key, keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const openedId = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
const saved: SaveOutcome = {
  kind: 'saved',
  path: 'C:\\Users\\alice\\.ssh\\id_new',
  publicKeyLine: 'ssh-ed25519 AAAAC3Nz new',
  fingerprint: key(1).fingerprint,
};
const file: OpenedKeyFile = {
  openedId,
  name: 'server.ppk',
  format: 'ppk',
  comment: 'server',
  isEncrypted: true,
  hasOriginal: true,
};
const base = { 'keys.details': () => details(key(1)), 'keyFile.close': () => null };
const wiped = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { handedOver: Uint8Array[] }).handedOver.every((b) =>
      b.every((byte) => byte === 0),
    ),
  );

test.beforeEach(({ page }) => stopTime(page));

test('makes a key as told, and shows where it is and its public half', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([key(1)]), { ...base, 'keyFile.generate': () => saved });
  await addKeyBy(page, 'Generate…');
  await page.getByLabel('Type').selectOption('RSA 4096');
  await page.getByLabel('Comment').fill('laptop, 2026');
  await page.getByLabel('PuTTY (PPK version 3)').check();
  await page.getByLabel('New passphrase', { exact: true }).fill('correct horse');
  await page.getByLabel('New passphrase again').fill('correct horse');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Your new key' })).toContainText(saved.path);
  await expect(page.getByRole('dialog').getByLabel('Line for authorized_keys')).toHaveValue(
    'ssh-ed25519 AAAAC3Nz new',
  );
  const [input] = main.inputsOf('keyFile.generate');
  expect(input).toMatchObject({
    type: { kind: 'rsa', bits: 4096 },
    comment: 'laptop, 2026',
    format: 'ppk',
    addToAgent: true,
  });
  expect(text(input!.passphrase)).toBe('correct horse');
  expect(await wiped(page)).toBe(true);
});

test('makes a post-quantum key, and says why PuTTY’s format can’t hold it', async ({ openKeys, page }) => {
  const message = 'PuTTY key files (PPK) can’t hold keys of the kind ML-DSA-44 + Ed25519.';
  const main = await openKeys(keysState([key(1)]), {
    ...base,
    'keyFile.generate': ({ format }) => (format === 'ppk' ? { kind: 'failed', message } : saved),
  });
  await addKeyBy(page, 'Generate…');
  await page.getByLabel('Type').selectOption('Post-quantum (ML-DSA-44 + Ed25519)');
  await page.getByLabel('No passphrase').check();
  await page.getByLabel('PuTTY (PPK version 3)').check();
  await page.getByRole('button', { name: 'Generate and save…' }).click();
  await expect(page.getByRole('dialog')).toContainText(message);
  await page.getByLabel('OpenSSH', { exact: true }).check();
  await page.getByRole('button', { name: 'Generate and save…' }).click();
  await expect(page.getByRole('dialog', { name: 'Your new key' })).toContainText(saved.path);
  const types = main.inputsOf('keyFile.generate').map(({ type }) => type);
  expect(types).toEqual([{ kind: 'mldsa44-ed25519' }, { kind: 'mldsa44-ed25519' }]);
});

test('has a security key make a key, which asks for its PIN, and can be left', async ({ openKeys, page }) => {
  let asked = 0;
  let stopped = () => {};
  const main = await openKeys(keysState([key(1)]), {
    ...base,
    'keyFile.generate': () => {
      asked++;
      if (asked === 1) return { kind: 'pin-wanted', message: 'The security key wants its PIN.' };
      if (asked > 2) return saved;
      return new Promise((resolve) => {
        stopped = () => resolve({ kind: 'cancelled' });
      });
    },
    'keyFile.stopGenerating': () => {
      stopped();
      return null;
    },
  });
  await addKeyBy(page, 'Generate…');
  await page.getByLabel('Type').selectOption('Ed25519 in a security key');
  await expect(page.getByLabel('PuTTY (PPK version 3)')).toHaveCount(0);
  await page.getByLabel('No passphrase').check();
  await expect(page.getByText('needs the security key, too')).toBeVisible();
  await page.getByLabel('Keep the key in the security key').check();
  await page.getByLabel('Application').fill('ssh:work');
  const generate = page.getByRole('button', { name: 'Generate and save…' });
  await generate.click();
  await expect(page.getByRole('alert').filter({ hasText: 'wants its PIN' })).toBeVisible();
  await page.getByLabel('PIN of the security key').fill('1234');
  await generate.click();
  await expect(page.getByText('Touch your security key')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Touch your security key')).toHaveCount(0);
  await generate.click();
  await expect(page.getByRole('dialog', { name: 'Your new key' })).toContainText(saved.path);
  const inputs = main.inputsOf('keyFile.generate');
  expect(inputs[0]).toMatchObject({
    type: { kind: 'sk-ed25519', application: 'ssh:work', resident: true, verify: false, touch: true },
    format: 'openssh',
  });
  expect(inputs.map(({ pin }) => text(pin))).toEqual(['', '1234', '']);
});

test('makes no key with two different passphrases, or with none unasked', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([key(1)]), {
    ...base,
    'keyFile.generate': () => ({ kind: 'cancelled' }),
  });
  await addKeyBy(page, 'Generate…');
  const generate = page.getByRole('button', { name: 'Generate and save…' });
  await generate.click();
  await expect(page.getByRole('dialog').getByRole('alert').first()).toContainText('choose “No passphrase”');
  await page.getByLabel('New passphrase', { exact: true }).fill('one');
  await page.getByLabel('New passphrase again').fill('two');
  await generate.click();
  await expect(page.getByRole('dialog').getByRole('alert').first()).toContainText('differ');
  expect(main.inputsOf('keyFile.generate')).toEqual([]);
  await page.getByLabel('No passphrase').check();
  await expect(page.getByText('Whoever gets the file can use the key.')).toBeVisible();
  await generate.click();
  await expect
    .poll(() => main.inputsOf('keyFile.generate').map(({ passphrase }) => passphrase.length))
    .toEqual([0]);
  // The person closed the system's dialog: everything is still there.
  await expect(page.getByRole('dialog', { name: 'Generate a key' })).toBeVisible();
});

test('converts to the other format under the same passphrase, and closes the file', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(keysState([key(1)]), {
    ...base,
    'keyFile.open': () => ({ kind: 'opened', file }),
    'keyFile.save': () => saved,
  });
  await addKeyBy(page, 'Convert a file…');
  await expect(page.getByLabel('OpenSSH')).toBeChecked();
  await page.getByLabel('Current passphrase').fill('old');
  await page.getByRole('button', { name: 'Save as…' }).click();
  await expect(page.getByRole('dialog', { name: 'The key file was saved' })).toBeVisible();
  const [input] = main.inputsOf('keyFile.save');
  expect(input).toMatchObject({ openedId, format: 'openssh', comment: 'server', target: 'choose' });
  expect([text(input!.oldPassphrase), text(input!.newPassphrase)]).toEqual(['old', 'old']);
  expect(main.inputsOf('keyFile.open')).toEqual([{ source: { kind: 'dialog' } }]);
  await expect.poll(() => main.inputsOf('keyFile.close')).toEqual([{ openedId }]);
  expect(await wiped(page)).toBe(true);
});

test('changes the passphrase of a held key in its own file, after a wrong one', async ({
  openKeys,
  page,
}) => {
  const outcomes: SaveOutcome[] = [
    { kind: 'wrong-passphrase', message: 'That is not the passphrase of this file.' },
    saved,
  ];
  const main = await openKeys(keysState([key(1)]), {
    ...base,
    'keyFile.open': () => ({ kind: 'opened', file }),
    'keyFile.save': () => outcomes.shift() ?? saved,
  });
  await chooseForKey(page, 'New passphrase…');
  for (const old of ['wrong', 'old']) {
    await page.getByLabel('Current passphrase').fill(old);
    await page.getByLabel('New passphrase', { exact: true }).fill('new');
    await page.getByLabel('New passphrase again').fill('new');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    if (old === 'wrong')
      await expect(page.getByText('That is not the passphrase of this file.')).toBeVisible();
  }
  await expect(page.getByRole('dialog', { name: 'The key file was saved' })).toBeVisible();
  expect(main.inputsOf('keyFile.open')).toEqual([{ source: { kind: 'held', id: key(1).id } }]);
  expect(
    main
      .inputsOf('keyFile.save')
      .map(({ oldPassphrase, newPassphrase, target }) => [text(oldPassphrase), text(newPassphrase), target]),
  ).toEqual([
    ['wrong', 'new', 'original'],
    ['old', 'new', 'original'],
  ]);
});

test('closing the dialog closes the opened file', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([key(1)]), {
    ...base,
    'keyFile.open': () => ({ kind: 'opened', file }),
  });
  await chooseForKey(page, 'Convert…');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect.poll(() => main.inputsOf('keyFile.close')).toEqual([{ openedId }]);
});
