// Every state of the prompt window, in every way of seeing it.
import type { PromptView } from '../../../ipc/contract/prompt.ts';
import { expectScrollHints } from '../fake-main/layout.ts';
import { expectGoodLooks } from '../fake-main/looks.ts';
import {
  confirmPrompt,
  doubtful,
  forwardedSsh,
  git,
  hearsay,
  helloSetUpPrompt,
  newPassphrasePrompt,
  newUsePrompt,
  passphrasePrompt,
  plink,
  relayed,
  unknownData,
  unlockAgentPrompt,
  waitingPrompt,
} from '../fake-main/sample-prompts.ts';
import { expect, test } from '../fake-main/test.ts';

const hostile = {
  comment: `${'very long comment '.repeat(11)}\u202ekcatta\u202c 👩‍💻🔑 مفتاح الخادم`,
  fingerprint: 'SHA256:uTz6H1eHwPzq1B2o3Jx9Y1KxkR1i0nE4m1w3pWcW3hY',
  algorithm: 'ecdsa-sha2-nistp256-cert-v01@openssh.com',
};

const states: Readonly<Record<string, PromptView>> = {
  passphrase: passphrasePrompt(),
  pin: passphrasePrompt({ pinOf: 'My token \u202e', attempt: 2, problem: 'Wrong PIN: two tries are left.' }),
  'security-key-pin': passphrasePrompt({
    pinOf: 'your security key',
    isForOneUse: true,
    attempt: 2,
    problem:
      'The PIN is wrong, or the security key takes no more of them. Type the PIN of the security key. After eight wrong ones it is locked.',
  }),
  'passphrase-wrong': passphrasePrompt({
    attempt: 2,
    problem: 'That passphrase does not open this key. Please try again.',
    waitingBehind: 1,
  }),
  'passphrase-waiting': passphrasePrompt({
    requesters: [plink, forwardedSsh, git, unknownData],
    waitingBehind: 2,
  }),
  'passphrase-unfocused': passphrasePrompt({ isFocused: false }),
  'passphrase-busy': passphrasePrompt({ isBusy: true }),
  'passphrase-hello': passphrasePrompt({ hello: { offer: 'use', isAsking: false } }),
  'passphrase-hello-asking': passphrasePrompt({ hello: { offer: 'use', isAsking: true } }),
  'passphrase-hello-anew': passphrasePrompt({
    hello: { offer: 'set-up-anew', isAsking: false },
    problem:
      'Windows Hello was set up anew or its key was removed, so it does not open this key any more. Type the passphrase.',
  }),
  'passphrase-hello-set-up': passphrasePrompt({ hello: { offer: 'set-up', isAsking: false } }),
  'hello-set-up': helloSetUpPrompt({ key: hostile }),
  'hello-set-up-failed': helloSetUpPrompt({
    problem:
      'Windows Hello can’t be used for this key. Its signatures are not the same each time. It goes on being unlocked by its passphrase alone.',
  }),
  'passphrase-hostile': passphrasePrompt({ key: hostile, requesters: [forwardedSsh] }),
  confirm: confirmPrompt(),
  'confirm-new': newUsePrompt(),
  'passphrase-new': newPassphrasePrompt(),
  'passphrase-new-shared': newPassphrasePrompt({ requesters: [plink, forwardedSsh], revision: 1 }),
  'confirm-forwarded': confirmPrompt({ requesters: [forwardedSsh] }),
  'confirm-relayed': confirmPrompt({ requesters: [relayed] }),
  'passphrase-relayed': passphrasePrompt({ requesters: [relayed] }),
  'confirm-hearsay': confirmPrompt({ requesters: [hearsay] }),
  'confirm-origin-in-doubt': confirmPrompt({ requesters: [doubtful] }),
  'confirm-shared': confirmPrompt({
    requesters: [forwardedSsh, forwardedSsh, forwardedSsh],
    revision: 2,
    waitingBehind: 1,
  }),
  'confirm-unknown-data': confirmPrompt({ requesters: [unknownData], key: { ...hostile, comment: '' } }),
  'confirm-unfocused': confirmPrompt({ isFocused: false }),
  'confirm-costly': confirmPrompt({
    reason: {
      kind: 'expensive-decryption',
      cost: 'about 15 s (Argon2id with 1024 MiB of memory and 17 passes)',
    },
  }),
  'unlock-agent': unlockAgentPrompt(),
  'unlock-agent-several': unlockAgentPrompt([forwardedSsh, git, unknownData, plink], { more: 7 }),
  'unlock-agent-hostile': unlockAgentPrompt([doubtful], {
    waiting: [hostile, hostile].map((key) => ({ key, requester: doubtful })),
  }),
  'unlock-agent-unfocused': unlockAgentPrompt([plink], { isFocused: false }),
  'unlock-agent-done': unlockAgentPrompt([plink], { isUnlocked: true }),
  waiting: waitingPrompt(1),
  'waiting-several': waitingPrompt(3, 7),
};

for (const [state, view] of Object.entries(states)) {
  test(`is whole and accessible in every look: ${state}`, async ({ openPrompt, page }, testInfo) => {
    await openPrompt(view);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (view.kind === 'waiting') await expect(page.getByRole('button').last()).toBeEnabled();
    else if (!view.isFocused) await expect(page.getByText('Click this window to answer')).toBeVisible();
    else if (view.kind === 'confirm') await expect(page.getByRole('button', { name: 'Deny' })).toBeFocused();
    else if (view.kind === 'unlock-agent' && !view.isUnlocked)
      await expect(page.getByRole('button', { name: 'Stay locked' })).toBeFocused();
    await expectGoodLooks(
      page,
      testInfo,
      `prompt-${state}`,
      { width: 544, height: 560 },
      { width: 380, height: 320 },
      () => expectScrollHints(page),
    );
  });
}
