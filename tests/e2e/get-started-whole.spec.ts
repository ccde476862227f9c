// The whole of "Get started" by keyboard alone, with everything found, with nothing, and with the door held by another.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import AxeBuilder from 'axe-core';
import { makeAppPlace } from './driver/app-place.ts';
import { expect, keyFile, launch, test } from './driver/fixtures.ts';

test.skip(process.platform === 'win32', 'the profile, the other agent and the programs are those of Linux');

/** Expects that axe finds nothing in the page as it is now. */
async function expectAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger, which the page's policy does not bind.
  const violations = await page.evaluate(`(async () => {
    const module = { exports: {} };
    ${AxeBuilder.source};
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' '));
  })()`);
  expect(violations).toEqual([]);
}

/** Goes on by the Tab key to the control of that name, which must be there, and presses `key`. */
async function press(
  page: Page,
  role: 'button' | 'checkbox' | 'radio',
  name: string | RegExp,
  key = 'Enter',
) {
  const control = page.getByRole(role, { name, exact: typeof name === 'string' });
  await expect(control).toBeEnabled();
  for (let tabs = 0; tabs < 120; tabs++) {
    if (await control.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(control).toBeFocused();
  await page.keyboard.press(key);
}

const isOpen = (page: Page, name: RegExp) =>
  expect(page.getByRole('button', { name, expanded: true })).toBeFocused();

/** Files of a person, byte for byte, undefined where there is none. */
const contents = (paths: readonly string[]) =>
  paths.map((path) => (existsSync(path) ? readFileSync(path).toString('latin1') : undefined));

/** Keys in ~/.ssh, a PPK that FileZilla names, another agent with a key, settings of ssh and Git. */
function everything(home: string) {
  const ssh = join(home, '.ssh');
  mkdirSync(ssh, { mode: 0o700 });
  const encrypted = keyFile('ed25519.openssh-aes256-ctr', ssh);
  cpSync('tests/fixtures/keys/ed25519-cert.pub', `${encrypted}-cert.pub`);
  const clear = keyFile('p256.openssh', ssh);
  const ppk = keyFile('rsa2048.ppk-argon2id', home);
  const config = join(ssh, 'config');
  writeFileSync(config, '# mine\r\nHost work\r\n\tUser me', { mode: 0o600 });
  const git = join(home, '.gitconfig');
  writeFileSync(git, '[user]\n\tname = Me');
  const sites = join(home, 'config', 'filezilla', 'sitemanager.xml');
  mkdirSync(dirname(sites), { recursive: true });
  writeFileSync(sites, `<Servers><Server><Name>web</Name><Keyfile>${ppk}</Keyfile></Server></Servers>`);
  return { files: [encrypted, `${encrypted}-cert.pub`, clear, ppk, config, git, sites], config };
}

/** An agent of OpenSSH's with one key; resolves with the way to end it. */
async function otherAgent(address: string, key: string): Promise<() => void> {
  const agent = spawn('ssh-agent', ['-D', '-a', address], { stdio: 'ignore' });
  await expect.poll(() => existsSync(address)).toBe(true);
  execFileSync('ssh-add', [key], { env: { ...process.env, SSH_AUTH_SOCK: address }, stdio: 'ignore' });
  return () => agent.kill();
}

test('with everything found: each step done, tested and undone, and every file as before', async ({
  home,
}) => {
  test.slow();
  const { files, config } = everything(home);
  const { socketPath } = makeAppPlace(home);
  const outside = join(home, 'outside');
  mkdirSync(outside);
  const address = join(home, 'other.sock');
  const endOther = await otherAgent(address, keyFile('p384.openssh', outside));
  const before = contents(files);
  const env = { SSH_AUTH_SOCK: address };
  let app = await launch({ home, env, isFirstStart: true });
  try {
    let page = await app.page('keys');
    await expect(page.getByRole('checkbox', { name: /aes256-ctr/ })).toBeChecked();
    await expect(page.getByRole('checkbox', { name: /ppk-argon2id/ })).toBeChecked();
    await expect(page.getByText('FileZilla site “web”')).toBeVisible();
    await expect(page.getByText('with its certificate')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: /p256/ })).not.toBeChecked();
    await expectAccessible(page);
    await press(page, 'checkbox', /All keys of/, 'Space');
    await press(page, 'button', 'Add the 3 ticked');
    await expect(page.getByText('Here already')).toHaveCount(2);
    await press(page, 'button', 'Test');
    // Two keys, a certificate, and that of the other agent.
    await expect(page.getByText(/offers 4 keys/)).toBeVisible();
    await expectAccessible(page);
    await press(page, 'button', 'Next step');

    await isOpen(page, /Ask me/);
    await expect(page.getByRole('radio', { name: 'When something is new' })).toBeChecked();
    await expect(page.getByRole('button', { name: 'Keep this' })).toBeVisible();
    await press(page, 'radio', 'When something is new', 'ArrowDown');
    await expect(page.getByRole('radio', { name: 'Always' })).toBeChecked();
    await press(page, 'button', 'Use this answer');
    await expect(page.getByRole('button', { name: 'Undo: back to “When something is new”' })).toBeVisible();
    await expectAccessible(page);
    // Left half way, and found again.
    expect(await app.quit()).toBe(0);
    await app.kill();
    app = await launch({ home, env });
    page = await app.showKeys();
    await press(page, 'button', 'Get started');
    await press(page, 'button', /^2 ?Ask me/);
    await press(page, 'button', /^Undo: back to/);
    await expect(page.getByRole('button', { name: /^Undo: back to/ })).toHaveCount(0);
    await press(page, 'button', 'Leave this out');

    await isOpen(page, /Programs/);
    const openssh = page.getByRole('listitem', { name: 'OpenSSH' });
    await expect(openssh).toContainText(`IdentityAgent "${socketPath}"`);
    expect(contents(files)).toEqual(before);
    await expectAccessible(page);
    await press(page, 'button', 'Set up OpenSSH');
    await expect(openssh.getByRole('status')).toHaveText(/lists 4 keys there/);
    expect(readFileSync(config, 'utf8')).toContain(socketPath);
    await expectAccessible(page);
    await press(page, 'button', 'Undo the set-up of OpenSSH');
    await expect(openssh).toContainText('Not set up');
    await press(page, 'button', 'Test Git');
    await expect(page.getByRole('listitem', { name: 'Git' }).getByRole('status')).not.toBeEmpty();
    expect(contents(files)).toEqual(before);
    await press(page, 'button', 'Next step');

    await isOpen(page, /At sign-in/);
    await press(page, 'button', /^(Save|Keep this)$/);
    await press(page, 'button', 'Test');
    // A certificate comes back beside its key.
    await expect(page.getByText(/3 encrypted keys are kept/)).toBeVisible();
    await expectAccessible(page);
    await press(page, 'button', 'Finish');
    await expect(page.getByText('That was all.')).toBeVisible();
    await expectAccessible(page);
    await press(page, 'button', /^1 ?Keys/);
    await press(page, 'button', /^Undo: take away .*1 agent/);
    await expect(page.getByText('Your files are where they were.')).toBeVisible();
    await press(page, 'button', 'Test');
    await expect(page.getByText(/offers 0 keys/)).toBeVisible();
    expect(contents(files)).toEqual(before);
    expect(app.pages('prompt')).toEqual([]);
  } finally {
    await app.kill();
    endOther();
  }
});

test('with nothing found, and the door held by another: says so, and each step can be left out', async ({
  home,
}) => {
  const { socketPath } = makeAppPlace(home);
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
  const other = createServer((client) => client.end());
  await new Promise<void>((resolve) => other.listen(socketPath, resolve));
  const app = await launch({ home, isFirstStart: true });
  try {
    const page = await app.page('keys');
    await expect(page.getByText('No key was found')).toBeVisible();
    await press(page, 'button', 'Test');
    await expect(page.getByText('No door is open, so no program can ask.')).toBeVisible();
    await expectAccessible(page);
    await press(page, 'button', 'Leave this out');
    await isOpen(page, /Ask me/);
    await expect(page.getByText('This test needs a key')).toBeVisible();
    await expectAccessible(page);
    await press(page, 'button', 'Leave this out');
    await isOpen(page, /Programs/);
    await expect(page.getByText(/is not open\./)).toBeVisible();
    await expectAccessible(page);
    await press(page, 'button', 'Leave this out');
    await isOpen(page, /At sign-in/);
    await expectAccessible(page);
    await press(page, 'button', 'Leave this out');
    await expect(page.getByText('That was all.')).toBeVisible();
    await expect(page.getByRole('button', { name: /Left out/ })).toHaveCount(4);
    expect(existsSync(join(home, '.ssh'))).toBe(false);
    await expectAccessible(page);
  } finally {
    await app.kill();
    other.close();
  }
});
