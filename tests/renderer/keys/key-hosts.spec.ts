// The hosts that a key is for: shown, typed with known ones offered, taken out, undone.
import type { Page } from '@playwright/test';
import type { HostsOfKeyView } from '../../../ipc/contract/key-hosts.ts';
import { type Answers, Failure } from '../fake-main/fake-main.ts';
import { expectGoodLooks } from '../fake-main/looks.ts';
import { noHosts, someHosts } from '../fake-main/sample-hosts.ts';
import { details, elsewhereKeys, key, keysState } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const standard = { width: 1044, height: 640 };
const smallest = { width: 404, height: 320 };

/** Answers as the main process does, with its list. */
function keeping(start: HostsOfKeyView): Answers {
  let now = start;
  return {
    'keys.details': ({ id }) => details(key(0, { id })),
    'keyHosts.get': () => now,
    'keyHosts.add': ({ host }) => {
      now = { ...now, hosts: [...now.hosts, { host, isByHand: false }] };
      return now;
    },
    'keyHosts.remove': ({ host }) => {
      now = { ...now, hosts: now.hosts.filter((each) => each.host !== host) };
      return now;
    },
  };
}

const field = (page: Page) => page.getByRole('combobox', { name: 'Use for a host' });
const hosts = (page: Page) => page.getByRole('list', { name: 'Hosts of this key' }).getByRole('listitem');
const offers = (page: Page) => page.getByRole('listbox', { name: 'Known hosts' }).getByRole('option');

test('the keyboard alone completes a known host, sets it, and takes it back', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([key(1)]), keeping(noHosts));
  await page.getByRole('option').first().click();
  await field(page).focus();
  await page.keyboard.type('git@g');
  // What begins so goes before what has it within.
  await expect(offers(page)).toHaveText(['git@git.example.com', 'git@github.com']);
  await expect(field(page)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const second = offers(page).nth(1);
  await expect(second).toHaveAttribute('aria-selected', 'true');
  expect(await field(page).getAttribute('aria-activedescendant')).toBe(await second.getAttribute('id'));
  await page.keyboard.press('Enter');
  await expect(field(page)).toHaveValue('git@github.com');
  expect(main.inputsOf('keyHosts.add')).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(hosts(page)).toHaveText(['git@github.com']);
  await expect(field(page)).toHaveValue('');
  await expect(field(page)).toBeFocused();
  // Ctrl+Z would be for what is typed.
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(hosts(page)).toHaveCount(0);
  expect(main.inputsOf('keyHosts.remove')).toEqual([{ id: key(1).id, host: 'git@github.com' }]);
});

test('Esc leaves the known hosts, and what was typed stays', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1)]), keeping(noHosts));
  await page.getByRole('option').first().click();
  await field(page).fill('web');
  await expect(offers(page)).toHaveCount(6);
  await page.keyboard.press('Escape');
  await expect(offers(page)).toHaveCount(0);
  await expect(field(page)).toHaveAttribute('aria-expanded', 'false');
  await expect(field(page)).toHaveValue('web');
  // By the mouse, which leaves the keyboard in the field.
  await field(page).fill('web1');
  await offers(page).filter({ hasText: 'web11' }).click();
  await expect(field(page)).toHaveValue('web11.example.com');
  await expect(field(page)).toBeFocused();
});

test('a host is taken out and comes back by Undo; what the person wrote into the file is theirs', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(keysState([key(1)]), keeping(someHosts));
  await page.getByRole('option').first().click();
  await expect(hosts(page)).toHaveCount(5);
  const byHand = hosts(page).filter({ hasText: 'git@github.com' });
  await expect(byHand).toContainText('in the file');
  await expect(byHand.getByRole('button')).toHaveCount(0);
  await expect(page.getByText('where you take it out')).toContainText('keys.toml');
  await page.getByRole('button', { name: 'Take out “*.example.com”' }).click();
  await expect(hosts(page)).toHaveCount(4);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(hosts(page)).toHaveCount(5);
  expect(main.inputsOf('keyHosts.add')).toEqual([{ id: key(1).id, host: '*.example.com' }]);
});

test('what is no host is told at the field, and stays there to be corrected', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1)]), {
    ...keeping(noHosts),
    'keyHosts.add': () => {
      throw new Failure('This is no host. Write example.com.');
    },
  });
  await page.getByRole('option').first().click();
  await field(page).fill('a b');
  await page.getByRole('button', { name: 'Add to “Use for a host”' }).click();
  await expect(field(page)).toHaveAccessibleDescription(/This is no host. Write example.com./);
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(field(page)).toHaveValue('a b');
});

test('a file that can’t be used is told, and nothing is offered to be set', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1)]), {
    ...keeping(noHosts),
    'keyHosts.get': () => {
      throw new Failure('keys.toml is not understood: line 2. Correct the file.');
    },
  });
  await page.getByRole('option').first().click();
  await expect(page.getByRole('region', { name: 'Hosts' })).toContainText('Correct the file.');
  await expect(field(page)).toHaveCount(0);
});

test('what is set is asked for again when the window is come back to', async ({ openKeys, page }) => {
  let now = noHosts;
  await openKeys(keysState([key(1)]), { ...keeping(noHosts), 'keyHosts.get': () => now });
  await page.getByRole('option').first().click();
  await expect(hosts(page)).toHaveCount(0);
  now = someHosts;
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(hosts(page)).toHaveCount(5);
});

test('a key that is held is restricted to known hosts, and to no others', async ({ openKeys, page }) => {
  const main = await openKeys(keysState([key(1)]), {
    ...keeping(noHosts),
    'keyHosts.restrict': () => null,
  });
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Restrict to hosts…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Restrict “key number 1”/ });
  const only = dialog.getByRole('combobox', { name: 'Only for hosts' });
  await expect(only).toBeFocused();
  await dialog.getByRole('button', { name: 'Restrict' }).click();
  await expect(dialog).toContainText('Name a host first.');
  await only.fill('unknown.example.org');
  await page.keyboard.press('Enter');
  await expect(only).toHaveAccessibleDescription(/is not in known_hosts.*Log in there once/);
  await expect(only).toHaveAttribute('aria-invalid', 'true');
  // What stands in the field counts: it is not left out in silence.
  await dialog.getByRole('button', { name: 'Restrict' }).click();
  expect(main.inputsOf('keyHosts.restrict')).toEqual([]);
  // Esc leaves what is offered first, and then the dialog.
  await only.fill('git');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('list', { name: 'Only for hosts' })).toHaveText('git.example.com');
  await only.fill('github.com');
  await dialog.getByRole('button', { name: 'Restrict' }).click();
  await expect(dialog).toHaveCount(0);
  expect(main.inputsOf('keyHosts.restrict')).toEqual([
    { id: key(1).id, hosts: ['git.example.com', 'github.com'] },
  ]);
  await expect(page.getByText('logs in to those hosts alone')).toBeVisible();
});

test('Esc in a dialog leaves the known hosts first, and then the dialog', async ({ openKeys, page }) => {
  await openKeys(keysState([key(1)]), keeping(noHosts));
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Restrict to hosts…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').fill('git');
  await expect(offers(page)).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(offers(page)).toHaveCount(0);
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Restrict to hosts…' })).toBeFocused();
});

test('what is restricted already, or lives elsewhere, can’t be restricted here', async ({
  openKeys,
  page,
}) => {
  await openKeys(keysState([key(1, { restricted: true }), ...elsewhereKeys]), {
    ...keeping(noHosts),
    'keys.details': ({ id }) => details(key(1, { id, restricted: true })),
  });
  await page.getByRole('option').nth(0).click();
  await expect(page.getByText('This key logs in to these hosts alone')).toContainText(
    'to bastion.example.com',
  );
  await expect(page.getByText('remove it and add it anew')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restrict to hosts…' })).toHaveCount(0);
  await page.getByRole('option').nth(1).click();
  await expect(field(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restrict to hosts…' })).toHaveCount(0);
});

for (const [name, start, typed] of [
  ['hosts-of-key', someHosts, ''],
  ['hosts-typed', someHosts, 'e'],
] as const)
  test(`looks good: ${name}`, async ({ openKeys, page }, testInfo) => {
    await openKeys(keysState([key(1)]), keeping(start));
    await page.getByRole('option').first().click();
    await expect(hosts(page)).toHaveCount(5);
    await field(page).fill(typed);
    if (typed !== '') await expect(offers(page)).toHaveCount(6);
    // All that is offered can be seen without scrolling.
    if (typed !== '') await expect(offers(page).last()).toBeInViewport({ ratio: 1 });
    await field(page).evaluate((element) => element.scrollIntoView({ block: 'center' }));
    await expectGoodLooks(page, testInfo, name, standard, smallest);
  });

test('looks good: restrict', async ({ openKeys, page }, testInfo) => {
  await openKeys(keysState([key(1)]), keeping(noHosts));
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Restrict to hosts…' }).click();
  const only = page.getByRole('dialog').getByRole('combobox');
  await only.fill('github.com');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(1);
  await only.fill('unknown.example.org');
  await page.keyboard.press('Enter');
  await expect(only).toHaveAttribute('aria-invalid', 'true');
  await expectGoodLooks(page, testInfo, 'restrict', standard, smallest);
});
