// Programs set up from the window: what is shown before, what is asked of the main process, and the way back.
import type { ProgramState } from '../../../ipc/contract/set-up.ts';
import type { Answers } from '../fake-main/fake-main.ts';
import { details, fewKeys, key, keysState } from '../fake-main/sample-keys.ts';
import { programAnswers, programs, sshSetUp, sshToSetUp } from '../fake-main/sample-programs.ts';
import { snippet } from '../fake-main/sample-snippet.ts';
import { startAnswers } from '../fake-main/sample-start.ts';
import { expect, test } from '../fake-main/test.ts';

const base = {
  'keys.details': () => details(key(1)),
  'snippets.get': () => snippet,
  'setUp.test': () => ({ isWorking: true, message: 'ssh asks the agent: ssh-add lists 3 keys there.' }),
};
const openssh = { section: 'use-with', snippet: 'openssh' } as const;

test('a program is set up as shown, tested, and taken back', async ({ openKeys, page }) => {
  let state: ProgramState = sshToSetUp;
  const main = await openKeys(keysState(fewKeys), {
    ...base,
    ...programAnswers(() => [state, ...programs.slice(1)]),
    'setUp.apply': () => {
      state = sshSetUp;
      return { byHand: [] };
    },
    'setUp.undo': () => {
      state = sshToSetUp;
      return { byHand: [], note: 'There was nothing of Sallyport’s in it any more.' };
    },
  });
  await main.emit('view.show', openssh);
  const card = page.getByRole('listitem', { name: 'OpenSSH' });
  await expect(card).toContainText('Not set up');
  const changes = card.getByRole('region', { name: 'What setting OpenSSH up changes' });
  for (const line of sshToSetUp.changes[0]?.added ?? []) await expect(changes).toContainText(line);
  await expect(changes).toContainText('line 12, “IdentityAgent none” does not count');
  await card.getByRole('button', { name: 'Set up OpenSSH' }).click();
  await expect(card.getByRole('status')).toHaveText(/ssh-add lists 3 keys there/);
  await expect(card).toContainText('Works');
  expect(main.inputsOf('setUp.apply')).toEqual([{ program: 'ssh', token: 'a'.repeat(64) }]);
  expect(main.inputsOf('setUp.test')).toEqual([{ program: 'ssh' }]);
  await card.getByRole('button', { name: 'Undo the set-up of OpenSSH' }).click();
  await expect(page.getByText('There was nothing of Sallyport’s in it any more.')).toBeVisible();
  await expect(card).toContainText('Not set up');
  expect(main.inputsOf('setUp.undo')).toEqual([{ id: sshSetUp.made[0]?.id }]);
});

test('what can’t be done is said, with the lines for the person', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(fewKeys), {
    ...base,
    ...programAnswers(),
    'setUp.apply': () => ({
      problem: 'The file is read-only, so it is left as it is.',
      byHand: ['IdentityAgent x'],
    }),
  });
  await main.emit('view.show', openssh);
  const card = page.getByRole('listitem', { name: 'OpenSSH' });
  await card.getByRole('button', { name: 'Set up OpenSSH' }).click();
  await expect(card).toContainText('The file is read-only');
  await expect(card).toContainText('comes: IdentityAgent x');
  expect(main.inputsOf('setUp.test')).toEqual([]);
});

test('each kind shows its own programs, looked for again when a door opens', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(fewKeys), { ...base, ...programAnswers() });
  await main.emit('view.show', { section: 'use-with', snippet: 'git' });
  await expect(page.getByRole('listitem', { name: 'Git' })).toContainText('core.sshCommand = plink -x');
  await expect(page.getByRole('listitem', { name: 'OpenSSH' })).toHaveCount(0);
  const before = main.inputsOf('setUp.programs').length;
  await main.emit('doors.changed', []);
  await expect.poll(() => main.inputsOf('setUp.programs').length).toBe(before + 1);
  await page.getByRole('button', { name: 'PuTTY', exact: true }).click();
  await expect(page.getByRole('listitem', { name: 'PuTTY, plink, WinSCP' })).toContainText('Not found');
});

test('words of others can’t pass for the window’s', async ({ openKeys, page }) => {
  const main = await openKeys(keysState(fewKeys), { ...base, ...programAnswers() });
  await main.emit('view.show', openssh);
  await expect(page.getByRole('listitem', { name: 'OpenSSH' })).not.toContainText('\u202e');
});

test('each program is shown as it comes, and one that hangs holds up no other', async ({
  openKeys,
  page,
}) => {
  const others = programs.slice(0, 2);
  const wsl: ProgramState = { ...(programs[1] as ProgramState), id: 'wsl-ubuntu', title: 'Ubuntu (WSL)' };
  let answer = (_states: readonly ProgramState[]) => {};
  const main = await openKeys(keysState(fewKeys), {
    ...base,
    'setUp.programs': () => [...others, { id: 'wsl', title: 'WSL' }].map(({ id, title }) => ({ id, title })),
    'setUp.look': ({ program }) =>
      program === 'wsl'
        ? new Promise<readonly ProgramState[]>((resolve) => {
            answer = resolve;
          })
        : others.filter(({ id }) => id === program),
    'getStarted.get': startAnswers['getStarted.get'],
    'getStarted.find': startAnswers['getStarted.find'],
    'setUp.apply': () => ({ byHand: [] }),
  } as Answers);
  await main.emit('view.show', { section: 'use-with', snippet: 'openssh' });
  const openSsh = page.getByRole('listitem', { name: 'OpenSSH' });
  await expect(openSsh).toContainText('Not set up');
  await main.emit('view.show', { section: 'use-with', snippet: 'wsl' });
  const looking = page.getByRole('listitem', { name: 'WSL', exact: true });
  await expect(looking).toHaveText(/Looking…/);
  await expect(looking).toHaveAttribute('aria-busy', 'true');
  await main.emit('view.show', { section: 'use-with', snippet: 'openssh' });
  // What is looked at after a change is that program alone: the button is free again at once.
  await openSsh.getByRole('button', { name: 'Set up OpenSSH' }).click();
  await expect(openSsh.getByRole('status')).toHaveText(/ssh-add lists 3 keys there/);
  await main.emit('view.show', { section: 'use-with', snippet: 'wsl' });
  await expect(looking).toHaveText(/Looking…/);
  answer([wsl]);
  await expect(page.getByRole('listitem', { name: 'Ubuntu (WSL)' })).toBeVisible();
  await expect(looking).toHaveCount(0);
});
