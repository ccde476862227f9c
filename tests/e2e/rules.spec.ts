// What the person lays down in the key window holds for clients: a rule that denies, a key that always asks.
import { expect, test } from './driver/fixtures.ts';
import { addClear, signAndPrompt, signLogin } from './signing.ts';

test('a rule that denies, made in the window, refuses a client until it is removed', async ({
  sallyport,
  connect,
  home,
}) => {
  const client = await connect();
  const blob = await addClear(client, home, {});
  const keys = await sallyport.showKeys();
  await keys.getByRole('navigation').getByRole('button', { name: 'Rules' }).click();
  await keys.getByRole('button', { name: 'Add rule…' }).click();
  await keys.getByLabel('What to do').selectOption('Deny');
  await keys.getByLabel('What for').selectOption('Login');
  await keys.getByLabel('User name').fill('root');
  await keys.getByLabel('Host').fill('SHA256:short');
  await keys.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(keys.getByRole('dialog').getByRole('alert')).toContainText(
    'a host key is named by its fingerprint',
  );
  expect(await signLogin(client, blob, 'root')).toBe(true);
  await keys.getByLabel('Host').fill('');
  await keys.getByRole('button', { name: 'Add', exact: true }).click();
  // The dialog says the same while the rule is being stored.
  await expect(keys.getByRole('dialog')).toHaveCount(0);
  await expect(keys.getByText('Deny logins as “root” with any key')).toBeVisible();
  await expect(signLogin(client, blob, 'root')).rejects.toThrow('refused to sign');
  expect(await signLogin(client, blob, 'alice')).toBe(true);

  await keys.getByRole('navigation').getByRole('button', { name: 'Activity' }).click();
  await expect(keys.getByText(/Your rule \w+ denies this\./)).toBeVisible();
  await keys.getByRole('navigation').getByRole('button', { name: 'Rules' }).click();
  await keys.getByRole('button', { name: 'Remove rule 1' }).click();
  await keys.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(keys.getByRole('heading', { name: 'No rules' })).toBeVisible();
  expect(await signLogin(client, blob, 'root')).toBe(true);
});

test('a key that is set to “Always” is asked about, and no other', async ({ sallyport, connect, home }) => {
  const client = await connect();
  const asked = await addClear(client, home, {});
  const other = await addClear(client, home, {}, 'p256.openssh');
  const keys = await sallyport.showKeys();
  await keys.getByRole('option').first().click();
  await keys.getByLabel('Ask before use').selectOption('Always');
  await expect(keys.getByRole('option').first()).toContainText('Confirm');
  expect(await signLogin(client, other)).toBe(true);
  const { signed, prompt } = await signAndPrompt(sallyport, client, asked);
  await expect(prompt.page.getByText('You want to be asked before each use of this key.')).toBeVisible();
  await prompt.click(prompt.allow);
  expect(await signed).toBe(true);
  await prompt.gone(sallyport);

  await keys.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  await keys.getByLabel('Ask before a key is used').selectOption('Always');
  // The list shows what the agent has, which is the wish only when it is stored.
  await expect(keys.getByLabel('Ask before a key is used')).toHaveValue('always');
  const { signed: refused, prompt: second } = await signAndPrompt(sallyport, client, other);
  await second.click(second.deny);
  await expect(refused).rejects.toThrow('refused to sign');
});
