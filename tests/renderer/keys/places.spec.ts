// Other places of keys in the window: their states, adding and removing them, and their keys among the others.
import type { Page } from '@playwright/test';
import { Failure } from '../fake-main/fake-main.ts';
import { stopTime } from '../fake-main/pass-time.ts';
import { details, elsewhereKeys, fewKeys, key, keysState, stores, token } from '../fake-main/sample-keys.ts';
import { expect, test } from '../fake-main/test.ts';

const state = keysState([...elsewhereKeys, ...fewKeys], { stores });
const found = { address: '\\\\.\\pipe\\pageant.alice.0123', title: 'Pageant' };
const base = {
  'keys.details': ({ id }: { id: string }) =>
    details([...elsewhereKeys, ...fewKeys].find((view) => view.id === id) ?? key(1)),
  'stores.refresh': () => stores,
  'stores.cancel': () => null,
  'upstreams.find': () => [found],
  'tokens.list': () => [],
};
const go = (page: Page) => page.getByRole('navigation').getByRole('button', { name: 'Other places' }).click();

test.beforeEach(({ page }) => stopTime(page));

test('each is told with its state, what it waits for and what to do', async ({ openKeys, page }) => {
  const main = await openKeys(state, base);
  await go(page);
  const cards = page.locator('.place-group > ul > .card');
  await expect(cards).toHaveCount(3);
  await expect(cards.nth(0)).toContainText(
    /OpenSSH’s agent.*1 key.*openssh-ssh-agent.*2 more.*A signature with alice@agent waits for it/,
  );
  await expect(cards.nth(1)).toContainText(/Out of reach.*Nobody listens.*Start it, or remove it here\./);
  await expect(cards.nth(2)).toContainText('invoiceU+202Egpj.sock');
  await cards.nth(0).getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => main.inputsOf('stores.cancel')).toEqual([{ id: stores[0]!.pending[0]!.id }]);
  await cards.nth(1).getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => main.inputsOf('stores.refresh').length).toBe(2);
  await main.emit('stores.changed', [{ ...stores[1]!, state: { status: 'ready', leftOut: 0 } }]);
  await expect(cards).toHaveCount(1);
  await expect(cards.nth(0)).toContainText('3 keys');
});

test('those of one kind are together, and a kind that can have none here has no heading', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(keysState(fewKeys, { stores }), base);
  await go(page);
  const headings = page.getByRole('main').getByRole('heading', { level: 2 });
  await expect(headings).toHaveText(['Security keys', 'Tokens and smart cards', 'Other agents']);
  await main.emit('stores.changed', [...stores, token]);
  await expect(headings).toHaveText(['Security keys', 'Tokens and smart cards', 'Other agents']);
  const tokens = page.getByRole('region', { name: 'Tokens and smart cards' });
  await expect(tokens.locator('> ul > .card')).toContainText(
    /PIV cardU\+202E of Alice.*2 keys.*opensc-pkcs11\.dll.*A signature with alice@card waits: touch the security key\./,
  );
  await tokens.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => main.inputsOf('stores.cancel')).toEqual([{ id: token.pending[0]!.id }]);
});

test('one that was found is added by a click, another one by its address', async ({ openKeys, page }) => {
  const main = await openKeys(state, { ...base, 'upstreams.add': () => null });
  await go(page);
  await page.getByRole('button', { name: 'Add Pageant' }).click();
  await expect(page.getByText('Its keys are offered here from now on')).toBeVisible();
  const add = page.getByRole('button', { name: 'Add', exact: true });
  await expect(add).toBeDisabled();
  await page.getByLabel('Or its pipe').fill('  \\\\.\\pipe\\other ');
  await add.click();
  await expect(page.getByLabel('Or its pipe')).toHaveValue('');
  expect(main.inputsOf('upstreams.add')).toEqual([
    { address: found.address },
    { address: '\\\\.\\pipe\\other' },
  ]);
});

test('one that can’t be added is told why, and the address stays', async ({ openKeys, page }) => {
  await openKeys(state, {
    ...base,
    'upstreams.add': () => {
      throw new Failure('It is this agent itself.');
    },
  });
  await go(page);
  await page.getByLabel('Or its pipe').fill('own');
  await page.keyboard.press('Enter');
  await expect(page.getByText('It is this agent itself.')).toBeVisible();
  await expect(page.getByLabel('Or its pipe')).toHaveValue('own');
});

test('one is removed, or asked to show all its keys again', async ({ openKeys, page }) => {
  const main = await openKeys(state, {
    ...base,
    'upstreams.add': () => null,
    'upstreams.remove': () => null,
  });
  await go(page);
  await page.getByRole('button', { name: 'Show its keys again' }).first().click();
  await expect(page.getByText('All its keys are shown again.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove' }).first().click();
  await expect(page.getByText('Its keys are no longer offered here.')).toBeVisible();
  const { address } = stores[0]!;
  expect(main.inputsOf('upstreams.add')).toEqual([{ address }]);
  expect(main.inputsOf('upstreams.remove')).toEqual([{ address }]);
});

test('their keys are marked in the list and told of in the details', async ({ openKeys, page }) => {
  await openKeys(state, base);
  const rows = page.getByRole('option');
  await expect(rows.nth(0)).toContainText(/Elsewhere.*OpenSSH’s agent/);
  await expect(rows.nth(1)).toContainText(/out of reach/);
  await rows.nth(1).click();
  const pane = page.getByRole('region', { name: 'Details' });
  await expect(pane).toContainText(/Lives in.*old\.sock.*out of reach now/);
  await expect(pane).toContainText('Is there when the other agent has it.');
  await expect(pane.getByRole('button', { name: 'Convert…' })).toHaveCount(0);
  await expect(pane.getByRole('button', { name: 'Lock again' })).toHaveCount(0);
  await pane.getByRole('button', { name: 'Remove…' }).click();
  await expect(page.getByRole('dialog')).toContainText('Other places keep what lives in them.');
});

test('a key on a token says what it wants, is found by where it lives, and has no command of a file', async ({
  openKeys,
  page,
}) => {
  const [first] = elsewhereKeys;
  const onToken = {
    ...first!,
    home: { kind: 'pkcs11', title: token.title, isReachable: true, need: 'pin' },
  } as const;
  const many = Array.from({ length: 20 }, (_, number) => key(number + 10));
  await openKeys(keysState([onToken, ...many], { stores: [token] }), {
    ...base,
    'keys.details': () => details(onToken),
  });
  await page.getByLabel('Search the keys').fill('piv card');
  const rows = page.getByRole('listbox').getByRole('option');
  await expect(rows).toHaveCount(1);
  await rows.click();
  const pane = page.getByRole('region', { name: 'Details' });
  await expect(pane).toContainText(
    /Lives in.*PIV card.*Wants of you.*Its PIN, once until Sallyport is locked\./,
  );
  await expect(pane).toContainText('Is there when its token is.');
  for (const name of ['Convert…', 'New passphrase…', 'Lock again'])
    await expect(pane.getByRole('button', { name })).toHaveCount(0);
});

test('a library for tokens is added, told with its tokens, and removed', async ({ openKeys, page }) => {
  const library = {
    ...{ path: token.address, title: token.title, state: { status: 'ready' as const, leftOut: 0 } },
    tokens: [
      {
        ...{ title: 'Card\u202e of Alice', maker: 'm', model: 'm', serial: '1', pin: 'typed' as const },
        ...{ isOpen: false, keyCount: 2 },
      },
    ],
  };
  const main = await openKeys(keysState(fewKeys, { stores: [token] }), {
    ...base,
    'tokens.list': () => [library],
    'tokens.choose': () => '/chosen/library.so',
    'tokens.add': ({ path }: { path: string }) => {
      if (path !== token.address) throw new Failure('The file is no library for this system.');
      return null;
    },
    'tokens.remove': () => null,
  });
  await go(page);
  const tokens = page.getByRole('region', { name: 'Tokens and smart cards' });
  await expect(tokens.locator('> ul > .card')).toContainText(
    /CardU\+202E of Alice – 2 keys; its PIN is asked for at the first use/,
  );
  const [choose, add, heading, label] = await Promise.all(
    [
      tokens.getByRole('button', { name: 'Choose…' }),
      tokens.getByRole('button', { name: 'Add library' }),
      tokens.getByRole('heading', { name: 'Add a library for tokens' }),
      tokens.getByText('Its PKCS#11 library'),
    ].map((part) => part.boundingBox()),
  );
  expect(choose!.y).toBe(add!.y);
  expect(label!.y - heading!.y - heading!.height).toBeGreaterThanOrEqual(4);
  await tokens.getByRole('button', { name: 'Choose…' }).click();
  await expect(tokens.getByLabel('Its PKCS#11 library')).toHaveValue('/chosen/library.so');
  await tokens.getByRole('button', { name: 'Add library' }).click();
  await expect(page.getByText('The file is no library for this system.')).toBeVisible();
  await tokens.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('The library is loaded no more. The token keeps its keys.')).toBeVisible();
  expect(main.inputsOf('tokens.remove')).toEqual([{ path: token.address }]);
});
