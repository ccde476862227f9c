// Rules, levels and explanations of key orders, as the main process tells them.
import type { OfferView, PolicyView } from '../../../ipc/contract/policy.ts';
import { key } from './sample-keys.ts';

export const policy: PolicyView = {
  defaultLevel: 'forwarded',
  levels: { [key(2).fingerprint]: 'always' },
  rules: [
    {
      id: 'git',
      action: 'allow',
      key: key(1).fingerprint,
      program: 'C:\\Windows\\System32\\OpenSSH\\ssh.exe',
      destination: 'git.example.com',
      user: 'git',
      purposes: ['login'],
      origin: 'local',
    },
    { id: 'root', action: 'deny', user: 'root', purposes: ['login'], origin: 'forwarded' },
    { id: 'sign', action: 'ask', purposes: ['sshsig'], origin: 'any', key: `SHA256:${'z'.repeat(43)}` },
    { id: 'unread-4', action: 'unreadable', problem: 'it has “host”, which is no part of a rule' },
    {
      id: 'odd',
      action: 'deny',
      coveredBy: 2,
      program: `/home/alice/\u202egpj.${'long-name/'.repeat(20)}`,
      user: 'root',
      purposes: ['login'],
      origin: 'forwarded',
    },
  ],
};

export const offers: readonly OfferView[] = [
  {
    id: '1',
    time: '2026-11-12T14:04:59Z',
    host: { text: 'build.example.com', trust: 'verified' },
    usedBefore: [
      { fingerprint: key(2).fingerprint, comment: 'deploy key for build.example.com' },
      { fingerprint: key(9).fingerprint },
    ],
    others: 1,
    keptBack: [
      { fingerprint: key(1).fingerprint, comment: 'alice@laptop 2026' },
      { fingerprint: key(8).fingerprint },
    ],
    moreKeptBack: 3,
    denied: [],
    moreDenied: 0,
  },
  {
    id: '2',
    time: '2026-11-12T13:00:00Z',
    host: { text: '192.0.2.7 port 22', trust: 'observed' },
    usedBefore: [{ fingerprint: key(1).fingerprint, comment: 'alice@laptop 2026' }],
    others: 4,
    keptBack: [],
    moreKeptBack: 0,
    denied: [{ fingerprint: key(2).fingerprint, comment: 'deploy key for build.example.com' }],
    moreDenied: 1,
  },
];
