// Hosts as the main process tells of them.
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import type { HostsOfKeyView } from '../../../ipc/contract/key-hosts.ts';

export const knownHosts = [
  '192.0.2.7',
  '[bastion.example.com]:2222',
  'build.example.com',
  'evil\u202emoc.elpmaxe',
  'example.com',
  'git.example.com',
  'github.com',
  ...Array.from({ length: 20 }, (_, number) => `web${number}.example.com`),
];

const file = 'C:\\Users\\Alice Liddell\\AppData\\Local\\Sallyport\\keys.toml';

export const noHosts: HostsOfKeyView = { hosts: [], file };

export const someHosts: HostsOfKeyView = {
  hosts: [
    { host: '*.example.com', isByHand: false },
    { host: 'git@github.com', isByHand: true },
    { host: `SHA256:${'aB3+'.repeat(10)}xyz`, isByHand: false },
    { host: 'very-long-name-of-a-host.in-a-department.of-a-company.example.org', isByHand: false },
    { host: 'bidi\u202emoc.elpmaxe', isByHand: false },
  ],
  file,
};

/** As the main process judges them, roughly. */
export function checkHost({ use, host }: RequestInput<'hosts.check'>): { problem?: string } {
  if (use === 'restrict' && !knownHosts.includes(host.slice(host.indexOf('@') + 1)))
    return {
      problem: `“${host}” is not in known_hosts, so that its key is not known. Log in there once with ssh, then try again.`,
    };
  return host.includes(' ') ? { problem: 'This is no host. Write example.com.' } : {};
}
