// Programs set up from the window of the running program, in the folder of an invented person, with the real ssh and git.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './driver/fixtures.ts';
import { openSection } from './pages/key-window.ts';
import { addClear } from './signing.ts';

test.skip(
  process.platform === 'win32',
  'Windows’ ssh is set up where its pipe is another’s: see the Wine lane',
);

test('OpenSSH is set up by one click, lists the keys, and is as before after the next', async ({
  sallyport,
  connect,
  home,
}) => {
  await addClear(await connect(), home, {});
  const config = join(home, '.ssh', 'config');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  const before = '# mine\r\nHost work\r\n\tUser me';
  writeFileSync(config, before);
  const page = await sallyport.showKeys();
  await openSection(page, 'Use with…');
  const card = page.getByRole('listitem', { name: 'OpenSSH' });
  await expect(card).toContainText('IdentityAgent "');
  expect(readFileSync(config, 'utf8')).toBe(before);
  await card.getByRole('button', { name: 'Set up OpenSSH' }).click();
  await expect(card.getByRole('status')).toHaveText(/lists 1 key there/);
  expect(readFileSync(config, 'utf8')).toMatch(/^# >>> Sallyport ssh >>>\r\n/);
  await card.getByRole('button', { name: 'Undo the set-up of OpenSSH' }).click();
  await expect(card).toContainText('Not set up');
  expect(readFileSync(config, 'utf8')).toBe(before);
});

test('a file that was changed since stays, and the person is told what to take out', async ({
  sallyport,
  home,
}) => {
  const config = join(home, '.ssh', 'config');
  const page = await sallyport.showKeys();
  await openSection(page, 'Use with…');
  const card = page.getByRole('listitem', { name: 'OpenSSH' });
  await card.getByRole('button', { name: 'Set up OpenSSH' }).click();
  await expect(card.getByRole('status')).toHaveText(/lists 0 keys there/);
  const edited = readFileSync(config, 'utf8').replace('IdentityAgent', 'IdentityAgent none #');
  writeFileSync(config, edited);
  await card.getByRole('button', { name: 'Undo the set-up of OpenSSH' }).click();
  await expect(card).toContainText('were changed since, so they are left as they are');
  expect(readFileSync(config, 'utf8')).toBe(edited);
  writeFileSync(config, '');
  await card.getByRole('button', { name: 'Undo the set-up of OpenSSH' }).click();
  await expect(page.getByText('There was nothing of Sallyport’s in it any more.')).toBeVisible();
  await expect.poll(() => existsSync(config)).toBe(true);
});
