// A client asks over the socket for a signature with a key kept encrypted; the person answers in the window.
import { loadKeyFile } from '../../main/keys/load-key-file.ts';
import { expect, keyFile, passphrase, test } from './driver/fixtures.ts';
import { PromptPage } from './pages/prompt-page.ts';
import { addEncrypted, signLogin } from './signing.ts';

const ed25519 = async (home: string) => await loadKeyFile(keyFile('ed25519.openssh-aes256-ctr', home));

test('the right passphrase gives the client its signature and ends the window', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addEncrypted(client, await ed25519(home));
  const signed = signLogin(client, blob);
  const prompt = new PromptPage(await sallyport.page('prompt'));
  await expect(prompt.page.getByText('Log in as “alice”')).toBeVisible();
  await prompt.answer(passphrase);
  expect(await signed).toBe(true);
  await expect.poll(() => sallyport.pages('prompt').length).toBe(0);
  // Unlocked until locked: nobody is asked again.
  expect(await signLogin(client, blob)).toBe(true);
});
