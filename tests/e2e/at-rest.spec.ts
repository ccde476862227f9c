// What rests in the tray has no window: one is made when it is needed, and is gone with its page after it.
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, passphrase, test } from './driver/fixtures.ts';
import type { RunningApp } from './driver/running-app.ts';
import { addEncrypted, signAndPrompt } from './signing.ts';

const windowsAndPages = async (app: RunningApp) =>
  (await app.desktop('windows', {})).length + app.pages('keys').length + app.pages('prompt').length;

test('there is no window before the first one is needed, nor after any', async ({ launchWith, home }) => {
  test.skip(driverName !== 'stand-in', onlyStandIn);
  const { app, connect } = await launchWith({}, { args: ['--at-login'] });
  expect(await windowsAndPages(app)).toBe(0);
  const client = await connect();
  const blob = await addEncrypted(client, home);
  expect(await windowsAndPages(app)).toBe(0);
  const { signed, prompt } = await signAndPrompt(app, client, blob);
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
  await expect.poll(() => windowsAndPages(app)).toBe(0);
  await app.showKeys();
  await app.desktop('closeWindow', { title: 'Sallyport' });
  await expect.poll(() => windowsAndPages(app)).toBe(0);
});
