// "Get started" from end to end: an invented profile, real files, the running agent, a restart.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { AgentClient } from '../../main/client/agent-client.ts';
import { connectToAgent } from '../../main/client/agent-connection.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, keyFile, launch, test } from './driver/fixtures.ts';
import { openSection } from './pages/key-window.ts';
import { PromptPage } from './pages/prompt-page.ts';
import { addClear, signAndPrompt } from './signing.ts';

/** ~/.ssh with a key that has a passphrase and one that has none. */
function sshFolder(home: string): void {
  const ssh = join(home, '.ssh');
  mkdirSync(ssh, { mode: 0o700 });
  keyFile('ed25519.openssh-aes256-ctr', ssh);
  keyFile('p256.openssh', ssh);
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const isOpen = (page: Page, name: RegExp) =>
  expect(page.getByRole('button', { name, expanded: true })).toBeVisible();

test('opens by itself at the first start, adds what is ticked encrypted, tests it, and undoes it after a restart', async ({
  home,
}) => {
  sshFolder(home);
  let app = await launch({ home, isFirstStart: true });
  try {
    let page = await app.page('keys');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Get started');
    await expect(page.getByRole('checkbox', { name: /aes256-ctr/ })).toBeChecked();
    await expect(page.getByRole('checkbox', { name: /p256/ })).not.toBeChecked();
    await press(page, 'Add the one ticked');
    await expect(page.getByText('Here already')).toBeVisible();
    await press(page, 'Test');
    await expect(page.getByText(/answers at .* and offers 1 key/)).toBeVisible();
    expect(app.pages('prompt')).toEqual([]);
    await press(page, 'Next step');
    await isOpen(page, /Ask me/);
    // Half way: what is done is kept.
    expect(await app.quit()).toBe(0);
    await app.kill();

    app = await launch({ home });
    page = await app.showKeys();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keys');
    await expect(page.getByRole('listbox', { name: 'Keys' }).getByRole('option')).toHaveCount(1);
    await openSection(page, 'Get started');
    await isOpen(page, /Ask me/);
    await press(page, /Keys.*Done/);
    await press(page, 'Undo: take away 1 key');
    await expect(page.getByText('Your files are where they were.')).toBeVisible();
    await openSection(page, 'Keys');
    await expect(page.getByRole('listbox', { name: 'Keys' }).getByRole('option')).toHaveCount(0);
  } finally {
    await app.kill();
  }
});

test('asks when something is new from the first start on, also where “Get started” is left', async ({
  home,
}) => {
  let app = await launch({ home, isFirstStart: true });
  const clients: AgentClient[] = [];
  const connect = async () => {
    const client = new AgentClient(await connectToAgent(app.socketPath));
    clients.push(client);
    return client;
  };
  try {
    const page = await app.page('keys');
    await press(page, /Ask me/);
    await expect(page.getByRole('radio', { name: 'When something is new' })).toBeChecked();
    await expect(page.getByText('This holds now for all keys')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Keep this' })).toBeVisible();
    await expect(page.getByText(/^Undo: back to/)).toHaveCount(0);
    await openSection(page, 'Keys');
    let client = await connect();
    const key = await addClear(client, home, {});
    const first = await signAndPrompt(app, client, key);
    await first.prompt.click(first.prompt.allow);
    expect(await first.signed).toBe(true);
    expect(await app.quit()).toBe(0);
    await app.kill();

    app = await launch({ home });
    await expect((await app.showKeys()).getByRole('heading', { level: 1 })).toHaveText('Keys');
    client = await connect();
    const next = await signAndPrompt(app, client, await addClear(client, home, {}));
    await next.prompt.click(next.prompt.deny);
    await expect(next.signed).rejects.toThrow();
  } finally {
    for (const client of clients) client.close();
    await app.kill();
  }
});

test('asks as the person answers, by a test that really signs, and takes the answer back', async ({
  sallyport,
  home,
}) => {
  sshFolder(home);
  const page = await sallyport.showKeys();
  await openSection(page, 'Get started');
  await press(page, 'Look again');
  await page.getByRole('checkbox', { name: /aes256-ctr/ }).uncheck();
  await page.getByRole('checkbox', { name: /p256/ }).check();
  await press(page, 'Add the one ticked');
  // Nothing hides that it is in clear.
  await page.getByRole('button', { name: 'Close' }).click();
  await press(page, 'Next step');
  await page.getByLabel('Always', { exact: true }).check();
  await press(page, 'Use this answer');
  await expect(page.getByText(/^Undo: back to/)).toBeVisible();
  await press(page, 'Test');
  const prompt = new PromptPage(await sallyport.page('prompt'));
  await expect(prompt.page.getByText('Sign data for “test-sign@sallyport”')).toBeVisible();
  await prompt.click(prompt.allow);
  await expect(page.getByText(/signed random data/)).toBeVisible();
  await press(page, /^Undo: back to/);
  await expect(page.getByText(/^Undo: back to/)).toHaveCount(0);
});

test('leaves all out, says what sign-in would be, and is found in the tray', async ({ sallyport }) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const page = await sallyport.showKeys();
  await sallyport.desktop('clickMenu', { id: 'get-started' });
  await expect(page.getByText('No key was found')).toBeVisible();
  for (const next of [/Ask me/, /Programs/, /At sign-in/]) {
    await press(page, 'Leave this out');
    await isOpen(page, next);
  }
  await press(page, 'Save');
  await press(page, 'Test');
  await expect(page.getByText(/that needs Windows, and an installed Sallyport/)).toBeVisible();
  await press(page, 'Undo: as it was before');
  await expect(page.getByText('Undo: as it was before')).toHaveCount(0);
  await press(page, 'Test');
  await expect(page.getByText('Sallyport does not start by itself.')).toBeVisible();
  await press(page, 'Leave this out');
  await expect(page.getByText('That was all.')).toBeVisible();
});
