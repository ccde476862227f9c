// The other sections of the key window against the running program: inbox, export, doors, “Use with…”.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentClient } from '../../main/client/agent-client.ts';
import { connectToAgent } from '../../main/client/agent-connection.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, test } from './driver/fixtures.ts';
import { openSection } from './pages/key-window.ts';
import { addClear, signAndPrompt, signLogin } from './signing.ts';

test('what was denied is in the inbox, and “Allow next time” lets one like it through', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addClear(client, home, { confirm: true });
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await prompt.click(prompt.deny);
  await expect(signed).rejects.toThrow('refused to sign');
  const page = await sallyport.showKeys();
  await openSection(page, 'Activity');
  await page.getByRole('button', { name: /^Allow next time/ }).click();
  await expect(page.getByRole('region', { name: 'Not allowed lately' })).toHaveCount(0);
  expect(await signLogin(client, blob)).toBe(true);
  const { signed: second, prompt: again } = await signAndPrompt(sallyport, client, blob);
  await again.click(again.deny);
  await expect(second).rejects.toThrow('refused to sign');
});

test('a door that is closed in the window takes no client, until it is opened again', async ({
  sallyport,
  connect,
}) => {
  const page = await sallyport.showKeys();
  await openSection(page, 'Doors');
  const listed = page.getByRole('listitem').filter({ hasText: sallyport.socketPath });
  const title = (await listed.getByRole('heading').textContent()) ?? '';
  // Closed, it has no address to be found by.
  const door = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  await door.getByRole('switch').click();
  await expect(door).toContainText('Closed');
  await expect(connect()).rejects.toThrow();
  await door.getByRole('switch').click();
  await expect(door).toContainText(sallyport.socketPath);
  expect(await (await connect()).list()).toEqual([]);
});

test('another agent that is chosen in the window has its keys listed and used, until it is removed', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(process.platform === 'win32', 'the other agent is OpenSSH’s for Linux');
  const path = join(home, 'other.sock');
  const other = spawn('ssh-agent', ['-D', '-a', path], { stdio: 'ignore' });
  const ended = once(other, 'exit');
  try {
    await expect.poll(() => existsSync(path)).toBe(true);
    const theirs = new AgentClient(await connectToAgent(path));
    const blob = await addClear(theirs, home, {});
    theirs.close();
    const page = await sallyport.showKeys();
    await openSection(page, 'Other places');
    await page.getByLabel(/[Ii]ts socket/).fill(path);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const card = page.getByRole('listitem').filter({ hasText: path });
    await expect(card).toContainText('1 key');
    const client = await connect();
    expect((await client.list()).map(({ keptAs }) => keptAs)).toEqual(['elsewhere']);
    expect(await signLogin(client, blob)).toBe(true);
    await openSection(page, 'Keys');
    await expect(page.getByRole('option')).toContainText('Elsewhere');
    await openSection(page, 'Other places');
    await card.getByRole('button', { name: 'Remove' }).click();
    await expect(card).toHaveCount(0);
    expect(await client.list()).toEqual([]);
  } finally {
    other.kill();
    await ended;
  }
});

test('the settings say where the log is', async ({ sallyport }) => {
  const page = await sallyport.showKeys();
  await openSection(page, 'Settings');
  const path = join(sallyport.dataDirectory, 'log.txt');
  await expect(page.getByText(path)).toBeVisible();
  expect(readFileSync(path, 'utf8')).toContain('started: version');
});

test.describe('with the desktop at hand', () => {
  test.skip(driverName !== 'stand-in', onlyStandIn);

  test('a snippet goes to the clipboard, and the test knocks at the real door', async ({
    sallyport,
    connect,
    home,
  }) => {
    await addClear(await connect(), home, {});
    const page = await sallyport.showKeys();
    await openSection(page, 'Use with…');
    const shown = await page.locator('pre').first().textContent();
    await page.getByRole('button', { name: /^Copy/ }).first().click();
    await expect.poll(() => sallyport.desktop('clipboard', {})).toBe(shown);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await expect(page.getByText('1 key')).toBeVisible();
  });

  test('the activity is exported as JSON lines', async ({ sallyport, connect, home }) => {
    const client = await connect();
    expect(await signLogin(client, await addClear(client, home, {}))).toBe(true);
    const path = join(home, 'activity.jsonl');
    await sallyport.desktop('answerSaveDialog', { filePath: path });
    const page = await sallyport.showKeys();
    await openSection(page, 'Activity');
    await page.getByRole('button', { name: 'Export…' }).click();
    await expect(page.getByText(`The activity was saved as ${path}.`)).toBeVisible();
    const [line = ''] = readFileSync(path, 'utf8').split('\n');
    expect(JSON.parse(line)).toMatchObject({ answer: 'allowed' });
  });
});
