// Tokens, by a real PKCS#11 library: chosen at the window, their PIN asked for at the first use.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftTokens, softHsmPath } from '../interop/support/soft-tokens.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, test } from './driver/fixtures.ts';
import { openSection } from './pages/key-window.ts';
import { signAndPrompt, signLogin } from './signing.ts';

const isThere = (program: string) => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;

test.skip(driverName !== 'stand-in', onlyStandIn);
test.skip(softHsmPath === '' || !isThere('pkcs11-tool'), 'SoftHSM or OpenSC is not there');

test('its library is added, its PIN asked for once until locked, and its keys go with the library', async ({
  home,
  launchWith,
}) => {
  const pin = '24680';
  const path = (name: string) => join(home, name);
  const soft = await SoftTokens.open({
    path,
    env: process.env as Record<string, string>,
    async write(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
  });
  await soft.addToken('Ada', pin);
  await soft.addKey({ label: 'Ada', pin }, 'EC:prime256v1', '01', 'card key');
  const { app, connect } = await launchWith({}, { env: soft.env });
  const page = await app.showKeys();
  await openSection(page, 'Other places');
  const group = page.getByRole('region', { name: 'Tokens and smart cards' });
  await app.desktop('answerOpenDialog', { filePaths: [softHsmPath] });
  await group.getByRole('button', { name: 'Choose…' }).click();
  await group.getByRole('button', { name: 'Add library' }).click();
  const card = group.getByRole('listitem').filter({ hasText: realpathSync(softHsmPath) });
  await expect(card).toContainText(/1 key.*Ada.*its PIN is asked for at the first use/s);

  const client = await connect();
  const [key] = await client.list();
  expect(key).toMatchObject({ keptAs: 'elsewhere', comment: expect.stringContaining('card key') });
  const blob = key?.blob ?? new Uint8Array();
  const { signed, prompt } = await signAndPrompt(app, client, blob);
  await expect(prompt.page.getByText('which wants its PIN')).toContainText('Ada');
  await prompt.answer('00000');
  await expect(prompt.page.getByRole('alert')).toContainText('PIN');
  await prompt.answer(pin);
  expect(await signed).toBe(true);
  await prompt.gone(app);
  await expect(card).toContainText('open until locked');
  expect(await signLogin(client, blob)).toBe(true);
  await openSection(page, 'Keys');
  await expect(page.getByRole('option')).toContainText('Elsewhere');
  await page.getByRole('button', { name: 'Lock now' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Unlock' }).click();
  const again = await signAndPrompt(app, client, blob);
  await again.prompt.click(again.prompt.cancel);
  await expect(again.signed).rejects.toThrow('refused to sign');

  await openSection(page, 'Other places');
  await card.getByRole('button', { name: 'Remove' }).click();
  await expect(card).toHaveCount(0);
  expect(await client.list()).toEqual([]);
});
