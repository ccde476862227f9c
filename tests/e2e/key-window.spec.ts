// The key window and the tray, as a person uses them, over restarts of the program.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { SecretBytes } from '../../main/keys/encoding/secret-bytes.ts';
import { parseKeyFile } from '../../main/keys/files/parse-key-file.ts';
import { addKeyBy, chooseForKey } from '../renderer/fake-main/menus.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, keyFile, launch, logOf, passphrase, test } from './driver/fixtures.ts';
import type { RunningApp } from './driver/running-app.ts';
import { PromptPage } from './pages/prompt-page.ts';
import { addEncrypted, signAndPrompt, signLogin } from './signing.ts';

/** Chooses fixture key files in the dialog of “Add key encrypted…”. */
async function addByDialog(app: RunningApp, home: string, ...names: readonly string[]): Promise<Page> {
  const page = await app.page('keys');
  await app.desktop('answerOpenDialog', { filePaths: names.map((name) => keyFile(name, home)) });
  await addKeyBy(page, 'Key file, kept encrypted…');
  return page;
}

const tooltipOf = async (app: RunningApp) => (await app.desktop('tray', {})).tooltip;
const rowsOf = (page: Page) => page.getByRole('listbox', { name: 'Keys' }).getByRole('option');

test.describe('with the desktop at hand', () => {
  test.skip(driverName !== 'stand-in', onlyStandIn);

  test('a start without keys shows what to do first, and keys chosen in the dialog are added', async ({
    sallyport,
    connect,
    home,
  }) => {
    const first = await sallyport.page('keys');
    await expect(first.getByRole('heading', { name: 'No keys yet' })).toBeVisible();
    await expect(rowsOf(first)).toHaveCount(0);
    const page = await addByDialog(sallyport, home, 'ed25519.openssh-aes256-ctr', 'p256.openssh');
    await expect(rowsOf(page)).toHaveCount(2);
    expect(await (await connect()).list()).toHaveLength(2);
    await expect.poll(() => tooltipOf(sallyport)).toBe('Sallyport: 2 keys, 1 encrypted');
    const [window] = await sallyport.desktop('windows', {});
    // The mouse pointer is on the stand-in's second monitor, which begins at 1280.
    expect(window?.x).toBeGreaterThanOrEqual(1280);
  });

  test('a key that needs its passphrase now gets it in the window', async ({ sallyport, connect, home }) => {
    const page = await addByDialog(sallyport, home, 'p256.pkcs8-aes-128-cbc');
    await page.getByRole('dialog').getByRole('textbox').fill(passphrase);
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await (await connect()).list()).length).toBe(1);
  });

  test('keys and settings are there again at the next start', async ({ home }) => {
    const first = await launch({ home });
    const page = await addByDialog(first, home, 'ed25519.openssh-aes256-ctr');
    await expect(rowsOf(page)).toHaveCount(1);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Lock with my Windows session').click();
    const settingsPath = join(first.dataDirectory, 'settings.json');
    await expect
      .poll(() => (existsSync(settingsPath) ? readFileSync(settingsPath, 'utf8') : ''))
      .toContain('"lockOnSessionLock": true');
    expect(await first.quit()).toBe(0);
    await first.kill();

    const second = await launch({ home });
    try {
      await expect.poll(() => tooltipOf(second)).toBe('Sallyport: 1 key, 1 encrypted');
      // Who has keys already is not bothered with a window.
      expect(second.pages('keys')).toEqual([]);
      const keys = await second.showKeys();
      await expect(rowsOf(keys)).toHaveCount(1);
      await keys.getByRole('button', { name: 'Settings' }).click();
      await expect(keys.getByLabel('Lock with my Windows session')).toBeChecked();
    } finally {
      await second.kill();
    }
  });

  test('a damaged settings file is told of in the window', async ({ home, launchWith }) => {
    const { app } = await launchWith({});
    await app.quit();
    writeFileSync(join(app.dataDirectory, 'settings.json'), '{"version":1');
    const { app: next } = await launchWith({});
    const page = await next.page('keys');
    await expect(page.getByText(/settings file is damaged/)).toBeVisible();
    expect(home).toBe(next.home);
  });

  test('a second start hands its key file over and shows the window', async ({ sallyport, home }) => {
    await sallyport.desktop('secondInstance', {
      argv: ['sallyport', 'app', '--no-sandbox', 'ed25519.ppk-argon2id', '../../etc/passwd-none'],
      workingDirectory: home,
    });
    const path = keyFile('ed25519.ppk-argon2id', home);
    await sallyport.desktop('secondInstance', { argv: ['sallyport', 'app', path], workingDirectory: '/' });
    const page = await sallyport.page('keys');
    await expect(rowsOf(page)).toHaveCount(1);
    await expect(page.getByText('The key in ed25519.ppk-argon2id was added.')).toBeVisible();
  });

  test('a window that is asked to go elsewhere while it opens goes there', async ({ sallyport }) => {
    await expect(rowsOf(await sallyport.page('keys'))).toHaveCount(0);
    await sallyport.desktop('closeWindow', { title: 'Sallyport' });
    await expect.poll(() => sallyport.pages('keys').length).toBe(0);
    await sallyport.desktop('clickTray', {});
    await sallyport.desktop('clickMenu', { id: 'activity' });
    const page = await sallyport.page('keys');
    await expect(page.getByRole('heading', { level: 1, name: 'Activity' })).toBeVisible();
  });

  test('the tray locks and unlocks the agent', async ({ sallyport, connect, home }) => {
    const client = await connect();
    await addEncrypted(client, home);
    await sallyport.desktop('clickMenu', { id: 'lock' });
    await expect(client.removeAll()).rejects.toThrow();
    const page = await sallyport.page('keys');
    await expect(page.getByText('Locked by you.')).toBeVisible();
    await expect.poll(() => tooltipOf(sallyport)).toContain('locked');
    await sallyport.desktop('clickMenu', { id: 'unlock' });
    await client.removeAll();
    expect(await client.list()).toEqual([]);
  });

  test('suspend locks the agent, and only the window opens it again', async ({
    sallyport,
    connect,
    home,
  }) => {
    const client = await connect();
    await addEncrypted(client, home);
    await sallyport.desktop('power', { event: 'lock-screen' });
    const page = await sallyport.showKeys();
    const isSaid = page.getByText('Locked before the machine went to sleep.');
    await expect(page.getByRole('button', { name: 'Lock now' })).toBeVisible();
    await sallyport.desktop('power', { event: 'suspend' });
    await expect(isSaid).toBeVisible();
    await expect(client.removeAll()).rejects.toThrow();
    await expect(client.unlock(new SecretBytes(new TextEncoder().encode('anything')))).rejects.toThrow();
    await page.getByRole('button', { name: 'Unlock' }).first().click();
    await expect(isSaid).toBeHidden();
    await client.removeAll();
    expect(await client.list()).toEqual([]);
  });

  test('a time without input locks the agent', async ({ home, launchWith }) => {
    const { app, connect } = await launchWith({ idleLockMinutes: 1 });
    const client = await connect();
    await addEncrypted(client, home);
    await app.desktop('setIdleSeconds', { seconds: 61 });
    const page = await app.showKeys();
    // Looked at every 15 seconds.
    await expect(page.getByText('Locked after a minute without input.')).toBeVisible({ timeout: 60_000 });
    await expect(client.removeAll()).rejects.toThrow();
  });

  test('quitting asks first while a question waits', async ({ sallyport, connect, home }) => {
    const client = await connect();
    const { signed } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
    await sallyport.desktop('clickMenu', { id: 'quit' });
    await expect
      .poll(async () => (await sallyport.desktop('calls', {})).map(({ name }) => name))
      .toContain('dialog.showMessageBox');
    // “Keep running” is what a surprised person gets.
    await expect(new PromptPage(await sallyport.page('prompt')).field).toBeVisible();
    await sallyport.desktop('answerMessageBox', { response: 1 });
    await sallyport.quit();
    await expect(signed).rejects.toThrow();
  });

  test('a generated key is saved, added and fit for use', async ({ sallyport, connect, home }) => {
    const page = await sallyport.page('keys');
    const path = join(home, 'id_new');
    await sallyport.desktop('answerSaveDialog', { filePath: path });
    await addKeyBy(page, 'Generate…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Comment').fill('laptop, 2026');
    const secrets = dialog.locator('input[type="password"]');
    for (let index = 0; index < (await secrets.count()); index++) await secrets.nth(index).fill('new secret');
    await dialog.locator('button[type="submit"]').click();
    await expect.poll(async () => (await (await connect()).list()).length).toBe(1);
    const file = parseKeyFile(readFileSync(path));
    expect(file.kind).toBe('encrypted');
    expect(readFileSync(`${path}.pub`, 'utf8')).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+ laptop, 2026\n$/);

    const client = await connect();
    const [listed] = await client.list();
    const { signed, prompt } = await signAndPrompt(sallyport, client, listed?.blob ?? new Uint8Array());
    await prompt.answer('new secret');
    expect(await signed).toBe(true);
  });

  test('the tray has an image for each scale, and another for a dark taskbar', async ({ sallyport }) => {
    const { images } = await sallyport.desktop('tray', {});
    expect(images.map(({ scaleFactor, size }) => [scaleFactor, size])).toEqual([
      [1, 16],
      [1.25, 20],
      [1.5, 24],
      [1.75, 28],
      [2, 32],
    ]);
    const inkOf = async () => (await sallyport.desktop('tray', {})).images[0]?.png;
    for (const withApps of [true, false]) {
      const before = await inkOf();
      await sallyport.desktop('setDarkTaskbar', { isDark: withApps, withApps });
      await expect.poll(inkOf).not.toBe(before);
    }
    expect(await inkOf()).toBe(images[0]?.png);
  });

  test('the tooltip is there again after the Explorer was restarted', async ({ sallyport }) => {
    const tooltip = await tooltipOf(sallyport);
    await sallyport.desktop('restartExplorer', {});
    await expect
      .poll(() => sallyport.desktop('calls', {}))
      .toContainEqual({ name: 'tray.reset', arguments: [] });
    await expect.poll(() => tooltipOf(sallyport)).toBe(tooltip);
  });

  test('a use is notified the first time, with who, what for and where to', async ({
    sallyport,
    connect,
    home,
  }) => {
    const client = await connect();
    const blob = await addEncrypted(client, home);
    const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
    await prompt.answer(passphrase);
    expect(await signed).toBe(true);
    expect(await signLogin(client, blob)).toBe(true);
    const notifications = async () =>
      (await sallyport.desktop('calls', {})).filter(({ name }) => name === 'notification');
    // Who asked may still be looked up when the client has its signature.
    await expect.poll(notifications).toHaveLength(1);
    await sallyport.desktop('clickNotification', {});
    const page = await sallyport.page('keys');
    await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible();
    // Both uses are told of by now, the second without a notification.
    await expect(page.getByText('Log in as “alice”')).toHaveCount(2);
    const [notification, ...others] = await notifications();
    expect(others).toEqual([]);
    expect(notification?.arguments[0]).toMatchObject({
      body: expect.stringMatching(/^.+: Log in as “alice”\. To: .+\. Key: “ed25519\.openssh-aes256-ctr”$/),
    });
  });

  test('a rejection that nobody has taken is in the log, without its text', async ({ sallyport }) => {
    await sallyport.desktop('rejectUnheard', {});
    await expect.poll(() => logOf(sallyport)).toContain('TypeError');
    expect(await tooltipOf(sallyport)).toBe('Sallyport: 0 keys');
    expect(logOf(sallyport)).not.toContain('a secret');
  });

  test('an error that nobody caught locks the agent and is in the log, without its text', async ({
    sallyport,
  }) => {
    await sallyport.desktop('throwUncaught', {});
    await expect.poll(() => tooltipOf(sallyport)).toContain('locked');
    await expect.poll(() => logOf(sallyport)).toContain('Internal error, the agent is locked: RangeError');
    expect(logOf(sallyport)).not.toContain('a secret');
  });
});

test('what happened is in the activity and not a word of it in the log', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const { signed, prompt } = await signAndPrompt(sallyport, client, await addEncrypted(client, home));
  await prompt.answer('a wrong secret');
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
  const page = await sallyport.showKeys();
  await page.getByRole('button', { name: 'Activity' }).click();
  await expect(page.getByText('Log in as “alice”').first()).toBeVisible();
  await sallyport.quit();
  const written = logOf(sallyport) + sallyport.output();
  expect(written).toContain('started: version');
  expect(written).not.toContain(passphrase);
  expect(written).not.toContain('a wrong secret');
  expect(written).not.toMatch(/Log in as|alice|ed25519/);
});

test.describe('key files', () => {
  test.skip(driverName !== 'stand-in', onlyStandIn);

  test('a held key gets a new passphrase, which is then the one that opens it', async ({
    sallyport,
    connect,
    home,
  }) => {
    const client = await connect();
    const blob = await addEncrypted(client, home);
    const page = await sallyport.page('keys');
    await rowsOf(page).first().click();
    await chooseForKey(page, 'New passphrase…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current passphrase').fill(passphrase);
    await dialog.getByLabel('New passphrase', { exact: true }).fill('another secret');
    await dialog.getByLabel('New passphrase again').fill('another secret');
    const path = join(home, 'changed');
    await sallyport.desktop('answerSaveDialog', { filePath: path });
    await dialog.locator('button[type="submit"]').click();
    // Said when the agent has the new file, too.
    await expect(page.getByRole('dialog', { name: 'The key file was saved' })).toBeVisible();
    expect(existsSync(`${path}.pub`)).toBe(true);
    expect(parseKeyFile(readFileSync(path)).kind).toBe('encrypted');
    const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
    await prompt.answer('another secret');
    expect(await signed).toBe(true);
  });

  test('a wrong passphrase converts nothing', async ({ sallyport, home }) => {
    const page = await sallyport.page('keys');
    await sallyport.desktop('answerOpenDialog', { filePaths: [keyFile('p256.ppk-argon2id', home)] });
    await addKeyBy(page, 'Convert a file…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current passphrase').fill('wrong');
    await sallyport.desktop('answerSaveDialog', { filePath: join(home, 'converted') });
    await dialog.locator('button[type="submit"]').click();
    await expect(
      dialog
        .getByRole('alert')
        .filter({ hasText: /passphrase/ })
        .first(),
    ).toBeVisible();
    expect(existsSync(join(home, 'converted'))).toBe(false);
  });

  test('a public key goes to the clipboard through the main process', async ({
    sallyport,
    connect,
    home,
  }) => {
    await addEncrypted(await connect(), home);
    const page = await sallyport.page('keys');
    await rowsOf(page).first().click();
    await page.getByRole('button', { name: 'Copy public key' }).click();
    await expect
      .poll(() => sallyport.desktop('clipboard', {}))
      .toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+ ed25519.openssh-aes256-ctr\n$/);
  });
});
