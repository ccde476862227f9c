// Libraries for security keys, one of which can't be used, and a key that a security key keeps.
import type { Answers } from './fake-main.ts';

export const libraries = [
  { path: '/usr/lib/ssh/ssh-sk.so' },
  {
    path: '/home/alice/open to all/sk\u202eos.so',
    reason: 'Others could exchange this library, so it is not loaded.',
    remedy: 'Others may write to “/home/alice/open to all”: chmod go-w.',
  },
] as const;

export const loadedKey = {
  fingerprint: 'SHA256:Yk1n9cQm3a0sWg0o9xT5d1l2f3G4h5J6k7L8m9N0pQr',
  comment: 'ssh:work alice\u202e',
} as const;

/** What the section asks for on Linux. */
export const securityKeyAnswers: Answers = {
  'stores.refresh': () => [],
  'upstreams.find': () => [],
  'tokens.list': () => [],
  'securityKeys.list': () => libraries,
};
