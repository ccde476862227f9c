// Windows Hello in the details of a key: since when, what to do to have it, and the end of it.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { Failure } from '../fake-main/fake-main.ts';
import { details, key, keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const since = { hello: { since: '2026-11-12T14:05:00.000Z' } };
const opened = (view: KeyView) => [keysState([view]), { 'keys.details': () => details(view) }] as const;

test('says since when Windows Hello unlocks a key, and stops that', async ({ openKeys, page }) => {
  const view = key(1, since);
  const [state, answers] = opened(view);
  const main = await openKeys(state, { ...answers, 'hello.forget': () => null });
  await page.getByRole('option').first().click();
  const row = page.locator('.labelled-row', { hasText: 'Unlock with Windows Hello' });
  await expect(row).toContainText(/Since .*2026.*The passphrase always unlocks the key, too\./);
  await row.getByRole('button', { name: 'Stop' }).click();
  await expect.poll(() => main.inputsOf('hello.forget')).toEqual([{ id: view.id }]);
  await expect(page.getByText('Only its passphrase unlocks')).toBeVisible();
});

test('tells what went wrong where that could not be stopped', async ({ openKeys, page }) => {
  const [state, answers] = opened(key(1, since));
  await openKeys(state, {
    ...answers,
    'hello.forget': () => {
      throw new Failure('Windows Hello goes on unlocking this key.');
    },
  });
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Windows Hello goes on unlocking this key.')).toBeVisible();
});

test('says how to have it, and nothing where it can’t be had', async ({ openKeys, page }) => {
  const [state, answers] = opened(key(1, { hello: {} }));
  const main = await openKeys(state, answers);
  await page.getByRole('option').first().click();
  await expect(page.getByText('Not set up: tick “From now on unlock with Windows Hello”')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  await main.emit('keys.changed', [key(1)]);
  await expect(page.getByText('Windows Hello')).toHaveCount(0);
});
