// Every state of the key window, in every way of seeing it.
import type { Page } from '@playwright/test';
import type { KeysState } from '../../../ipc/contract/program.ts';
import { dragOver } from '../fake-main/drop-files.ts';
import { type Answers, Failure } from '../fake-main/fake-main.ts';
import { expectGoodLooks } from '../fake-main/looks.ts';
import { addKeyBy, chooseForKey } from '../fake-main/menus.ts';
import { activity, approvals, missed } from '../fake-main/sample-activity.ts';
import {
  details,
  elsewhereKeys,
  fewKeys,
  hostileKeys,
  key,
  keysState,
  noRules,
  stores,
  token,
} from '../fake-main/sample-keys.ts';
import { programAnswers, sshSetUp } from '../fake-main/sample-programs.ts';
import { offers, policy } from '../fake-main/sample-rules.ts';
import { loadedKey, securityKeyAnswers } from '../fake-main/sample-security-keys.ts';
import { snippet } from '../fake-main/sample-snippet.ts';
import { windowsKeyAnswers, windowsPlace } from '../fake-main/sample-windows-keys.ts';
import { expect, test } from '../fake-main/test.ts';

interface Shown {
  readonly state: KeysState;
  readonly answers?: Answers;
  /** Something is not answered yet. */
  readonly isWaiting?: true;
  /** What the person does to get there. */
  readonly go?: (page: Page) => Promise<void>;
}

const few = keysState(fewKeys);
const ruled = keysState(fewKeys, { policy });
const press = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
const add = (item: string) => (page: Page) => addKeyBy(page, item);
const more = (item: string) => (page: Page) => chooseForKey(page, item);
const section = (name: string) => (page: Page) =>
  page.getByRole('navigation').getByRole('button', { name }).click();
const openedId = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';

const loadResidentKeys = async (page: Page) => {
  await section('Other places')(page);
  await press('Load keys')(page);
  const load = page.getByRole('region', { name: 'Load the keys that a security key keeps' });
  await load.evaluate((element) => element.scrollIntoView());
};

/** Opens the section with this group of it at the top. */
const groupOfPlaces = (name: string) => async (page: Page) => {
  await section('Other places')(page);
  const group = page.getByRole('region', { name, exact: true });
  await group.evaluate((element) => element.scrollIntoView());
};

const troubled = keysState(fewKeys, {
  lock: { isPaused: true, reason: 'Your Windows session was locked.', isLockedByClient: false },
  prompts: [{ id: 'p', kind: 'passphrase', keyComment: 'alice@laptop 2026', fingerprint: 'SHA256:x' }],
  notices: [
    {
      id: openedId,
      severity: 'error',
      text: 'The settings file was damaged. It is kept as settings.json.bad; Sallyport uses its own settings.',
    },
  ],
});

const shown: Readonly<Record<string, Shown>> = {
  'no-keys': { state: keysState([]) },
  'one-key': { state: keysState([key(1)]) },
  'few-keys': { state: few },
  certificate: { state: few, go: (page) => page.getByRole('option').nth(3).click() },
  restricted: { state: few, go: (page) => page.getByRole('option').nth(2).click() },
  'many-keys': { state: keysState(Array.from({ length: 500 }, (_, number) => key(number))) },
  'hostile-keys': { state: keysState(hostileKeys), go: (page) => page.getByRole('option').nth(1).click() },
  'several-selected': {
    state: few,
    go: (page) =>
      page
        .getByRole('option')
        .nth(2)
        .click({ modifiers: ['Shift'] }),
  },
  'add-key-menu': { state: few, go: press('Add key') },
  'more-menu': { state: few, go: press('More for this key') },
  search: {
    state: ruled,
    async go(page) {
      await press('Search everything')(page);
      await page.getByRole('combobox', { name: 'Search everything' }).fill('key');
    },
  },
  troubled: { state: troubled },
  'locked-twice': {
    state: keysState(fewKeys, {
      lock: { isPaused: true, reason: 'Locked by you.', isLockedByClient: true },
    }),
  },
  'locked-by-client': { state: keysState(fewKeys, { lock: { isPaused: false, isLockedByClient: true } }) },
  remove: { state: few, go: press('Remove…') },
  paste: { state: few, go: add('Paste…') },
  'add-with-options': { state: few, go: add('Key file with options…') },
  dropping: { state: few, go: (page) => dragOver(page, [{ name: 'id_ed25519', content: '' }]) },
  generate: { state: few, go: add('Generate…') },
  convert: { state: few, go: more('Convert…') },
  'change-passphrase': { state: few, go: more('New passphrase…') },
  'unlock-file': {
    state: few,
    go: add('Key file…'),
    answers: {
      'keys.add': () => [
        {
          name: 'server.ppk',
          outcome: {
            kind: 'needs-passphrase',
            pendingId: openedId,
            comment: 'root@server',
            fingerprint: 'SHA256:Yk1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQr',
            why: 'The file is encrypted.',
            cost: 'about 15 s (Argon2id with 1024 MiB of memory and 17 passes)',
          },
          warnings: [],
        },
      ],
    },
  },
  'add-results': {
    state: few,
    go: add('Key file…'),
    answers: {
      'keys.add': () => [
        { name: 'id_ed25519', outcome: { kind: 'added', id: key(1).id, keptEncrypted: false }, warnings: [] },
        {
          name: 'server.ppk',
          outcome: { kind: 'added', id: key(2).id, keptEncrypted: true },
          warnings: ['The certificate server-cert.pub belongs to another key and was left out.'],
        },
        {
          name: 'notes.txt',
          outcome: { kind: 'failed', message: 'This is no private key file.' },
          warnings: [],
        },
      ],
    },
  },
  activity: { state: few, go: section('Activity') },
  'activity-filters': {
    state: few,
    async go(page) {
      await section('Activity')(page);
      await press('Filter')(page);
      await page.getByLabel('Answer').selectOption('Denied');
    },
  },
  'no-activity': {
    state: few,
    go: section('Activity'),
    answers: { 'activity.list': () => [], 'missed.list': () => [] },
  },
  approvals: { state: few, go: section('Approvals') },
  'no-approvals': { state: few, go: section('Approvals'), answers: { 'approvals.list': () => [] } },
  rules: { state: ruled, go: section('Rules') },
  'no-rules': { state: few, go: section('Rules'), answers: { 'policy.get': () => noRules } },
  glossary: {
    state: few,
    async go(page) {
      await section('Settings')(page);
      await press('What do these words mean?')(page);
    },
  },
  'add-rule': {
    state: ruled,
    async go(page) {
      await section('Rules')(page);
      await press('Add rule…')(page);
      await page.getByLabel('What for').selectOption('Login');
    },
  },
  'remove-rule': {
    state: ruled,
    async go(page) {
      await section('Rules')(page);
      await press('Remove rule 1')(page);
    },
  },
  'edit-rule': {
    state: ruled,
    async go(page) {
      await section('Rules')(page);
      await press('Edit rule 1')(page);
    },
  },
  'rule-removed': {
    state: ruled,
    answers: { 'policy.removeRule': () => null },
    async go(page) {
      await section('Rules')(page);
      await press('Remove rule 1')(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
    },
  },
  'key-orders': {
    state: few,
    async go(page) {
      await section('Activity')(page);
      await page.getByText('Keys offered in another order lately').click();
    },
    answers: { 'missed.list': () => [], 'offers.list': () => offers },
  },
  doors: { state: few, go: section('Doors') },
  places: {
    state: keysState(fewKeys, { stores: [token, ...stores] }),
    answers: {
      'stores.refresh': () => [],
      'upstreams.find': () => [{ address: '\\\\.\\pipe\\pageant.alice.0123', title: 'Pageant' }],
      'tokens.list': () => [
        {
          path: token.address,
          title: token.title,
          state: token.state,
          tokens: [
            {
              ...{
                title: 'PIV card of Alice',
                maker: 'piv_II',
                model: 'PKCS#15 emulated',
                serial: '0123456789',
              },
              ...{ pin: 'typed' as const, isOpen: false, keyCount: 2 },
            },
          ],
        },
      ],
    },
    go: groupOfPlaces('Tokens and smart cards'),
  },
  'no-places': {
    state: keysState(fewKeys, { platform: 'linux' }),
    answers: { ...securityKeyAnswers, 'securityKeys.list': () => [] },
    go: section('Other places'),
  },
  'windows-keys': {
    state: keysState(fewKeys, { stores: [windowsPlace] }),
    answers: windowsKeyAnswers,
    go: groupOfPlaces('Windows’ own keys'),
  },
  'make-windows-key': {
    state: keysState(fewKeys, { stores: [windowsPlace] }),
    answers: windowsKeyAnswers,
    go: groupOfPlaces('Make a key'),
  },
  'security-keys-libraries': {
    state: keysState(fewKeys, { platform: 'linux' }),
    answers: securityKeyAnswers,
    go: groupOfPlaces('Security keys'),
  },
  'security-keys': {
    state: keysState(fewKeys, { platform: 'linux' }),
    answers: {
      ...securityKeyAnswers,
      'securityKeys.load': () => ({ kind: 'pin-wanted', message: 'The security key wants its PIN.' }),
    },
    go: loadResidentKeys,
  },
  'security-keys-touch': {
    state: keysState(fewKeys, { platform: 'linux' }),
    answers: { ...securityKeyAnswers, 'securityKeys.load': () => new Promise(() => {}) },
    isWaiting: true,
    go: async (page) => {
      await loadResidentKeys(page);
      await expect(page.getByText('Touch it when it blinks.')).toBeVisible();
    },
  },
  'security-keys-loaded': {
    state: keysState(fewKeys, { platform: 'linux' }),
    answers: {
      ...securityKeyAnswers,
      'securityKeys.load': () => ({ kind: 'loaded', loaded: [loadedKey], leftOut: 1 }),
    },
    go: loadResidentKeys,
  },
  'keys-elsewhere': {
    state: keysState([...elsewhereKeys, ...fewKeys], { stores }),
    go: (page) => page.getByRole('option').nth(1).click(),
  },
  'use-with': {
    state: few,
    go: async (page) => {
      await section('Use with…')(page);
      await press('Test')(page);
      await expect(page.getByText('was answered with 3 keys')).toBeVisible();
    },
  },
  'use-with-set-up': {
    state: few,
    answers: programAnswers(() => [sshSetUp]),
    go: section('Use with…'),
  },
  settings: { state: few, go: section('Settings') },
  quit: {
    state: few,
    go: async (page) => {
      await section('Settings')(page);
      await press('Quit Sallyport…')(page);
    },
  },
  problem: {
    state: few,
    go: press('Copy public key'),
    answers: {
      'keys.copyPublicKey': () => {
        throw new Failure('The clipboard is held by another program. Try again.');
      },
    },
  },
};

const answers: Answers = {
  'missed.list': () => missed,
  'keys.details': ({ id }) =>
    details([...fewKeys, ...elsewhereKeys, ...hostileKeys].find((view) => view.id === id) ?? key(0, { id })),
  'activity.list': () =>
    activity.map((entry) => ({ ...entry, conditions: { purpose: 'login', origin: 'local' } })),
  'approvals.list': () => approvals,
  'policy.get': () => policy,
  ...programAnswers(),
  'snippets.get': () => snippet,
  'snippets.test': () => ({
    isWorking: true,
    message: 'A request through OpenSSH’s pipe was answered with 3 keys.',
  }),
  'keyFile.open': () => ({
    kind: 'opened',
    file: {
      openedId,
      name: 'id_ed25519',
      format: 'openssh',
      comment: 'alice@laptop 2026',
      isEncrypted: true,
      kind: 'Ed25519',
      fingerprint: 'SHA256:Yk1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQr',
      hasOriginal: true,
    },
  }),
};

for (const [name, { state, answers: own, isWaiting, go }] of Object.entries(shown)) {
  test(`is whole and accessible in every look: ${name}`, async ({ openKeys, page }, testInfo) => {
    test.slow();
    const main = await openKeys(state, { ...answers, ...own });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Keys');
    await go?.(page);
    if (!isWaiting) await main.settled();
    await expectGoodLooks(
      page,
      testInfo,
      `keys-${name}`,
      { width: 1044, height: 640 },
      { width: 404, height: 320 },
    );
  });
}
