// Rules, when to ask for all keys, and the order in which keys are offered.
import type { Page } from '@playwright/test';
import { Failure } from '../fake-main/fake-main.ts';
import { passTime, stopTime } from '../fake-main/pass-time.ts';
import { activity } from '../fake-main/sample-activity.ts';
import { details, fewKeys, key, keysState, noRules, settings } from '../fake-main/sample-keys.ts';
import { offers, policy } from '../fake-main/sample-rules.ts';
import { expect, test } from '../fake-main/test.ts';

const state = keysState(fewKeys, { policy });
const base = { 'keys.details': () => details(key(1)), 'policy.get': () => policy };
const go = (page: Page, name: string) => page.getByRole('navigation').getByRole('button', { name }).click();
const ssh = 'C:\\Windows\\System32\\OpenSSH\\ssh.exe';

test.beforeEach(({ page }) => stopTime(page));

test('rules are sentences in the order in which they count', async ({ openKeys, page }) => {
  await openKeys(state, base);
  await go(page, 'Rules');
  const rules = page.getByRole('main').getByRole('listitem');
  await expect(rules).toHaveCount(5);
  const sentence = (index: number) => rules.nth(index).getByRole('paragraph');
  await expect(sentence(0)).toHaveText(
    `1. Allow logins as “git” to “git.example.com” with the key “alice@laptop 2026”, by “${ssh}”, from this computer.`,
  );
  // As reasons of the activity and of prompts name it.
  await expect(rules.nth(0)).toContainText('Called git in reasons');
  await expect(sentence(1)).toHaveText(
    '2. Deny logins as “root” with any key, by any program, from other machines.',
  );
  await expect(sentence(2)).toContainText('Ask about SSH signatures with the key SHA256:zzz');
  await expect(sentence(2)).toContainText('from anywhere.');
  await expect(rules.nth(3)).toContainText('Not understood');
  await expect(sentence(3)).toContainText(
    'is not understood: it has “host”, which is no part of a rule. Whatever it may be about is asked.',
  );
  await expect(sentence(4)).toContainText('by “/home/alice/U+202Egpj.');
  await expect(rules.nth(4)).toContainText('Never counts: rule 2, before it, decides all of this.');
  await expect(page.getByText('Never counts')).toHaveCount(1);
});

test('what is wrong with a rule is in sight in the smallest window, and nothing typed is cut or dropped', async ({
  openKeys,
  page,
}) => {
  await page.setViewportSize({ width: 404, height: 320 });
  const main = await openKeys(state, {
    ...base,
    'policy.addRule': () => {
      throw new Failure('That is no rule: so it is.');
    },
  });
  await go(page, 'Rules');
  await page.getByRole('button', { name: 'Add rule…' }).click();
  const longPath = `/${'a'.repeat(5000)}`;
  await page.getByLabel('Program').fill(longPath);
  await page.getByLabel('Host').fill('  ');
  await page.getByLabel('Host').press('Enter');
  await expect(page.getByRole('alert').getByText('That is no rule: so it is.')).toBeInViewport({ ratio: 1 });
  // Only logins have a host.
  await page.getByLabel('Host').fill(' git.example.com ');
  await expect(page.locator('dialog .rule-sentence')).toContainText('Allow logins to “git.example.com” with');
  await page.getByLabel('Host').press('Enter');
  const rule = { action: 'allow', program: longPath, origin: 'local' };
  await expect
    .poll(() => main.inputsOf('policy.addRule').map(({ rule: sent }) => sent))
    .toEqual([
      { ...rule, destination: '  ' },
      { ...rule, destination: 'git.example.com' },
    ]);
});

test('a rule goes out whole, what is wrong with it is said, and the keyboard opens and sends it', async ({
  openKeys,
  page,
}) => {
  let isTaken = false;
  const main = await openKeys(state, {
    ...base,
    'policy.addRule': () => {
      if (!isTaken) throw new Failure('That is no rule: malformed fingerprint.');
      return null;
    },
  });
  await go(page, 'Rules');
  await page.getByRole('button', { name: 'Add rule…' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add a rule' });
  await expect(dialog.getByLabel('What to do')).toBeFocused();
  await expect(dialog.getByLabel('Requests from')).toHaveValue('local');
  await page.keyboard.type('Deny');
  await expect(dialog.getByLabel('Requests from')).toHaveValue('any');
  await dialog.getByLabel('Key').selectOption('git signing');
  await dialog.getByLabel('What for').selectOption('Login');
  await dialog.getByLabel('User name').fill('root');
  await dialog.getByLabel('Host').fill('SHA256:short');
  await dialog.getByLabel('Program').fill(ssh);
  await dialog.getByLabel('Requests from').selectOption('Other machines');
  await dialog.getByLabel('Place').selectOption('Before rule 2');
  await dialog.getByLabel('Place').press('Tab');
  await expect(dialog.getByRole('button', { name: 'Add' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('malformed fingerprint');
  isTaken = true;
  await dialog.getByLabel('Host').fill('*.example.com');
  // What it will mean.
  await expect(dialog.locator('.rule-sentence')).toHaveText(
    `Deny logins as “root” to “*.example.com” with the key “git signing”, by “${ssh}”, from other machines.`,
  );
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  expect(main.inputsOf('policy.addRule').at(-1)).toEqual({
    rule: {
      action: 'deny',
      key: key(3).fingerprint,
      program: ssh,
      destination: '*.example.com',
      purpose: 'login',
      user: 'root',
      origin: 'forwarded',
    },
    before: 'root',
  });
  await expect(page.getByRole('button', { name: 'Add rule…' })).toBeFocused();
});

test('what is hidden again is no condition', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(fewKeys), {
    ...base,
    'policy.get': () => noRules,
    'policy.addRule': () => null,
  });
  await go(page, 'Rules');
  await expect(page.getByRole('heading', { name: 'No rules' })).toBeVisible();
  await page.getByRole('button', { name: 'Add rule…' }).click();
  await page.getByLabel('What for').selectOption('Login');
  await page.getByLabel('User name').fill('root');
  await page.getByLabel('What for').selectOption('SSH signature (Git, files)');
  await page.getByLabel('Namespace').fill('git');
  await expect(page.getByLabel('Place')).toHaveCount(0);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect
    .poll(() => main.inputsOf('policy.addRule'))
    .toEqual([{ rule: { action: 'allow', purpose: 'sshsig', namespace: 'git', origin: 'local' } }]);
});

test('a rule is moved by the keyboard, which stays with it', async ({ openKeys, page }) => {
  const main = await openKeys(state, { ...base, 'policy.moveRule': () => null });
  await go(page, 'Rules');
  await expect(page.getByRole('button', { name: 'Move rule 1 up' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Move rule 5 down' })).toBeDisabled();
  await page.getByRole('button', { name: 'Move rule 2 down' }).press('Enter');
  await expect(page.getByText('The rule is number 3 now.')).toBeVisible();
  expect(main.inputsOf('policy.moveRule')).toEqual([{ id: 'root', toIndex: 2 }]);
  const [first, second, third, ...others] = policy.rules;
  await main.emit('policy.changed', { ...policy, rules: [first!, third!, second!, ...others] });
  await expect(page.getByRole('button', { name: 'Move rule 3 down' })).toBeFocused();
});

test('a rule is removed only after a question that says which', async ({ openKeys, page }) => {
  const main = await openKeys(state, { ...base, 'policy.removeRule': () => null });
  await go(page, 'Rules');
  await page.getByRole('button', { name: 'Remove rule 2' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove this rule?' });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect(dialog).toContainText('Deny logins as “root”');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  expect(main.inputsOf('policy.removeRule')).toEqual([]);
  await page.getByRole('button', { name: 'Remove rule 2' }).click();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => main.inputsOf('policy.removeRule')).toEqual([{ id: 'root' }]);
  await main.emit('policy.changed', { ...policy, rules: policy.rules.slice(0, 1) });
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
});

test('a rule is edited in its place, and unchanged it stays what it was', async ({ openKeys, page }) => {
  let isTaken = false;
  const main = await openKeys(state, {
    ...base,
    'policy.changeRule': () => {
      if (!isTaken) throw new Failure('This rule would never count.');
      return null;
    },
  });
  await go(page, 'Rules');
  // What is not understood can only be removed here.
  await expect(page.getByRole('button', { name: /^Edit rule/ })).toHaveCount(4);
  const dialog = page.getByRole('dialog', { name: 'Change rule 1' });
  await page.getByRole('button', { name: 'Edit rule 1' }).click();
  await expect(dialog.getByLabel('Program')).toHaveValue(ssh);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('This rule would never count.');
  const unchanged = {
    action: 'allow',
    key: key(1).fingerprint,
    program: ssh,
    destination: 'git.example.com',
    purpose: 'login',
    user: 'git',
    origin: 'local',
  } as const;
  expect(main.inputsOf('policy.changeRule')).toEqual([{ id: 'git', rule: unchanged }]);
  isTaken = true;
  await dialog.getByLabel('Program').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  const { program: _none, ...wider } = unchanged;
  expect(main.inputsOf('policy.changeRule').at(-1)).toEqual({ id: 'git', rule: wider });
  await expect(page.getByRole('button', { name: 'Edit rule 1' })).toBeFocused();
});

test('the dialog of a rule that is removed meanwhile goes', async ({ openKeys, page }) => {
  const main = await openKeys(state, base);
  await go(page, 'Rules');
  await page.getByRole('button', { name: 'Edit rule 2' }).click();
  await expect(page.getByRole('dialog', { name: 'Change rule 2' })).toBeVisible();
  await main.emit('policy.changed', { ...policy, rules: policy.rules.slice(0, 1) });
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('removing a rule is undone by a button, and by Ctrl+Z outside of fields', async ({ openKeys, page }) => {
  const main = await openKeys(state, {
    ...base,
    'policy.removeRule': () => null,
    'policy.restoreRule': () => null,
    'activity.list': () => [],
  });
  const remove = async (rule: string) => {
    await page.getByRole('button', { name: `Remove ${rule}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  };
  await go(page, 'Rules');
  await remove('rule 2');
  await expect(page.getByText('Removed the rule.')).toBeVisible();
  // What can be undone is there longer than what is only said.
  await passTime(page, 20_000);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('The rule is back at its old place')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  expect(main.inputsOf('policy.restoreRule')).toEqual([{ id: 'root' }]);
  await remove('rule 1');
  await page.getByRole('button', { name: 'Add rule…' }).click();
  await page.getByLabel('Host').press('Control+z');
  await page.keyboard.press('Escape');
  await main.settled();
  expect(main.inputsOf('policy.restoreRule')).toHaveLength(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => main.inputsOf('policy.restoreRule').at(-1)).toEqual({ id: 'git' });
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
});

test('an entry of the activity begins a rule about requests like it', async ({ openKeys, page }) => {
  const conditions = {
    key: key(2).fingerprint,
    program: ssh,
    destination: '192.0.2.7',
    purpose: 'login',
    user: 'git',
    origin: 'forwarded',
  } as const;
  const observed = { text: '192.0.2.7 port 22', trust: 'observed' } as const;
  const main = await openKeys(state, {
    ...base,
    'activity.list': () => [{ ...activity[0]!, whereTo: observed, conditions }, activity[1]!],
    'policy.addRule': () => null,
  });
  await go(page, 'Activity');
  // The second has no conditions.
  await expect(page.getByRole('button', { name: /^Make a rule/ })).toHaveCount(1);
  await page.getByRole('button', { name: /^Make a rule/ }).click();
  // It was allowed, but what was merely observed is nothing that a rule can allow by.
  await expect(page.getByLabel('What to do')).toHaveValue('ask');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect
    .poll(() => main.inputsOf('policy.addRule'))
    .toEqual([{ rule: { action: 'ask', ...conditions } }]);
});

test('an entry for a host that was not proved begins no rule that allows by it', async ({
  openKeys,
  page,
}) => {
  const conditions = { destination: `SHA256:${'A'.repeat(43)}`, purpose: 'login' } as const;
  const claimed = { text: 'Host key SHA256:A', trust: 'claimed' } as const;
  const allowed = { ...activity[0]!, answer: 'allowed', whereTo: claimed } as const;
  await openKeys(state, {
    ...base,
    'activity.list': () => [
      { ...allowed, conditions },
      { ...allowed, id: 'proved', whereTo: { ...claimed, trust: 'verified' }, conditions },
    ],
  });
  await go(page, 'Activity');
  await page
    .getByRole('button', { name: /^Make a rule/ })
    .nth(0)
    .click();
  await expect(page.getByLabel('What to do')).toHaveValue('ask');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page
    .getByRole('button', { name: /^Make a rule/ })
    .nth(1)
    .click();
  await expect(page.getByLabel('What to do')).toHaveValue('allow');
});

test('settings say when to ask for all keys and how many keys a known host is offered', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(state, {
    ...base,
    'policy.setDefaultLevel': () => null,
    'settings.set': () => settings,
  });
  await go(page, 'Settings');
  await expect(page.getByLabel('Ask before a key is used')).toHaveValue('forwarded');
  await page.getByLabel('Ask before a key is used').selectOption('Always');
  await expect.poll(() => main.inputsOf('policy.setDefaultLevel')).toEqual([{ level: 'always' }]);
  await page.getByLabel('Ask before a key is used').selectOption('When something is new');
  await expect.poll(() => main.inputsOf('policy.setDefaultLevel').at(-1)).toEqual({ level: 'new' });
  await main.emit('policy.changed', { ...policy, defaultLevel: 'new' });
  await expect(page.getByText('the first time that a program uses the key')).toBeVisible();
  await page.getByLabel('Keys offered to a host that is known').selectOption('At most 3');
  await expect.poll(() => main.inputsOf('settings.set')).toEqual([{ maxOfferedKeys: 3 }]);
  await main.emit('policy.changed', { ...policy, defaultLevel: 'unreadable' });
  await expect(page.getByLabel('Ask before a key is used')).toHaveValue('unreadable');
  await go(page, 'Rules');
  await expect(page.getByText('What is stored in rules.json is not understood')).toHaveCount(0);
  await main.emit('policy.changed', { ...policy, defaultLevel: 'unreadable' });
  await expect(page.getByText('What is stored in rules.json is not understood')).toBeVisible();
});

test('tells which host got which keys first and which were kept back', async ({ openKeys, page }) => {
  await openKeys(state, { ...base, 'activity.list': () => activity, 'offers.list': () => offers });
  await go(page, 'Activity');
  await page.getByText('Keys offered in another order lately (2)').focus();
  await page.keyboard.press('Enter');
  const first = page.locator('.key-orders').getByRole('listitem').first();
  await expect(first).toContainText('build.example.com');
  await expect(first).toContainText('Verified');
  await expect(first).toContainText(
    `First deploy key for build.example.com, then ${key(9).fingerprint}, because the host took them before. 1 other key followed.`,
  );
  await expect(first).toContainText(
    `Not offered, because of the limit in Settings, or of other keys set for this host: alice@laptop 2026, ${key(8).fingerprint} and 3 more.`,
  );
  const second = page.locator('.key-orders').getByRole('listitem').nth(1);
  await expect(second).toContainText('Observed');
  await expect(second).toContainText(
    'Not offered, because your rules deny it: deploy key for build.example.com and 1 more.',
  );
});
