// What a window says of signatures that wait for a touch, and how they are cancelled there.
import { waitingPrompt } from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

const [one] = waitingPrompt(1).waits;

test('says what is to be done, with the four answers, where the key lives, and what it waits for', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(waitingPrompt(1));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Touch your security key');
  await expect(page).toHaveTitle('Touch your security key');
  const body = page.getByRole('main');
  await expect(body).toContainText(/“PIV card.*U\+202E.*of Alice”, which wants a touch\./);
  await expect(body).toContainText(
    /Who asks.*plink\.exe.*What for.*deploy.*Where to.*build\.example\.com.*Which key/,
  );
  await expect(page.getByRole('button', { name: 'Allow' })).toHaveCount(0);
  // Where all prompts have it.
  const cancel = await page.getByRole('button', { name: 'Cancel' }).boundingBox();
  expect(cancel!.x + cancel!.width).toBeGreaterThan(page.viewportSize()!.width - 32);
  await main.emit('prompt.changed', {
    kind: 'waiting',
    waits: [{ ...one!, waitsFor: 'system-dialog', id: '7f1c1a52-5d0f-4bb4-8f77-1f1f2d3c4b5b' }],
    more: 0,
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Answer the system’s own window');
});

test('cancels one of several, which go on in the same window', async ({ openPrompt, page }) => {
  const main = await openPrompt(waitingPrompt(3));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('3 signatures wait for you');
  await page.getByRole('button', { name: 'Cancel this one' }).nth(1).click();
  await expect.poll(() => main.inputsOf('prompt.cancel')).toEqual([{ id: waitingPrompt(3).waits[1]!.id }]);
  await main.emit('prompt.changed', waitingPrompt(1));
  await expect(page.getByRole('button')).toHaveText(['Cancel']);
});

test('is cancelled by its button and by Esc, but not by what was pressed before it could be seen', async ({
  openPrompt,
  page,
}) => {
  const main = await openPrompt(waitingPrompt(1));
  const times = () => main.inputsOf('prompt.cancelWaits').length;
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await expect(cancel).toBeDisabled();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  expect(times()).toBe(0);
  await expect(cancel).toBeEnabled();
  // A security key that types when it is touched ends its word with Enter, which is no answer here.
  await page.keyboard.press('Enter');
  expect(times()).toBe(0);
  await page.keyboard.press('Escape');
  await expect.poll(times).toBe(1);
  await cancel.click();
  await expect.poll(times).toBe(2);
});
