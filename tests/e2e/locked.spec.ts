// A program that wants a signature of a locked Sallyport: the person is asked to unlock it, and the request goes on.
import { spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, passphrase, test } from './driver/fixtures.ts';
import { PromptPage } from './pages/prompt-page.ts';
import { addClear, addEncrypted, signAndPrompt } from './signing.ts';

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

test('after the unlock the key asks as always: for its passphrase, and for its confirmation', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const encrypted = await addEncrypted(client, home);
  const confirmed = await addClear(client, home, { confirm: true }, 'p256.openssh');
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const { signed, prompt } = await signAndPrompt(sallyport, client, encrypted);
  await prompt.click(prompt.unlock);
  await expect.poll(() => prompt.page.isClosed()).toBe(true);
  const second = new PromptPage(await sallyport.page('prompt'));
  await second.answer(passphrase);
  expect(await signed).toBe(true);
  await second.gone(sallyport);
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const next = await signAndPrompt(sallyport, client, confirmed);
  await next.prompt.click(next.prompt.unlock);
  await expect.poll(() => next.prompt.page.isClosed()).toBe(true);
  const asks = new PromptPage(await sallyport.page('prompt'));
  await asks.click(asks.deny);
  await expect(next.signed).rejects.toThrow('refused to sign');
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
