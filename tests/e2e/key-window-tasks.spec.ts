// What a person does with keys in the window, seen by a client of the running program.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { parseKeyFile } from '../../main/keys/files/parse-key-file.ts';
import { addKeyBy, chooseForKey } from '../renderer/fake-main/menus.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, keyFile, passphrase, test } from './driver/fixtures.ts';
import { addClear, addEncrypted, signAndPrompt, signLogin } from './signing.ts';

const rowsOf = (page: Page) => page.getByRole('listbox', { name: 'Keys' }).getByRole('option');

test('a pasted key and a dropped one are added, and removed after a question', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const page = await sallyport.showKeys();
  await addKeyBy(page, 'Paste…');
  await page.getByLabel('Text of the key file').fill(readFileSync(keyFile('ed25519.openssh', home), 'utf8'));
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  // The file has no passphrase, which is said.
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(rowsOf(page)).toHaveCount(1);

  const transfer = await page.evaluateHandle(
    (content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], 'dropped.ppk'));
      return data;
    },
    readFileSync(keyFile('p256.ppk-argon2id', home), 'utf8'),
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.locator('[data-keep="encrypted"]').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(rowsOf(page)).toHaveCount(2);
  expect((await client.list()).map(({ keptAs }) => keptAs)).toEqual(['clear', 'encrypted']);

  await rowsOf(page).first().click();
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(async () => (await client.list()).map(({ keptAs }) => keptAs)).toEqual(['encrypted']);
  // A key in clear is gone for good; one that is kept encrypted can be had back.
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await rowsOf(page).first().click();
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(async () => await client.list()).toEqual([]);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await client.list()).map(({ keptAs }) => keptAs)).toEqual(['encrypted']);
});

test('an unlocked key is re-encrypted, and the order is the one that clients see', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const first = await addEncrypted(client, home);
  await addClear(client, home, {}, 'p256.openssh');
  const { signed, prompt } = await signAndPrompt(sallyport, client, first);
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
  const page = await sallyport.showKeys();
  await rowsOf(page).first().click();
  await page.getByRole('button', { name: 'Lock again', exact: true }).click();
  await expect
    .poll(async () => (await client.list()).map(({ keptAs }) => keptAs))
    .toEqual(['encrypted', 'clear']);
  await chooseForKey(page, 'Offer later');
  await expect
    .poll(async () => (await client.list()).map(({ keptAs }) => keptAs))
    .toEqual(['clear', 'encrypted']);
});

test.describe('with the desktop at hand', () => {
  test.skip(driverName !== 'stand-in', onlyStandIn);

  test('a file of PuTTY’s becomes one of OpenSSH’s under the same passphrase', async ({
    sallyport,
    home,
  }) => {
    const page = await sallyport.page('keys');
    const path = join(home, 'converted');
    await sallyport.desktop('answerOpenDialog', { filePaths: [keyFile('p256.ppk-argon2id', home)] });
    await addKeyBy(page, 'Convert a file…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current passphrase').fill(passphrase);
    await sallyport.desktop('answerSaveDialog', { filePath: path });
    await dialog.locator('button[type="submit"]').click();
    await expect(dialog).toContainText(path);
    expect(parseKeyFile(readFileSync(path))).toMatchObject({ kind: 'encrypted', format: 'openssh' });
    expect(readFileSync(`${path}.pub`, 'utf8')).toContain('ecdsa-sha2-nistp256 ');
  });

  test('a post-quantum file gets another passphrase and comment', async ({ sallyport, home }) => {
    const page = await sallyport.page('keys');
    const path = join(home, 'changed');
    await sallyport.desktop('answerOpenDialog', { filePaths: [keyFile('mldsa44.openssh-aes256-ctr', home)] });
    await addKeyBy(page, 'Convert a file…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current passphrase').fill(passphrase);
    await dialog.getByLabel('A new passphrase').check();
    await dialog.getByLabel('New passphrase', { exact: true }).fill('another');
    await dialog.getByLabel('New passphrase again').fill('another');
    await dialog.getByLabel('OpenSSH', { exact: true }).check();
    await dialog.getByLabel('Comment').fill('laptop 2026');
    await sallyport.desktop('answerSaveDialog', { filePath: path });
    await dialog.locator('button[type="submit"]').click();
    await expect(dialog).toContainText(path);
    const file = parseKeyFile(readFileSync(path));
    if (file.kind !== 'encrypted') throw new Error('not encrypted');
    const open = (words: string) => file.decrypt(new TextEncoder().encode(words), inlineCryptoOffload);
    await expect(open(passphrase)).rejects.toThrow();
    const { publicKey, comment } = await open('another');
    expect(comment).toBe('laptop 2026');
    const [, base64] = readFileSync(resolve('tests/fixtures/keys/mldsa44.pub'), 'utf8').split(' ');
    expect(Buffer.from(publicKey.blob).toString('base64')).toBe(base64);
  });

  test('a locked agent says that it takes no keys before any file is chosen', async ({
    sallyport,
    connect,
    home,
  }) => {
    const page = await sallyport.page('keys');
    await sallyport.desktop('answerOpenDialog', { filePaths: [keyFile('ed25519.openssh-aes256-ctr', home)] });
    await page.getByRole('button', { name: 'Lock now' }).click();
    const unlock = page.getByRole('main').getByRole('button', { name: 'Unlock' });
    await expect(unlock).toBeVisible();
    await addKeyBy(page, 'Key file, kept encrypted…');
    await expect(page.getByRole('alert').filter({ hasText: 'The agent is locked' })).toBeVisible();
    const calls = await sallyport.desktop('calls', {});
    expect(calls.map(({ name }) => name)).not.toContain('dialog.showOpenDialog');
    await unlock.click();
    await addKeyBy(page, 'Key file, kept encrypted…');
    await expect.poll(async () => (await (await connect()).list()).length).toBe(1);
  });

  test('the session lock locks the agent where that is wished', async ({ home, launchWith }) => {
    const { app, connect } = await launchWith({ lockOnSessionLock: true });
    const client = await connect();
    await addEncrypted(client, home);
    await app.desktop('power', { event: 'lock-screen' });
    await expect(client.removeAll()).rejects.toThrow();
    const page = await app.showKeys();
    await expect(page.getByText('Locked when the session was locked.')).toBeVisible();
  });

  test('a comment can’t make a notification longer, add lines to it or turn its words around', async ({
    sallyport,
    connect,
    home,
  }) => {
    const client = await connect();
    const blob = await addClear(
      client,
      home,
      {},
      'ed25519.openssh',
      `a\u202eb\nTo: c\u2028${'long '.repeat(60)}`,
    );
    expect(await signLogin(client, blob)).toBe(true);
    const bodies = async () =>
      (await sallyport.desktop('calls', {}))
        .filter(({ name }) => name === 'notification')
        .map((call) => String((call.arguments[0] as { body: string }).body));
    await expect.poll(async () => (await bodies()).length).toBe(1);
    const [body = ''] = await bodies();
    expect(body).toContain('Key: “a<U+202E>b<U+000A>To: c<U+2028>long');
    expect(body).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(body.length).toBeLessThan(400);
  });
});
