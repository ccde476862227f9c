// What is remembered, as the window shows it: each tells what it answers for.
import { expect, it } from 'vitest';
import type { HostName } from '../../../../main/agent/facts/host-names.ts';
import type { Requester } from '../../../../main/agent/facts/requester.ts';
import { approvalView } from '../../../../main/shell/views/activity-views.ts';

const key = { comment: 'work', fingerprint: 'SHA256:x', algorithm: 'ssh-ed25519' };
const login: Requester = {
  transport: 'own-pipe',
  purpose: { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
  forwarded: false,
  path: [],
};
const view = (change: Partial<Requester>) =>
  approvalView({ id: 'a', key, requester: { ...login, ...change }, isForOneUse: false });
const name: HostName = { names: ['build.example.com'], source: 'known_hosts', isRevoked: false };
const proved = (fingerprint: string, named?: HostName): Partial<Requester> => ({
  destination: {
    trust: 'verified',
    basis: 'session-bind',
    host: { fingerprint, algorithm: 'ssh-ed25519', ...(named && { name: named }) },
  },
});
const seen = (address: string): Partial<Requester> => ({
  destination: { trust: 'observed', address, port: 22, name },
});

it.each<[string, Partial<Requester>, Partial<Requester>]>([
  ['that nobody has named', proved('SHA256:one'), proved('SHA256:two')],
  ['of one name with two keys', proved('SHA256:one', name), proved('SHA256:two', name)],
  ['of one name at two addresses', seen('192.0.2.1'), seen('192.0.2.2')],
])('tells hosts apart %s', (_, one, two) => {
  const { covers, host } = view(one);
  expect(view(two)).toMatchObject({ covers });
  expect(host).toBeDefined();
  expect(view(two).host).not.toBe(host);
});

it('says in one sentence that nobody has named the host', () => {
  expect(view(proved('SHA256:one')).covers).toBe('Log in as “git”, a host that is not known here');
});

it('says of a login to no host that is known that it is one', () => {
  expect(view({})).toMatchObject({ covers: 'Log in as “git”, at a host of which nothing is known' });
  expect(view({})).not.toHaveProperty('host');
});

it('names no host for a signature', () => {
  const sshsig = { kind: 'sshsig', namespace: 'git', hashAlgorithm: 'sha512' } as const;
  expect(view({ purpose: sshsig })).toMatchObject({ covers: 'Sign a Git commit or tag' });
});
