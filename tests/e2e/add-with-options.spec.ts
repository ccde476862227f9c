// When to ask and how long a key stays, chosen in the window while the key is added.

import { addKeyBy } from '../renderer/fake-main/menus.ts';
import { onlyStandIn } from './driver/electron-binary.ts';
import { driverName, expect, keyFile, test } from './driver/fixtures.ts';
import { signAndPrompt } from './signing.ts';

test.skip(driverName !== 'stand-in', onlyStandIn);

test('a key added with options asks at its first use, has an end, and can be told otherwise', async ({
  sallyport,
  connect,
  home,
}) => {
  const page = await sallyport.page('keys');
  await sallyport.desktop('answerOpenDialog', { filePaths: [keyFile('ed25519.openssh', home)] });
  await addKeyBy(page, 'Key file with options…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Ask before use').selectOption('Always');
  await dialog.getByLabel('Remove from the agent').selectOption('In 1 hour');
  await dialog.getByRole('button', { name: 'Choose files…' }).click();
  // The file has no passphrase, which is said.
  await dialog.getByRole('button', { name: 'Close' }).click();
  const row = page.getByRole('listbox', { name: 'Keys' }).getByRole('option');
  await expect(row).toContainText('Confirm');

  const client = await connect();
  const [listed] = await client.list();
  expect(listed?.secondsLeft).toBeGreaterThan(3500);
  const { signed, prompt } = await signAndPrompt(sallyport, client, listed?.blob ?? new Uint8Array());
  await prompt.click(prompt.deny);
  await expect(signed).rejects.toThrow('refused to sign');

  await page.getByLabel('Remove from the agent').selectOption('Never');
  await expect.poll(async () => (await client.list())[0]?.secondsLeft).toBe(0);
});
