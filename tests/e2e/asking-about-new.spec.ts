// The level “when something is new”, chosen in the window: asked once for what is new, not again until locked.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { AgentClient } from '../../main/client/agent-client.ts';
import { connectToAgent } from '../../main/client/agent-connection.ts';
import { encodeExtension } from '../../main/client/agent-requests.ts';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import { verifySignature } from '../../main/keys/kinds/verify-signature.ts';
import { loginData, sid, testHost } from '../fakes/host-session.ts';
import { driverName, expect, test } from './driver/fixtures.ts';
import type { RunningApp } from './driver/running-app.ts';
import { openSection } from './pages/key-window.ts';
import { PromptPage } from './pages/prompt-page.ts';
import { addClear } from './signing.ts';

const label = 'When something is new';
const host = testHost();

/** Logs in to the host as `ssh` does: resolves with whether the signature is good, rejects when the agent says no. */
async function logIn(app: RunningApp, blob: Uint8Array): Promise<boolean> {
  const connection = await connectToAgent(app.socketPath);
  try {
    await connection.request(encodeExtension('session-bind@openssh.com', host.bind(sid(1), false)));
    const data = loginData(blob, 'alice', sid(1), host.key.blob);
    const signature = await new AgentClient(connection).sign(blob, data, 0);
    return await verifySignature(parsePublicKey(blob), signature, data, inlineCryptoOffload);
  } finally {
    connection.close();
  }
}

/** The same, where the person is to be asked. */
async function logInAsked(app: RunningApp, blob: Uint8Array) {
  const signed = logIn(app, blob);
  signed.catch(() => {});
  const prompt = new PromptPage(await app.page('prompt'));
  await expect(prompt.page.getByText('You want to be asked when something is new')).toBeVisible();
  await expect(prompt.page.getByLabel('Until locked')).toBeChecked();
  return { signed, prompt };
}

async function chooseForAllKeys(keys: Page): Promise<void> {
  await openSection(keys, 'Settings');
  await keys.getByLabel('Ask before a key is used').selectOption(label);
  // The list shows what the agent has, which is the wish only when it is stored.
  await expect(keys.getByLabel('Ask before a key is used')).toHaveValue('new');
}

test('a host is asked about once, and again when the answer is revoked or Sallyport was locked', async ({
  sallyport,
  connect,
  home,
}) => {
  const blob = await addClear(await connect(), home, {});
  const keys = await sallyport.showKeys();
  await chooseForAllKeys(keys);
  const allow = async () => {
    const { signed, prompt } = await logInAsked(sallyport, blob);
    await prompt.click(prompt.allow);
    expect(await signed).toBe(true);
    await prompt.gone(sallyport);
  };
  await allow();
  // Nobody is asked: it would wait for ever.
  expect(await logIn(sallyport, blob)).toBe(true);

  await openSection(keys, 'Approvals');
  await expect(keys.getByText('Log in as “alice”')).toBeVisible();
  await expect(keys.getByText('until the agent is locked')).toBeVisible();
  await keys.getByRole('button', { name: /^Revoke the approval/ }).click();
  await expect(keys.getByRole('heading', { name: 'Nothing is remembered' })).toBeVisible();
  await allow();
  expect(await logIn(sallyport, blob)).toBe(true);

  // Only the tray's menu locks it.
  if (driverName !== 'stand-in') return;
  await sallyport.desktop('clickMenu', { id: 'lock' });
  const signed = logIn(sallyport, blob);
  signed.catch(() => {});
  const locked = new PromptPage(await sallyport.page('prompt'));
  await locked.click(locked.unlock);
  // Opening Sallyport said nothing about the use: its window goes on with the question.
  const asked = new PromptPage(await sallyport.page('prompt'));
  await expect(asked.page.getByText('You want to be asked when something is new')).toBeVisible();
  await asked.click(asked.allow);
  expect(await signed).toBe(true);
  await asked.gone(sallyport);
  expect(await logIn(sallyport, blob)).toBe(true);
});

test('“Only this time” has the next use asked about, of the one key that has the level', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const asked = await addClear(client, home, {});
  const other = await addClear(client, home, {}, 'p256.openssh');
  const keys = await sallyport.showKeys();
  await keys.getByRole('option').first().click();
  await keys.getByLabel('Ask before use').selectOption(label);
  await expect(keys.getByLabel('Ask before use')).toHaveValue('new');
  await expect(keys.getByText('A window asks you the first time that a program uses the key')).toBeVisible();
  expect(await logIn(sallyport, other)).toBe(true);
  const { signed, prompt } = await logInAsked(sallyport, asked);
  await prompt.waitOutGuard();
  await prompt.choose('Only this time');
  await prompt.allow.click();
  expect(await signed).toBe(true);
  await prompt.gone(sallyport);
  const { signed: refused, prompt: again } = await logInAsked(sallyport, asked);
  await again.click(again.deny);
  await expect(refused).rejects.toThrow('refused to sign');
});

const looks = [
  ['light', {}],
  ['dark', { isDark: true }],
  ['forced-colors', { forcedColors: true }],
] as const;

for (const [look, options] of looks)
  test(`the choice, the question and the answer are shown in ${look}, the smallest window and at 200 %`, async ({
    launchWith,
    home,
  }) => {
    const { app, connect } = await launchWith({}, options);
    const blob = await addClear(await connect(), home, {});
    const keys = await app.showKeys();
    await chooseForAllKeys(keys);
    const { signed, prompt } = await logInAsked(app, blob);
    const take = async (page: Page, name: string) => {
      await page.screenshot({ path: join('test-results/e2e-screenshots', `new-${name}-${look}.png`) });
      // Nothing is wider than its window.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    };
    // At twice the size a window has half of the pixels of CSS.
    const takeSizes = async (page: Page, name: string, smallest: { width: number; height: number }) => {
      const usual = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
      await take(page, name);
      if (look !== 'light') return;
      await page.setViewportSize(smallest);
      await take(page, `${name}-smallest`);
      await page.setViewportSize({
        width: Math.round(usual.width / 2),
        height: Math.round(usual.height / 2),
      });
      await take(page, `${name}-200`);
      await page.setViewportSize(usual);
    };
    await prompt.waitOutGuard();
    await takeSizes(prompt.page, 'prompt', { width: 320, height: 400 });
    await keys.getByLabel('Ask before a key is used').scrollIntoViewIfNeeded();
    const smallestKeys = { width: 560, height: 400 };
    await takeSizes(keys, 'settings', smallestKeys);
    await prompt.click(prompt.allow);
    expect(await signed).toBe(true);
    await openSection(keys, 'Approvals');
    await expect(keys.getByText('Log in as “alice”')).toBeVisible();
    await takeSizes(keys, 'approvals', smallestKeys);
    await openSection(keys, 'Keys');
    await keys.getByRole('option').first().click();
    await keys.getByLabel('Ask before use').selectOption(label);
    await expect(keys.getByLabel('Ask before use')).toHaveValue('new');
    await takeSizes(keys, 'key', smallestKeys);
  });
