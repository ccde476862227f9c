// Activity, approvals, doors, "use with", settings, and what the frame of the window says.
import type { Page } from '@playwright/test';
import type { KeysState } from '../../../ipc/contract/program.ts';
import { Failure } from '../fake-main/fake-main.ts';
import { addKeyBy } from '../fake-main/menus.ts';
import { passTime, stopTime } from '../fake-main/pass-time.ts';
import { activity, approvals, missed } from '../fake-main/sample-activity.ts';
import { details, doors, fewKeys, key, keysState, settings } from '../fake-main/sample-keys.ts';
import { snippet } from '../fake-main/sample-snippet.ts';
import { expect, test } from '../fake-main/test.ts';

const few = keysState(fewKeys);
const base = { 'keys.details': () => details(key(1)) };
const go = (page: Page, name: string) => page.getByRole('navigation').getByRole('button', { name }).click();

test.beforeEach(({ page }) => stopTime(page));

test('moves the keyboard to the heading of the chosen section', async ({ openKeys, page }) => {
  await openKeys(few, base);
  await page.getByRole('navigation').getByRole('button', { name: 'Doors' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Doors' })).toBeFocused();
  await expect(page.getByRole('button', { name: 'Doors' })).toHaveAttribute('aria-current', 'page');
  await expect(page).toHaveTitle('Doors – Sallyport');
});

test('the activity is narrowed by what its entries say, and the other choices stay', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(few, {
    ...base,
    'activity.list': ({ only }) =>
      activity.filter(
        ({ answer, who }) => (only?.answer ?? answer) === answer && (only?.who ?? who.text) === who.text,
      ),
  });
  await go(page, 'Activity');
  const entries = page.locator('.activity-entry');
  await expect(entries).toHaveCount(5);
  const button = page.getByRole('button', { name: /^Filter/ });
  await expect(page.getByLabel('Answer')).toBeHidden();
  await button.press('Enter');
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await page.getByLabel('Answer').selectOption('Denied');
  await expect(entries).toHaveCount(1);
  await expect(button).toHaveText('Filter (1)');
  const program = page.getByLabel('Program');
  const others = await program.getByRole('option').count();
  expect(others).toBeGreaterThan(3);
  await program.selectOption({ index: 1 });
  await page.getByLabel('Time').selectOption('Last 24 hours');
  await expect
    .poll(() => main.inputsOf('activity.list').at(-1)?.only)
    .toEqual({ answer: 'denied', who: expect.any(String), lastMinutes: 1440 });
  await expect(program.getByRole('option')).toHaveCount(others);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(entries).toHaveCount(5);
  expect(main.inputsOf('activity.list').at(-1)).toEqual({ search: '', limit: 100 });
});

test('activity tells each request with trust labels, follows new ones, searches and exports', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(few, {
    ...base,
    'activity.list': ({ search }) => activity.filter(({ keyComment }) => keyComment.includes(search)),
    'activity.export': () => ({ kind: 'saved', path: 'C:\\activity.jsonl' }),
  });
  await go(page, 'Activity');
  const entries = page.locator('.activity-entry');
  await expect(entries).toHaveCount(5);
  await expect(entries.nth(1)).toContainText(
    /Denied.*Forwarded.*3 times.*db\.example\.com.*Verified.*You denied it\./,
  );
  await expect(entries.nth(2)).toContainText('invoiceU+202Egpj.exe');
  await page.getByLabel('Search the activity').fill('alice');
  await expect(entries).toHaveCount(2);
  expect(main.inputsOf('activity.list').at(-1)).toEqual({ search: 'alice', limit: 100 });
  const asked = main.inputsOf('activity.list').length;
  await main.emit('activity.added', activity[0]!);
  await expect.poll(() => main.inputsOf('activity.list').length).toBe(asked + 1);
  await page.getByRole('button', { name: 'Export…' }).click();
  await expect(page.getByText('The activity was saved as C:\\activity.jsonl.')).toBeVisible();
});

const missedToAsk = '5f0a9f7e-3d5b-4c41-9d0a-2b1c3d4e5f60';

test('a missed request can be allowed or asked about once more, or dismissed', async ({ openKeys, page }) => {
  const main = await openKeys(few, {
    ...base,
    'missed.list': () => [
      ...missed,
      { ...missed[0]!, id: missedToAsk, mayAllowNextTime: false, wasLocked: true },
    ],
    'missed.allowNextTime': () => null,
    'missed.dismiss': () => null,
    'activity.list': () => [],
  });
  await go(page, 'Activity');
  await expect(page.getByText('Sallyport was locked')).toHaveCount(1);
  await page.getByRole('button', { name: 'Allow next time: ssh.exe' }).click();
  await expect(page.getByText('if it comes within a minute')).toBeVisible();
  await page.getByRole('button', { name: 'Ask next time: ssh.exe' }).click();
  await expect(page.getByText('like this one is asked about')).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss: ssh.exe' }).first().click();
  await expect.poll(() => main.inputsOf('missed.dismiss')).toEqual([{ id: missed[0]!.id }]);
  expect(main.inputsOf('missed.allowNextTime')).toEqual([{ id: missed[0]!.id }, { id: missedToAsk }]);
  await main.emit('missed.changed', []);
  await expect(page.getByRole('region', { name: 'Not allowed lately' })).toHaveCount(0);
});

test('approvals say what they cover and are revoked, all of them only after a question', async ({
  openKeys,
  page,
}) => {
  let left = approvals;
  const main = await openKeys(few, {
    ...base,
    'approvals.list': () => left,
    'approvals.revoke': ({ id }) => {
      left = left.filter((approval) => approval.id !== id);
      return null;
    },
    'approvals.revokeAll': () => null,
  });
  await go(page, 'Approvals');
  await expect(page.getByText('Log in as “deploy”, build.example.com')).toBeVisible();
  await expect(page.getByText('4 min 5 s left')).toBeVisible();
  // Hosts that nobody has named are told apart, also by who hears the buttons only.
  for (const host of ['SHA256:0bS7hVzS2vX0G9o4', 'SHA256:Yk1n9cQm3a0sWg0o']) {
    await expect(page.getByText(host)).toBeVisible();
    await expect(page.getByRole('button', { name: new RegExp(`not known here.*${host}`) })).toHaveCount(1);
  }
  await page.getByRole('button', { name: /^Revoke the approval of .*plink\.exe/ }).click();
  await expect(page.getByText('Log in as “deploy”, build.example.com')).toHaveCount(0);
  expect(main.inputsOf('approvals.revoke')).toEqual([{ id: 'a1' }]);
  await page.getByRole('button', { name: 'Revoke all…' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(main.inputsOf('approvals.revokeAll')).toEqual([]);
  await page.getByRole('button', { name: 'Revoke all', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Nothing is remembered' })).toBeVisible();
  await expect(page.getByText('for keys that ask when something is new by “Allow” alone')).toBeVisible();
});

test('a door that is not open says why, who holds its name and what to do', async ({ openKeys, page }) => {
  const main = await openKeys(few, {
    ...base,
    'doors.retry': () => ({ ...doors[1]!, status: 'degraded' }),
    'settings.set': () => settings,
  });
  await expect(page.getByRole('button', { name: 'Doors' })).toContainText('1 door needs help');
  await go(page, 'Doors');
  const door = page.getByRole('listitem').filter({ hasText: 'OpenSSH’s pipe' });
  await expect(door).toContainText('Another program holds the name');
  await expect(door).toContainText('ssh-agent.exe” (process 3120)');
  await expect(door).toContainText('set it to “Disabled”');
  await door.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('OpenSSH’s pipe is still not open.')).toBeVisible();
  await page.getByRole('switch', { name: 'Keep this door open (Cygwin’s socket)' }).click();
  await page.getByRole('switch', { name: 'Keep this door open (Pageant’s pipe)' }).click();
  await expect
    .poll(() => main.inputsOf('settings.set'))
    .toEqual([{ closedDoors: [] }, { closedDoors: ['cygwin-socket', 'pageant-pipe'] }]);
});

test('snippets are copied step by step and tested', async ({ openKeys, page }) => {
  const main = await openKeys(few, {
    ...base,
    'setUp.programs': () => [],
    'snippets.get': () => snippet,
    'snippets.copy': () => null,
    'snippets.test': () => ({ isWorking: false, message: 'Nothing answers at the pipe.' }),
  });
  await main.emit('view.show', { section: 'use-with', snippet: 'git' });
  await expect(page.getByRole('button', { name: 'Git' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('OpenSSH’s pipe is not open')).toBeVisible();
  await page.getByRole('button', { name: 'Copy the text of step 2' }).click();
  await expect.poll(() => main.inputsOf('snippets.copy')).toEqual([{ kind: 'git', step: 1 }]);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(page.getByText('Nothing answers at the pipe.')).toBeVisible();
  await page.getByRole('button', { name: 'PuTTY' }).click();
  await expect.poll(() => main.inputsOf('snippets.get').map(({ kind }) => kind)).toEqual(['git', 'putty']);
});

test('a setting is sent alone and shown as the main process has it', async ({ openKeys, page }) => {
  const main = await openKeys(few, { ...base, 'settings.set': () => settings });
  await go(page, 'Settings');
  const start = page.getByRole('switch', { name: 'Start when I sign in' });
  await start.click();
  await expect(start).toBeChecked();
  await main.emit('settings.changed', { ...settings, startAtLogin: false, confirmTimeLimitSeconds: 45 });
  await expect(start).not.toBeChecked();
  await expect(page.getByLabel('Wait for “Allow” or “Deny”')).toHaveValue('45');
  await page.getByLabel('Lock when the computer is not used').selectOption('After 15 min');
  await expect
    .poll(() => main.inputsOf('settings.set'))
    .toEqual([{ startAtLogin: false }, { idleLockMinutes: 15 }]);
});

for (const [version, text] of [
  [
    { version: '0.1.0', madeOn: '1969-11-01', newerAt: 'https://example.com/s/releases' },
    '0.1.0 of 1 November 1969, 2 months old. Sallyport looks for no updates by itself: newer versions are at https://example.com/s/releases.',
  ],
  // Of tomorrow, as the clock is set.
  [{ version: '0.1.0', madeOn: '1970-01-02' }, '0.1.0 of 2 January 1970. Sallyport looks'],
  [
    { version: '0.1.0' },
    '0.1.0. Sallyport looks for no updates by itself: newer versions are where you got this one.',
  ],
] satisfies [KeysState['version'], string][])
  test(`settings tell the version, its age and where newer ones are: ${text}`, async ({ openKeys, page }) => {
    await openKeys(keysState(fewKeys, { version }), base);
    await go(page, 'Settings');
    await expect(page.getByRole('region', { name: 'This version' })).toContainText(`Sallyport ${text}`);
  });

test('quits only after a question, which the main process asks while prompts wait', async ({
  openKeys,
  page,
}) => {
  const main = await openKeys(few, { ...base, 'app.quit': () => null });
  await go(page, 'Settings');
  await page.getByRole('button', { name: 'Quit Sallyport…' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(main.inputsOf('app.quit')).toEqual([]);
  await page.getByRole('button', { name: 'Quit', exact: true }).click();
  await expect.poll(() => main.inputsOf('app.quit').length).toBe(1);
  await main.emit('prompts.changed', [
    { id: 'p', kind: 'confirm', keyComment: 'k', fingerprint: 'SHA256:x' },
  ]);
  await page.getByRole('button', { name: 'Quit Sallyport…' }).click();
  await expect.poll(() => main.inputsOf('app.quit').length).toBe(2);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('locks, says why the agent is locked, and unlocks', async ({ openKeys, page }) => {
  const main = await openKeys(few, { ...base, 'agent.lock': () => null, 'agent.unlock': () => null });
  await page.getByRole('button', { name: 'Lock now' }).click();
  await expect.poll(() => main.inputsOf('agent.lock').length).toBe(1);
  await main.emit('lock.changed', { isPaused: true, reason: 'The computer slept.', isLockedByClient: false });
  await expect(page.getByText('The agent is locked. The computer slept.')).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Unlock' }).click();
  await expect.poll(() => main.inputsOf('agent.unlock').length).toBe(1);
  await main.emit('lock.changed', { isPaused: true, reason: 'The computer slept.', isLockedByClient: true });
  const bothLocks = 'No program can use a key until you unlock it here and the lock below is opened, too.';
  await expect(page.getByText(`The agent is locked. The computer slept. ${bothLocks}`)).toBeVisible();
  await expect(page.getByText('A program has locked the agent with a passphrase.')).toBeVisible();
  await main.emit('lock.changed', { isPaused: false, isLockedByClient: true });
  await expect(page.getByText('The agent is locked. The computer slept.')).toHaveCount(0);
  await expect(page.getByText('A program has locked the agent with a passphrase.')).toBeVisible();
});

test('shows notices until they are dismissed', async ({ openKeys, page }) => {
  const id = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
  const notice = { id, severity: 'error', text: 'The settings file was damaged.' } as const;
  const main = await openKeys(few, { ...base, 'notices.dismiss': () => null });
  await main.emit('notices.changed', [notice]);
  await expect(page.getByText(notice.text)).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss this notice' }).click();
  await expect.poll(() => main.inputsOf('notices.dismiss')).toEqual([{ id }]);
  await main.emit('notices.changed', []);
  await expect(page.getByText(notice.text)).toHaveCount(0);
});

test('a file’s name in a notice, a message or a result can’t hide or turn words around', async ({
  openKeys,
  page,
}) => {
  const text = 'The key in a\u202egnp.\u200bppk was added.';
  const shown = 'The key in aU+202Egnp.U+200Bppk was added.';
  const main = await openKeys(few, {
    ...base,
    'keys.copyPublicKey': () => {
      throw new Failure(text);
    },
    'keys.add': () => [{ name: 'k', outcome: { kind: 'failed', message: text }, warnings: [`Or: ${text}`] }],
  });
  await main.emit('notices.changed', [
    { id: '6ba7b810-9dad-41d1-80b4-00c04fd430c8', severity: 'information', text },
  ]);
  await expect(page.getByText(shown)).toHaveCount(1);
  await page.getByRole('button', { name: 'Copy public key' }).click();
  await expect(page.getByRole('alert')).toContainText(shown);
  await addKeyBy(page, 'Key file…');
  await expect(page.getByRole('dialog').getByText(shown)).toHaveText([shown, `Or: ${shown}`]);
});

test('tells what failed and keeps it until dismissed', async ({ openKeys, page }) => {
  await openKeys(few, {
    ...base,
    'keys.copyPublicKey': () => {
      throw new Failure('The clipboard is held by another program. Try again.');
    },
  });
  await page.getByRole('button', { name: 'Copy public key' }).click();
  await passTime(page, 60_000);
  await expect(page.getByRole('alert')).toContainText('The clipboard is held by another program.');
  await page.getByRole('button', { name: 'Dismiss this message' }).click();
  await expect(page.getByRole('alert')).toHaveText('');
});

test('a window that gets no state says so and asks again', async ({ openKeys, page }) => {
  let isAnswering = false;
  await openKeys(few, {
    ...base,
    'state.get': () => {
      if (!isAnswering) throw new Failure('Sallyport is still starting.');
      return few;
    },
  });
  await expect(page.getByText('Sallyport is still starting.')).toBeVisible();
  isAnswering = true;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('listbox', { name: 'Keys' })).toBeVisible();
});
