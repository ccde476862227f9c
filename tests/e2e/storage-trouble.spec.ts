// A disk that does not take what is to be kept: nothing is lost unsaid, and the person learns what to do.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addKeyBy } from '../renderer/fake-main/menus.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, launch, logOf, test } from './driver/fixtures.ts';
import { addClear, addEncrypted, signAndPrompt, signLogin } from './signing.ts';

test.skip(driverName !== 'stand-in', onlyStandIn);

test('a setting that can’t be saved stays as it was, and that is said', async ({ launchWith }) => {
  const { app } = await launchWith({ lockOnSuspend: true });
  // What the new file would be written to.
  mkdirSync(join(app.dataDirectory, 'settings.json.sallyport-new'));
  const page = await app.showKeys();
  await page.getByRole('button', { name: 'Settings' }).click();
  const lock = page.getByLabel('Lock when the computer sleeps');
  await lock.click();
  const alert = page.getByRole('alert').filter({ hasText: 'The settings could not be saved' });
  await expect(alert).toContainText('nothing has changed');
  await expect(alert).toContainText('settings.json.sallyport-new: it is a directory, not a file.');
  await expect(lock).toBeChecked();
});

test('settings that could not be read are not written over, and the window says what to do', async ({
  home,
  launchWith,
}) => {
  mkdirSync(join(home, 'userData', 'settings.json'), { recursive: true });
  const { app } = await launchWith({});
  const page = await app.showKeys();
  await expect(page.getByText('no change is kept')).toBeVisible();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Lock with my Windows session').click();
  await expect(page.getByRole('alert').filter({ hasText: 'Check who may read them' })).toBeVisible();
});

test('keys and activity that can’t be stored are told of in the window', async ({ home, launchWith }) => {
  mkdirSync(join(home, 'config', 'sallyport', 'activity.jsonl'), { recursive: true });
  mkdirSync(join(home, 'userData', 'keys', 'index.json.sallyport-new'), { recursive: true });
  const { app, connect } = await launchWith({});
  const page = await app.showKeys();
  const client = await connect();
  await addEncrypted(client, home, 'p256.ppk-argon2id');
  await expect(page.getByText('The keys could not be stored for the next start.')).toBeVisible();
  expect(await signLogin(client, await addClear(client, home, {}))).toBe(true);
  await expect(page.getByText('The activity can not be written to')).toBeVisible();
});

test('rules that somebody removes hold on, and the window says so; at the next start each use is asked about', async ({
  home,
  launchWith,
}) => {
  const rules = join(home, 'config', 'sallyport', 'rules.json');
  mkdirSync(dirname(rules), { recursive: true, mode: 0o700 });
  writeFileSync(rules, JSON.stringify({ version: 1, defaultLevel: 'always' }), { mode: 0o600 });
  const { app, connect } = await launchWith({});
  const client = await connect();
  const key = await addClear(client, home, {});
  rmSync(rules);
  await expect
    .poll(async () => {
      const { signed, prompt } = await signAndPrompt(app, client, key);
      await prompt.click(prompt.allow);
      expect(await signed).toBe(true);
      return logOf(app);
    })
    .toContain('Rules and levels hold on as they were');
  await expect((await app.showKeys()).getByText('Rules and levels hold on as they were')).toBeVisible();
  expect(await app.quit()).toBe(0);
  await app.kill();

  const { app: next, connect: connectAgain } = await launchWith({});
  const page = await next.showKeys();
  await expect(page.getByText('there was one before. You are asked about each use')).toBeVisible();
  const again = await connectAgain();
  const { signed, prompt } = await signAndPrompt(next, again, await addClear(again, home, {}));
  await prompt.click(prompt.allow);
  expect(await signed).toBe(true);
});

test('a key whose public half can’t be saved is saved all the same, and that is said', async ({
  sallyport,
  home,
}) => {
  const page = await sallyport.page('keys');
  const path = join(home, 'id_new');
  mkdirSync(`${path}.pub`);
  await sallyport.desktop('answerSaveDialog', { filePath: path });
  await addKeyBy(page, 'Generate…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('New passphrase', { exact: true }).fill('new secret');
  await dialog.getByLabel('New passphrase again').fill('new secret');
  await dialog.locator('button[type="submit"]').click();
  await expect(dialog.getByText('The public key is not in a file beside it')).toBeVisible();
  expect(existsSync(path)).toBe(true);
  await expect(dialog.getByLabel('Line for authorized_keys')).toHaveValue(/^ssh-ed25519 /);
});

test('a folder that can’t be made ends the start with a word to the person', async ({ home }) => {
  writeFileSync(join(home, 'userData'), 'a file');
  await expect(launch({ home, isFirstStart: true })).rejects.toThrow(
    /could not start[\s\S]*no folder for its settings and keys/,
  );
});

test('a single-instance lock that nobody holds ends the start with a word to the person and in the log', async ({
  home,
}) => {
  const start = launch({ home, env: { STAND_IN_LOCK_FAILS: '1' } });
  await expect(start).rejects.toThrow(/could not start[\s\S]*does not answer/);
  expect(readFileSync(join(home, 'userData/log.txt'), 'utf8')).toContain('not started: Another Sallyport');
});

test('a second start is handed over in silence, which the log tells', async ({ sallyport, home }) => {
  const second = await launch({ home }).catch((error: Error) => error.message);
  expect(second).toContain('did not start');
  expect(second).not.toContain('could not start');
  await expect.poll(() => logOf(sallyport)).toContain('a second start: handed to the program that runs');
  await expect(
    (await sallyport.page('keys')).getByRole('heading', { name: 'Keys', exact: true }),
  ).toBeVisible();
});

test('the installer ends the program that runs, or starts none', async ({ sallyport, home }) => {
  const args = ['--quit'];
  const second = await launch({ home, args }).catch((error: Error) => error.message);
  expect(second).toContain('did not start');
  expect(second).not.toContain('could not start');
  // It puts away what it has, its door among it.
  await expect.poll(() => existsSync(sallyport.socketPath)).toBe(false);
  await expect(launch({ home, args })).rejects.toThrow('did not start');
});

test('a packaged program that is started with a switch that weakens it ends with a sentence, and an unpackaged one starts', async ({
  home,
  launchWith,
}) => {
  const args = ['--js-flags=--allow-natives-syntax'];
  await expect(launch({ home, args, env: { STAND_IN_PACKAGED: '1' } })).rejects.toThrow('did not start');
  const log = readFileSync(join(home, 'userData', 'log.txt'), 'utf8');
  expect(log).toContain('not started: Sallyport does not start with --js-flags');
  await launchWith({}, { args });
});
