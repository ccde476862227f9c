// A program that wants a signature of a locked Sallyport: the person is asked to unlock it, and the request goes on.
import { spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, passphrase, test } from './driver/fixtures.ts';
import type { RunningApp } from './driver/running-app.ts';
import { PromptPage } from './pages/prompt-page.ts';
import { addClear, addEncrypted, signAndPrompt } from './signing.ts';

// Only the tray's menu locks it.
test.skip(driverName !== 'stand-in', onlyStandIn);

test('“Unlock” lets the request that came while it was locked go on', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addClear(client, home, {});
  await sallyport.desktop('clickMenu', { id: 'lock' });
  // What a program lists all the time asks nobody.
  expect(await client.list()).toHaveLength(1);
  expect(sallyport.pages('prompt')).toEqual([]);
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await expect(prompt.page.getByRole('heading', { name: 'Sallyport is locked' })).toBeVisible();
  await expect(prompt.page.getByText('Locked by you.')).toBeVisible();
  await expect(prompt.page.getByText('Log in as “alice”')).toBeVisible();
  await prompt.click(prompt.unlock);
  expect(await signed).toBe(true);
  await prompt.gone(sallyport);
});

test('a real ssh-keygen waits for the unlock, while ssh-add lists without it', async ({
  sallyport,
  connect,
  home,
}) => {
  test.skip(process.platform === 'win32', 'OpenSSH of Linux, by the Unix socket');
  await addClear(await connect(), home, {});
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const run = (command: string, args: readonly string[]) => {
    const child = spawn(command, args, { env: { ...process.env, SSH_AUTH_SOCK: sallyport.socketPath } });
    let output = '';
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString();
    });
    return new Promise<{ code: number | null; output: string }>((done) => {
      child.on('close', (code) => done({ code, output }));
    });
  };
  expect(await run('ssh-add', ['-l'])).toEqual({ code: 0, output: expect.stringContaining('ED25519') });
  expect(sallyport.pages('prompt')).toEqual([]);
  const [publicKey, message] = [join(home, 'key.pub'), join(home, 'message')];
  copyFileSync(resolve('tests/fixtures/keys/ed25519.pub'), publicKey);
  writeFileSync(message, 'a message');
  const signed = run('ssh-keygen', ['-Y', 'sign', '-f', publicKey, '-n', 'git', message]);
  const prompt = new PromptPage(await sallyport.page('prompt'));
  await expect(prompt.page.getByText('Sign a Git commit or tag')).toBeVisible();
  await prompt.click(prompt.unlock);
  expect(await signed).toMatchObject({ code: 0 });
});

test('“Stay locked” refuses the client, as the activity says, and who asks again at once has no prompt', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addClear(client, home, {});
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await prompt.click(prompt.stayLocked);
  await expect(signed).rejects.toThrow('refused to sign');
  await prompt.gone(sallyport);
  await sallyport.desktop('clickMenu', { id: 'activity' });
  const page = await sallyport.page('keys');
  await expect(page.getByText('The agent was locked and you did not unlock it.').first()).toBeVisible();
  const inbox = page.getByRole('region', { name: 'Not allowed lately' });
  await expect(inbox.getByText('Sallyport was locked')).toBeVisible();
});

/** How many windows of prompts there have ever been; each is kept out of screenshots. */
const promptsOpened = async (app: RunningApp) =>
  (await app.desktop('calls', {})).filter(({ name }) => name === 'window.setContentProtection').length;

test('the window of the unlock goes on with the passphrase that the key needs, in sight all the time', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const encrypted = await addEncrypted(client, home);
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, encrypted);
  await prompt.waitOutGuard();
  const inSight = async () =>
    (await sallyport.desktop('windows', {})).filter(({ isVisible, isFocused }) => isVisible && isFocused);
  expect(await inSight()).toHaveLength(1);
  await prompt.unlock.click();
  await expect(prompt.page.getByRole('heading', { name: 'Unlock this key?' })).toBeVisible();
  await expect(prompt.page.getByText('Log in as “alice”')).toBeVisible();
  await expect(prompt.field).toBeFocused();
  await expect(prompt.field).toHaveValue('');
  expect(await inSight()).toHaveLength(1);
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
  await prompt.gone(sallyport);
  expect(await promptsOpened(sallyport)).toBe(1);
});

test('the window of the unlock goes on with the confirmation of the key', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const confirmed = await addClear(client, home, { confirm: true }, 'p256.openssh');
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, confirmed);
  await prompt.click(prompt.unlock);
  await expect(prompt.page.getByRole('heading', { name: 'Allow use of this key?' })).toBeVisible();
  await prompt.click(prompt.deny);
  await expect(signed).rejects.toThrow('refused to sign');
  await prompt.gone(sallyport);
  expect(await promptsOpened(sallyport)).toBe(1);
});

test('an answer to what the window asks next counts only half a second after it has turned', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addEncrypted(client, home);
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await prompt.waitOutGuard();
  await sallyport.desktop('holdClock', { isHeld: true });
  await prompt.unlock.click();
  await expect(prompt.field).toBeFocused();
  // The guard of the page would be over by then.
  await prompt.page.waitForTimeout(700);
  await prompt.typeAndPressEnter(passphrase);
  await expect(prompt.page.getByText('That was too soon')).toBeVisible();
  // Asked for by the page's own bridge, as nothing in the page tells when Escape has come to nothing.
  const cancelled = await prompt.page.evaluate(async () => {
    const { sallyport: bridge } = window as unknown as {
      sallyport: { request(name: string, input: unknown): Promise<{ value: unknown }> };
    };
    const { id } = (await bridge.request('prompt.get', {})).value as { id: string };
    return (await bridge.request('prompt.cancel', { id })).value;
  });
  expect(cancelled).toBe('too-early');
  await sallyport.desktop('holdClock', { isHeld: false });
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
});

test('the tray’s Unlock closes the prompt and lets the request go on', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addClear(client, home, {});
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await sallyport.desktop('clickMenu', { id: 'unlock' });
  expect(await signed).toBe(true);
  await prompt.gone(sallyport);
});

test('the lock screen does not end the prompt of an agent that is locked already', async ({
  sallyport,
  home,
  connect,
}) => {
  const client = await connect();
  const blob = await addClear(client, home, {});
  await sallyport.desktop('power', { event: 'suspend' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, blob);
  await expect(prompt.page.getByText('Locked before the machine went to sleep.')).toBeVisible();
  await sallyport.desktop('power', { event: 'suspend' });
  await prompt.click(prompt.unlock);
  expect(await signed).toBe(true);
});
