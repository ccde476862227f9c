// Keys in a security key: made by middleware at the window, kept for the next start, and touched while a window tells of it.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canCompileMiddleware, compileMiddleware } from '../fakes/middleware/sk-dummy.ts';
import { run, startProgram } from '../interop/support/run-program.ts';
import { chooseForKey } from '../renderer/fake-main/menus.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, test } from './driver/fixtures.ts';
import { openSection } from './pages/key-window.ts';
import { PromptPage } from './pages/prompt-page.ts';

test.skip(driverName !== 'stand-in', onlyStandIn);
test.skip(!canCompileMiddleware, 'gcc or the headers of OpenSSL are not there');

test('a key that is made in one comes back encrypted after a restart, and signs once it is touched', async ({
  home,
  launchWith,
}) => {
  const dummy = compileMiddleware(home);
  const path = join(home, 'id_sk');
  const first = await launchWith({}, { env: dummy.env });
  const page = await first.app.showKeys();
  await openSection(page, 'Other places');
  // Nothing is said of what can't be had here.
  await expect(page.getByRole('main').getByRole('heading', { level: 2 })).toHaveText([
    'Security keys',
    'Tokens and smart cards',
    'Other agents',
  ]);
  const libraryOf = page.getByRole('region', { name: 'Add a library for security keys' });
  await libraryOf.getByLabel('Its path').fill(dummy.library);
  await libraryOf.getByRole('button', { name: 'Add library' }).click();
  // The dialog that asks for what was typed is cancelled.
  await expect(page.getByText('The library was not loaded.')).toBeVisible();
  await first.app.desktop('answerOpenDialog', { filePaths: [dummy.library] });
  await libraryOf.getByRole('button', { name: 'Choose…' }).click();
  await expect(libraryOf.getByLabel('Its path')).toHaveValue(dummy.library);
  await libraryOf.getByRole('button', { name: 'Add library' }).click();
  const card = page.getByRole('region', { name: 'Security keys', exact: true }).getByRole('listitem');
  await expect(card.filter({ hasText: dummy.library })).toContainText('Ready');

  dummy.set('untouched');
  await first.app.desktop('answerSaveDialog', { filePath: path });
  await page.getByRole('button', { name: 'Generate a key in a security key…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Comment').fill('before');
  await dialog.getByLabel('New passphrase', { exact: true }).fill('first');
  await dialog.getByLabel('New passphrase again').fill('first');
  await dialog.getByRole('button', { name: 'Generate and save…' }).click();
  await expect(dialog.getByText('Touch your security key')).toBeVisible();
  dummy.clear('untouched');
  await expect(dialog).toContainText(path);
  await dialog.getByRole('button', { name: 'Close' }).click();

  const changed = join(home, 'id_changed');
  await openSection(page, 'Keys');
  await page.getByRole('listbox', { name: 'Keys' }).getByRole('option').click();
  await chooseForKey(page, 'New passphrase…');
  await dialog.getByLabel('Current passphrase').fill('first');
  await dialog.getByLabel('New passphrase', { exact: true }).fill('second');
  await dialog.getByLabel('New passphrase again').fill('second');
  await dialog.getByLabel('Comment').fill('after');
  await first.app.desktop('answerSaveDialog', { filePath: changed });
  await dialog.getByRole('button', { name: 'Save as…' }).click();
  await expect(dialog).toContainText(changed);
  const made = readFileSync(`${path}.pub`, 'utf8').split(' ');
  expect(made[0]).toBe('sk-ssh-ed25519@openssh.com');
  const reread = (passphrase: string) =>
    run('ssh-keygen', ['-y', '-P', passphrase, '-f', changed], { env: process.env });
  expect((await reread('first')).code).not.toBe(0);
  expect((await reread('second')).stdout).toBe(`${made[0]} ${made[1]} after\n`);
  expect(await first.app.quit()).toBe(0);

  const { app, connect } = await launchWith({}, { env: dummy.env });
  const client = await connect();
  const [listed] = await client.list();
  expect(listed).toMatchObject({ keptAs: 'encrypted', comment: 'after' });
  expect(Buffer.from(listed?.blob ?? []).toString('base64')).toBe(made[1]);
  const keys = (await app.showKeys()).getByRole('listbox', { name: 'Keys' }).getByRole('option');
  await expect(keys).toContainText(/after.*Ed25519.*security key/s);

  dummy.set('untouched');
  const env = { ...process.env, SSH_AUTH_SOCK: app.socketPath };
  // Beside its private half ssh-keygen would open that.
  const publicOnly = join(home, 'only.pub');
  copyFileSync(`${path}.pub`, publicOnly);
  const sign = () =>
    startProgram('ssh-keygen', ['-Y', 'sign', '-n', 'file', '-f', publicOnly], { env, input: 'text' });
  const refused = sign();
  const passphrase = new PromptPage(await app.page('prompt'));
  await passphrase.answer('first');
  await expect(passphrase.page.getByRole('alert')).toContainText('does not open this key');
  await passphrase.answer('second');
  const waiting = new PromptPage(await app.page('prompt'));
  await expect(waiting.page.getByRole('heading', { level: 1 })).toHaveText('Touch your security key');
  await expect(waiting.page.getByRole('main')).toContainText(
    /lives in a security key, which wants a touch.*Who asks.*ssh-keygen.*What for.*Sign a file.*Which key.*“after”/s,
  );
  await waiting.press(waiting.cancel);
  expect((await refused.result).code).not.toBe(0);
  await waiting.gone(app);

  const signed = sign();
  await expect((await app.page('prompt')).getByRole('heading', { level: 1 })).toHaveText(
    'Touch your security key',
  );
  dummy.clear('untouched');
  expect(await signed.result).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('BEGIN SSH SIGNATURE'),
  });
  await waiting.gone(app);
});
