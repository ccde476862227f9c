// Playwright's `test` with a page of ours, and the checks that hold for every test.
import { test as base, expect } from '@playwright/test';
import type { KeysState } from '../../../ipc/contract/program.ts';
import type { PromptView } from '../../../ipc/contract/prompt.ts';
import { type Answers, FakeMain } from './fake-main.ts';
import { checkHost, knownHosts, noHosts } from './sample-hosts.ts';

interface Fixtures {
  /** Opens the prompt page with this question; `answers` replace what is answered otherwise. */
  openPrompt: (view: PromptView, answers?: Answers) => Promise<FakeMain>;
  /** Opens the key window's page with this state. */
  openKeys: (state: KeysState, answers?: Answers) => Promise<FakeMain>;
}

const promptAnswers: Answers = {
  'prompt.answerPassphrase': () => 'accepted',
  'prompt.answerConfirm': () => 'accepted',
  'prompt.answerUnlockAgent': () => 'accepted',
  'prompt.cancel': () => 'accepted',
  'prompt.cancelWaits': () => 'accepted',
};

export const test = base.extend<{ opened: FakeMain[] } & Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  opened: async ({}, use) => {
    const opened: FakeMain[] = [];
    await use(opened);
    // The policy is in force in every test, so that whatever breaks it is found by the test that does it.
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  },
  openPrompt: async ({ page, opened }, use) => {
    await use(async (view, answers = {}) => {
      const main = new FakeMain(page, 'prompt', { ...promptAnswers, 'prompt.get': () => view, ...answers });
      opened.push(main);
      await main.open();
      return main;
    });
  },
  openKeys: async ({ page, opened }, use) => {
    await use(async (state, answers = {}) => {
      const main = new FakeMain(page, 'keys', {
        'state.get': () => state,
        'missed.list': () => [],
        'offers.list': () => [],
        'keyHosts.get': () => noHosts,
        'hosts.known': () => knownHosts,
        'hosts.check': checkHost,
        ...answers,
      });
      opened.push(main);
      await main.open();
      return main;
    });
  },
});

export { expect };
