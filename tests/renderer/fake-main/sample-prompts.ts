// Prompts to show.
import type {
  ConfirmPromptView,
  HelloSetUpView,
  PassphrasePromptView,
  RequesterView,
  UnlockAgentPromptView,
  WaitingPromptView,
} from '../../../ipc/contract/prompt.ts';
import { alsoAllowsSentence, rememberSentence } from '../../../main/shell/views/requester-view.ts';
import { pathProblemSentences } from '../../../text/prompt-words.ts';

export const plink: RequesterView = {
  who: { text: 'plink.exe', trust: 'observed', detail: 'C:\\Program Files\\PuTTY\\plink.exe (process 4242)' },
  whatFor: { text: 'Log in as “deploy”', trust: 'verified' },
  whereTo: { text: 'build.example.com', trust: 'observed', detail: 'open connection to 192.0.2.17, port 22' },
  path: [],
  isForwarded: false,
  more: [
    { text: 'Through Pageant’s pipe', trust: 'observed' },
    { text: 'Started by pwsh.exe, started by WindowsTerminal.exe', trust: 'observed' },
    { text: 'plink -agent deploy@build.example.com', trust: 'claimed' },
  ],
};

export const forwardedSsh: RequesterView = {
  who: {
    text: 'ssh.exe',
    trust: 'observed',
    detail: 'C:\\Windows\\System32\\OpenSSH\\ssh.exe (process 911)',
  },
  whatFor: { text: 'Log in as “root”', trust: 'verified' },
  whereTo: {
    text: 'db.example.com',
    trust: 'verified',
    detail: 'SHA256:0bS7hVzS2vX0G9o4bJ7iY7aFh1kqk1Yq3l3w9c1D2mE',
  },
  path: [
    {
      text: 'bastion.example.com',
      trust: 'verified',
      detail: 'SHA256:Yk1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQr',
    },
    {
      text: 'jump2.example.com',
      trust: 'verified',
      detail: 'SHA256:1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQrYk',
    },
  ],
  isForwarded: true,
  more: [{ text: 'Through the OpenSSH pipe', trust: 'observed' }],
};

/** The host of a login from elsewhere that is known only by the session-bind of a machine on the way. */
export const hearsay: RequesterView = {
  ...forwardedSsh,
  whereTo: {
    text: 'db.example.com',
    trust: 'claimed',
    detail:
      'ssh-ed25519 SHA256:0bS7hVzS2vX0G9o4bJ7iY7aFh1kqk1Yq3l3w9c1D2mE, not verified: a machine on the way could say so of a login elsewhere',
  },
};

/** A request that may be another machine's. */
export const doubtful: RequesterView = {
  ...plink,
  isOriginInDoubt: true,
  warning: `${pathProblemSentences['may-be-forwarded']} Allow this only if you know why.`,
};

export const git: RequesterView = {
  who: { text: 'git-remote-ssh', trust: 'observed', detail: '/usr/lib/git-core/git-remote-ssh (process 77)' },
  whatFor: { text: 'Sign a Git commit or tag', trust: 'verified', detail: 'namespace “git”' },
  whereTo: { text: 'No destination', trust: 'unknown' },
  path: [],
  isForwarded: false,
  more: [],
};

/** A program in a distribution of WSL, as its relay says, with names at their longest. */
export const relayed: RequesterView = {
  who: {
    text: 'ssh in “Ubuntu-24.04-with-a-long-name-of-its-own”, as the relay says',
    trust: 'claimed',
    detail:
      '/home/linuxbrew/.linuxbrew/Cellar/openssh/10.2p1/bin/ssh of mary (process 12345 there). The relay (observed): C:\\Users\\Mary O’Brien\\AppData\\Local\\Programs\\Sallyport\\resources\\cli\\program\\node.exe (process 4242)',
  },
  whatFor: { text: 'Log in as “deploy”', trust: 'verified' },
  whereTo: {
    text: 'build.example.com',
    trust: 'verified',
    detail: 'SHA256:0bS7hVzS2vX0G9o4bJ7iY7aFh1kqk1Yq3l3w9c1D2mE',
  },
  path: [],
  isForwarded: false,
  more: [
    { text: 'Came in by Sallyport’s own pipe', trust: 'observed' },
    { text: 'Relayed by node.exe, started by wslhost.exe', trust: 'observed' },
  ],
};

export const unknownData: RequesterView = {
  who: { text: 'Unknown program', trust: 'unknown' },
  whatFor: { text: 'Unknown data', trust: 'unknown' },
  whereTo: { text: 'Not known', trust: 'unknown' },
  path: [],
  isForwarded: false,
  more: [{ text: 'Through WM_COPYDATA', trust: 'observed' }],
  warning:
    'The data to be signed is neither an SSH login nor an SSH signature. Whoever gets the signature could use it for something you can’t see here.',
};

export const promptId = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';

const common = {
  id: promptId,
  key: {
    comment: 'alice@laptop 2026',
    fingerprint: 'SHA256:uTz6H1eHwPzq1B2o3Jx9Y1KxkR1i0nE4m1w3pWcW3hY',
    algorithm: 'ssh-ed25519',
  },
  waitingBehind: 0,
  revision: 0,
  isFocused: true,
} as const;

export function passphrasePrompt(change: Partial<PassphrasePromptView> = {}): PassphrasePromptView {
  return {
    ...common,
    kind: 'passphrase',
    attempt: 1,
    isBusy: false,
    remainingMs: 120_000,
    timeLimitMs: 120_000,
    requesters: [plink],
    keepDefault: 'until-locked',
    ...change,
  };
}

export function helloSetUpPrompt(change: Partial<HelloSetUpView> = {}): HelloSetUpView {
  const { id, key, isFocused, revision } = common;
  return { kind: 'hello-set-up', id, key, isFocused, revision, ...change };
}

/** The sentence of the main process for a use of a key that it can tell again; undefined where it could not. */
function rememberCovers({ who, whatFor, whereTo, isForwarded, isOriginInDoubt }: RequesterView) {
  if (who.trust === 'unknown' || whatFor.trust === 'unknown' || isOriginInDoubt) return undefined;
  const isLogin = whatFor.text.startsWith('Log in');
  if (isForwarded && isLogin && whereTo.trust !== 'verified') return undefined;
  return rememberSentence({
    forwarded: isForwarded,
    purpose: isLogin
      ? { kind: 'ssh-login', user: 'deploy', service: 'ssh-connection' }
      : { kind: 'sshsig', namespace: 'git', hashAlgorithm: 'sha512' },
  });
}

export function confirmPrompt(change: Partial<ConfirmPromptView> = {}): ConfirmPromptView {
  const reason = change.reason ?? { kind: 'use-key', because: 'This key asks before each use.' };
  const requesters = change.requesters ?? [plink];
  const covers = reason.kind === 'use-key' && requesters[0] && rememberCovers(requesters[0]);
  return {
    ...common,
    kind: 'confirm',
    reason,
    requesters,
    ...(covers && { rememberCovers: covers }),
    remainingMs: 60_000,
    timeLimitMs: 60_000,
    ...change,
  };
}

/** Requests that wait for the agent to be unlocked, and how many more there are. */
export function unlockAgentPrompt(
  requesters: readonly RequesterView[] = [plink],
  change: Partial<UnlockAgentPromptView> = {},
): UnlockAgentPromptView {
  const { key, ...question } = common;
  return {
    ...question,
    kind: 'unlock-agent',
    lockReason: 'Locked after 5 minutes without input.',
    waiting: requesters.map((requester, n) => ({
      key: n % 3 === 2 ? { ...key, comment: '' } : key,
      requester,
    })),
    more: 0,
    remainingMs: 60_000,
    timeLimitMs: 60_000,
    ...change,
  };
}

/** For a use that is allowed until the agent is locked unless the person says otherwise. */
export function newUsePrompt(change: Partial<ConfirmPromptView> = {}): ConfirmPromptView {
  const purpose = { kind: 'ssh-login', user: 'deploy', service: 'ssh-connection' } as const;
  return confirmPrompt({
    reason: {
      kind: 'use-key',
      because: 'You want to be asked when something is new, and you have not allowed this yet.',
    },
    rememberCovers: rememberSentence({ forwarded: false, purpose }, 'until-locked'),
    usualRemember: 'until-locked',
    ...change,
  });
}

/** The same for a key that is locked. */
export function newPassphrasePrompt(change: Partial<PassphrasePromptView> = {}): PassphrasePromptView {
  const purpose = { kind: 'ssh-login', user: 'deploy', service: 'ssh-connection' } as const;
  const requesters = change.requesters ?? [plink];
  const alsoAllows = alsoAllowsSentence(
    'until-locked',
    requesters.map(() => ({ purpose })),
  );
  return passphrasePrompt({ ...(alsoAllows !== undefined && { alsoAllows }), ...change });
}

/** So many signatures that wait, by turns for a touch and for the system. */
export function waitingPrompt(count: number, more = 0): WaitingPromptView {
  const requesters = [plink, forwardedSsh, git];
  const waits = Array.from({ length: count }, (_, n) => ({
    id: `7f1c1a52-5d0f-4bb4-8f77-${n.toString().padStart(12, '0')}`,
    key: confirmPrompt().key,
    requester: requesters[n % requesters.length] ?? plink,
    waitsFor: n % 2 === 0 ? ('touch' as const) : ('system-dialog' as const),
    ...(n % 3 !== 1 && { livesIn: 'PIV card\u202e of Alice' }),
  }));
  return { kind: 'waiting', waits, more };
}
