// "Get started": each step, left out, undone and come back to, by keyboard alone, in every way of seeing it.
import type { Page } from '@playwright/test';
import type { GetStartedView } from '../../../ipc/contract/get-started.ts';
import { type Answers, Failure, type FakeMain } from '../fake-main/fake-main.ts';
import { expectGoodLooks } from '../fake-main/looks.ts';
import { fewKeys, key, keysState, noRules } from '../fake-main/sample-keys.ts';
import {
  allDone,
  foundEverything,
  foundNothing,
  nothingDone,
  startAnswers,
} from '../fake-main/sample-start.ts';
import { expect, test } from '../fake-main/test.ts';

const state = keysState(fewKeys, { policy: noRules });
const go = (page: Page) => page.getByRole('navigation').getByRole('button', { name: 'Get started' }).click();
const step = (page: Page, name: RegExp) => page.getByRole('button', { name, expanded: true });
const keysStep = /^1 ?Keys/;
const askStep = /^2 ?Ask me/;
const programsStep = /^3 ?Programs/;
const signInStep = /^4 ?At sign-in/;

/** A main process that keeps what is done, as the real one does. */
function keeping(view: GetStartedView = nothingDone) {
  let main: FakeMain | undefined;
  let now = view;
  const change = async (next: Partial<GetStartedView>) => {
    now = { ...now, ...next };
    await main?.emit('getStarted.changed', now);
    return null;
  };
  const stepDone = (name: keyof GetStartedView['steps'], to: 'done' | 'to-do' | 'left-out') => ({
    steps: { ...now.steps, [name]: to },
  });
  const answers: Answers = {
    ...startAnswers,
    'getStarted.get': () => now,
    'getStarted.setStep': ({ step: name, state: to }) => change(stepDone(name, to)),
    'getStarted.addKeys': async () => {
      await change({ addedKeys: ['a'.repeat(64)], ...stepDone('keys', 'done') });
      return { files: [], problems: ['This agent is gone.'] };
    },
    'getStarted.undoKeys': () => change({ addedKeys: [], ...stepDone('keys', 'to-do') }),
    'getStarted.setLevel': async ({ level }) => {
      await main?.emit('policy.changed', { ...noRules, defaultLevel: level });
      return await change({ levelBefore: 'never', ...stepDone('ask', 'done') });
    },
    'getStarted.undoLevel': async () => {
      await main?.emit('policy.changed', noRules);
      const { levelBefore: _, ...rest } = now;
      now = rest as GetStartedView;
      return await change(stepDone('ask', 'to-do'));
    },
    'getStarted.setSignIn': async (wish) => {
      await main?.emit('settings.changed', { ...state.settings, ...wish });
      return await change({
        signInBefore: { startAtLogin: true, restoreKeys: true },
        ...stepDone('sign-in', 'done'),
      });
    },
    'getStarted.undoSignIn': async () => {
      await main?.emit('settings.changed', state.settings);
      const { signInBefore: _, ...rest } = now;
      now = rest as GetStartedView;
      return await change(stepDone('sign-in', 'to-do'));
    },
  };
  return { answers, follow: (opened: FakeMain) => (main = opened) };
}

test('ticks what asks for nothing, adds what is ticked by its ids, and undoes it', async ({
  openKeys,
  page,
}) => {
  const { answers, follow } = keeping();
  const main = follow(await openKeys(state, answers));
  await go(page);
  await expect(step(page, keysStep)).toBeVisible();
  const boxes = page.getByRole('checkbox');
  await expect(boxes).toHaveCount(7);
  const ticked = async () => {
    const all = await boxes.all();
    return await Promise.all(all.map((box) => box.isChecked()));
  };
  // Neither what is here, nor in clear, nor what would ask for a passphrase now, nor what is not a file.
  expect(await ticked()).toEqual([true, true, false, false, false, false, false]);
  await expect(boxes.nth(2)).toBeDisabled();
  await expect(page.getByText('Here already')).toBeVisible();
  await page.getByRole('checkbox', { name: 'All keys of Pageant' }).check();
  await page.getByRole('button', { name: 'Add the 3 ticked' }).click();
  await main.settled();
  const [first, second] = foundEverything.files;
  expect(main.inputsOf('getStarted.addKeys')).toEqual([
    {
      files: [first?.id, second?.id],
      agents: [foundEverything.agents[0]?.id],
      certificates: false,
    },
  ]);
  await expect(page.getByText('This agent is gone.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo: take away 1 key' }).click();
  await expect(page.getByText('Your files are where they were.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Undo/ })).toHaveCount(0);
});

test('says what was not found, what is hidden, and where other things are', async ({ openKeys, page }) => {
  await openKeys(keysState([], { policy: noRules }), {
    ...startAnswers,
    'getStarted.find': () => foundNothing,
  });
  await go(page);
  await expect(page.getByText('No key was found')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Add/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Leave this out' }).click();
  await expect(page.getByText('This test needs a key')).toBeVisible();
});

test('a file’s text can’t pass for ours', async ({ openKeys, page }) => {
  await openKeys(state, startAnswers);
  await go(page);
  await expect(page.getByText('“DeployU+202Etarget”')).toBeVisible();
  await expect(
    page.getByRole('list', { name: 'Found' }).getByRole('listitem').filter({ hasText: 'server' }),
  ).toContainText('It is on another machine, which is not asked.');
});

test('is gone through by keyboard alone, each step with its test and its undo', async ({
  openKeys,
  page,
}) => {
  const { answers, follow } = keeping();
  const main = follow(await openKeys(state, answers));
  const press = async (name: string | RegExp) => {
    const button = page.getByRole('button', { name, exact: typeof name === 'string' });
    for (let tabs = 0; tabs < 80; tabs++) {
      if (await button.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await expect(button).toBeFocused();
    await page.keyboard.press('Enter');
    await main.settled();
  };
  await press('Get started');
  await press('Test');
  await expect(page.getByText('offers 3 keys')).toBeVisible();
  await press('Leave this out');
  await expect(step(page, askStep)).toBeFocused();
  // Into the group, then among its choices.
  await page.keyboard.press('Tab');
  await page.keyboard.press('End');
  for (let at = 0; at < 5 && !(await page.getByLabel('Always', { exact: true }).isChecked()); at++)
    await page.keyboard.press('ArrowDown');
  await press('Use this answer');
  expect(main.inputsOf('getStarted.setLevel')).toEqual([{ level: 'always' }]);
  await press('Undo: back to “Never”');
  expect(main.inputsOf('getStarted.undoLevel')).toHaveLength(1);
  await press('Leave this out');
  await expect(step(page, programsStep)).toBeFocused();
  await press('Next step');
  await expect(step(page, signInStep)).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await press('Save');
  expect(main.inputsOf('getStarted.setSignIn')).toEqual([{ startAtLogin: false, restoreKeys: true }]);
  await press('Undo: as it was before');
  expect(main.inputsOf('getStarted.undoSignIn')).toHaveLength(1);
  await press('Leave this out');
  await expect(page.getByText('That was all.')).toBeVisible();
});

test('calls nothing done that was only looked at, but programs, which need nothing', async ({
  openKeys,
  page,
}) => {
  const { answers, follow } = keeping();
  const main = follow(await openKeys(state, answers));
  await go(page);
  const next = page.getByRole('button', { name: /^(Next step|Finish)$/ });
  for (const [name, hasNext] of [
    [keysStep, 0],
    [askStep, 0],
    [programsStep, 1],
    [signInStep, 0],
  ] as const) {
    await expect(step(page, name)).toBeVisible();
    await expect(next).toHaveCount(hasNext);
    await page.getByRole('button', { name: 'Leave this out' }).click();
  }
  await page.getByRole('button', { name: /^1 ?Keys.*Left out/ }).click();
  // Come back to and gone on from, it is still left out.
  await next.click();
  await expect(step(page, askStep)).toBeVisible();
  await expect(page.getByRole('button', { name: /Left out/ })).toHaveCount(4);
  expect(main.inputsOf('getStarted.setStep')).toHaveLength(4);
});

test('the window itself does not scroll beside its section', async ({ openKeys, page }) => {
  await page.setViewportSize({ width: 1044, height: 640 });
  const main = await openKeys(state, startAnswers);
  await go(page);
  await opened(programsStep)(page);
  await main.settled();
  await expect(page.getByRole('button', { name: 'Set up OpenSSH' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBe(0);
});

test('is left half way and found again where it was', async ({ openKeys, page }) => {
  const { answers, follow } = keeping();
  const main = follow(await openKeys(state, answers));
  await go(page);
  await page.getByRole('checkbox').first().uncheck();
  await page.getByRole('navigation').getByRole('button', { name: 'Doors' }).click();
  await go(page);
  await main.settled();
  await expect(page.getByRole('checkbox').first()).not.toBeChecked();
  await page.getByRole('button', { name: 'Leave this out' }).click();
  await expect(step(page, askStep)).toBeVisible();
  await page.reload();
  await go(page);
  await expect(step(page, askStep)).toBeVisible();
});

test('says when it can’t look, and looks again', async ({ openKeys, page }) => {
  let isBroken = true;
  await openKeys(state, {
    ...startAnswers,
    'getStarted.find': () => {
      if (isBroken) throw new Failure('Something went wrong inside Sallyport.');
      return foundNothing;
    },
  });
  await go(page);
  await expect(page.getByText('Something went wrong inside')).toBeVisible();
  isBroken = false;
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect(page.getByText('No key was found')).toBeVisible();
});

const opened = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).click();
const looks: Readonly<
  Record<
    string,
    { view?: GetStartedView; answers?: Answers; isBare?: true; go?: (page: Page) => Promise<void> }
  >
> = {
  everything: {},
  nothing: { answers: { 'getStarted.find': () => foundNothing }, isBare: true },
  added: { view: allDone, go: opened(keysStep) },
  ask: { go: opened(askStep) },
  programs: {
    go: async (page) => {
      await opened(programsStep)(page);
      await page.getByRole('button', { name: /^Test/ }).first().click();
      await expect(page.getByText('No door for these programs')).toBeVisible();
    },
  },
  'sign-in': { view: allDone, go: opened(signInStep) },
  done: { view: allDone },
};

for (const [name, { view = nothingDone, answers, isBare, go: then }] of Object.entries(looks))
  test(`is whole and accessible in every look: ${name}`, async ({ openKeys, page }, testInfo) => {
    test.slow();
    const shown = keysState(isBare ? [] : [...fewKeys, key(9)], { policy: noRules });
    const main = await openKeys(shown, { ...startAnswers, 'getStarted.get': () => view, ...answers });
    await go(page);
    await main.settled();
    await then?.(page);
    await main.settled();
    await expectGoodLooks(
      page,
      testInfo,
      `start-${name}`,
      { width: 1044, height: 640 },
      { width: 404, height: 320 },
    );
  });
