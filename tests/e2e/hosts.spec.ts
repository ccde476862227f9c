// Hosts that are set for keys, and keys that are restricted to hosts, in the window: as clients and the next start meet it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { messageNumber } from '../../main/agent/protocol/message-numbers.ts';
import { connectToAgent } from '../../main/client/agent-connection.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { type TestHost, testHost } from '../fakes/host-session.ts';
import { addKeyBy } from '../renderer/fake-main/menus.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, keyFile, test } from './driver/fixtures.ts';
import type { RunningApp } from './driver/running-app.ts';

test.skip(driverName !== 'stand-in', onlyStandIn);

const encryptedKey = 'ed25519.openssh-aes256-ctr';
const [web, other] = [testHost(), testHost()];

function knowWeb(home: string): void {
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const line = `web.example.com ssh-ed25519 ${Buffer.from(web.key.blob).toString('base64')}\n`;
  writeFileSync(join(home, '.ssh', 'known_hosts'), line, { mode: 0o600 });
}

/** How many keys a client sees that proves to be at that host, as ssh does. */
async function seenAt(host: TestHost, { socketPath }: RunningApp): Promise<number> {
  const connection = await connectToAgent(socketPath);
  const bind = new WireWriter()
    .byte(messageNumber.SSH_AGENTC_EXTENSION)
    .text('session-bind@openssh.com')
    .bytes(host.bind(new Uint8Array(32).fill(1), false));
  expect((await connection.request(bind.finish()))[0]).toBe(messageNumber.SSH_AGENT_SUCCESS);
  const list = await connection.request(Uint8Array.of(messageNumber.SSH_AGENTC_REQUEST_IDENTITIES));
  connection.close();
  return new DataView(list.buffer, list.byteOffset).getUint32(1);
}

/** Adds a fixture that stays encrypted. */
async function addFile(app: RunningApp, home: string, name: string): Promise<void> {
  const page = await app.page('keys');
  await app.desktop('answerOpenDialog', { filePaths: [keyFile(name, home)] });
  await addKeyBy(page, 'Key file with options…');
  await page.getByRole('button', { name: 'Choose files…' }).click();
  await expect(page.getByText('Added the key.')).toBeVisible();
}

const details = (page: Page) => page.getByRole('region', { name: 'Details' });
const row = (page: Page) => page.getByRole('listbox', { name: 'Keys' }).getByRole('option');

test('a host that is set for a key is offered that key alone, until it is taken out', async ({
  sallyport,
  home,
}) => {
  knowWeb(home);
  const page = await sallyport.page('keys');
  await addFile(sallyport, home, encryptedKey);
  await addFile(sallyport, home, 'dsa.openssh-aes256-ctr');
  await expect(row(page)).toHaveCount(2);
  expect(await seenAt(web, sallyport)).toBe(2);
  await row(page).first().click();
  const field = details(page).getByRole('combobox', { name: 'Use for a host' });
  await field.fill('web');
  await expect(details(page).getByRole('option', { name: 'web.example.com' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('web.example.com');
  await page.keyboard.press('Enter');
  await expect(details(page).getByRole('listitem')).toHaveText('web.example.com');
  expect(readFileSync(join(home, 'config', 'sallyport', 'keys.toml'), 'utf8')).toContain(
    'hosts = ["web.example.com"]',
  );
  // A list does not wait long for who asks: on a machine that is busy it has all keys.
  await expect.poll(() => seenAt(web, sallyport)).toBe(1);
  expect(await seenAt(other, sallyport)).toBe(2);
  await details(page).getByRole('button', { name: 'Take out “web.example.com”' }).click();
  await expect(details(page).getByRole('listitem')).toHaveCount(0);
  expect(await seenAt(web, sallyport)).toBe(2);
});

test('a key that is restricted in the window goes nowhere else, also after the next start', async ({
  launchWith,
  home,
}) => {
  knowWeb(home);
  const first = await launchWith({});
  const page = await first.app.page('keys');
  await addFile(first.app, home, encryptedKey);
  await row(page).click();
  await page.getByRole('button', { name: 'Restrict to hosts…' }).click();
  const only = page.getByRole('dialog').getByRole('combobox', { name: 'Only for hosts' });
  await only.fill('other.example.com');
  await page.getByRole('button', { name: 'Restrict', exact: true }).click();
  await expect(only).toHaveAccessibleDescription(/“other.example.com” is not in known_hosts/);
  await only.fill('web.example.com');
  await page.getByRole('button', { name: 'Restrict', exact: true }).click();
  await expect(details(page).getByText('This key logs in to these hosts alone')).toContainText(
    'to web.example.com',
  );
  expect([await seenAt(web, first.app), await seenAt(other, first.app)]).toEqual([1, 0]);
  await expect(details(page).getByText('Comes back, encrypted.')).toBeVisible();
  await first.app.kill();

  const second = await launchWith({});
  await second.app.desktop('clickTray', {});
  const again = await second.app.page('keys');
  await row(again).click();
  await expect(details(again).getByText('This key logs in to these hosts alone')).toBeVisible();
  expect([await seenAt(web, second.app), await seenAt(other, second.app)]).toEqual([1, 0]);
});

test('a key is added with its hosts and its restriction, and both are shown', async ({ sallyport, home }) => {
  knowWeb(home);
  const page = await sallyport.page('keys');
  await sallyport.desktop('answerOpenDialog', { filePaths: [keyFile(encryptedKey, home)] });
  await addKeyBy(page, 'Key file with options…');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Use for hosts' }).fill('*.example.com');
  await dialog.getByRole('combobox', { name: 'Only for hosts' }).fill('git@web.example.com');
  await dialog.getByRole('button', { name: 'Choose files…' }).click();
  await row(page).click();
  await expect(details(page).getByRole('list', { name: 'Hosts of this key' })).toHaveText('*.example.com');
  await expect(details(page).getByText('This key logs in to these hosts alone')).toContainText(
    'to web.example.com as git',
  );
  expect([await seenAt(web, sallyport), await seenAt(other, sallyport)]).toEqual([1, 0]);
});
