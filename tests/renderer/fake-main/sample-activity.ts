// What was asked and answered, and which answers are remembered, as the main process tells it.
import type { ActivityView, ApprovalView, MissedView } from '../../../ipc/contract/activity.ts';
import { forwardedSsh, git, plink, unknownData } from './sample-prompts.ts';

const fingerprint = 'SHA256:uTz6H1eHwPzq1B2o3Jx9Y1KxkR1i0nE4m1w3pWcW3hY';

function entry(id: string, change: Partial<ActivityView>): ActivityView {
  return {
    id,
    time: '2026-11-12T14:05:00Z',
    who: plink.who,
    whatFor: plink.whatFor,
    whereTo: plink.whereTo,
    isForwarded: false,
    keyComment: 'alice@laptop 2026',
    fingerprint,
    answer: 'allowed',
    reason: 'You allowed it.',
    isFirstUse: false,
    count: 1,
    ...change,
  };
}

export const activity: readonly ActivityView[] = [
  entry('1', { isFirstUse: true }),
  entry('2', { ...forwardedSsh, answer: 'denied', reason: 'You denied it.', isForwarded: true, count: 3 }),
  entry('3', {
    ...git,
    answer: 'missed',
    reason: 'Nobody answered in time.',
    keyComment: 'invoice\u202egpj.exe',
  }),
  entry('4', {
    ...unknownData,
    answer: 'suppressed',
    reason: 'It came too soon after a “no”.',
    keyComment: '',
    count: 17,
  }),
  entry('5', { answer: 'failed', reason: 'The key file is damaged.', keyComment: 'word '.repeat(40) }),
].map(
  ({
    id,
    time,
    who,
    whatFor,
    whereTo,
    isForwarded,
    keyComment,
    fingerprint: print,
    answer,
    reason,
    isFirstUse,
    count,
  }) => ({
    id,
    time,
    who,
    whatFor,
    whereTo,
    isForwarded,
    keyComment,
    fingerprint: print,
    answer,
    reason,
    isFirstUse,
    count,
  }),
);

export const missed: readonly MissedView[] = [
  {
    id: '9f8b7a60-1c2d-4e3f-8a9b-0c1d2e3f4a5b',
    time: '2026-11-12T14:01:00Z',
    who: forwardedSsh.who,
    whatFor: forwardedSsh.whatFor,
    whereTo: forwardedSsh.whereTo,
    isForwarded: true,
    keyComment: 'alice@laptop 2026',
    fingerprint,
    answer: 'missed',
    count: 2,
    mayAllowNextTime: true,
    wasLocked: false,
  },
];

export const approvals: readonly ApprovalView[] = [
  {
    id: 'a1',
    keyComment: 'deploy key for build.example.com',
    fingerprint,
    program: 'plink.exe, started by pwsh.exe',
    covers: 'Log in as “deploy”, build.example.com',
    host: 'Connected to 192.0.2.17 port 22',
    isForwarded: false,
    secondsLeft: 245,
    isForOneUse: false,
  },
  ...['0bS7hVzS2vX0G9o4bJ7iY7aFh1kqk1Yq3l3w9c1D2mE', 'Yk1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQr'].map(
    (host, n) => ({
      id: `host${n}`,
      keyComment: 'deploy key for build.example.com',
      fingerprint,
      program: 'ssh.exe, started by pwsh.exe',
      covers: 'Log in as “deploy”, a host that is not known here',
      host: `ssh-ed25519 SHA256:${host}`,
      isForwarded: false,
      isForOneUse: false,
    }),
  ),
  {
    id: 'a2',
    keyComment: 'git signing',
    fingerprint,
    program: 'ssh-keygen.exe, started by git.exe',
    covers: 'Sign a Git commit or tag',
    isForwarded: false,
    isForOneUse: true,
  },
];
