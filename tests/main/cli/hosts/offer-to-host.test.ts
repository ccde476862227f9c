// What “sallyport hosts HOST” says a host is offered, by the person's files.
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeHosts, describeOffer, offerToJson } from '../../../../main/cli/hosts/describe-hosts.ts';
import type { HostsNow } from '../../../../main/cli/hosts/gather-hosts.ts';
import { learnedHosts } from '../../../../main/cli/hosts/learned-hosts.ts';
import { offerToHost } from '../../../../main/cli/hosts/offer-to-host.ts';
import type { CommandIo } from '../../../../main/cli/parts/command.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../../../main/keys/kinds/shared/fingerprint.ts';
import { readKeysToml } from '../../../../main/stored/keys-toml.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const host = ed25519Key();
const hostPrint = sha256Fingerprint(parsePublicKey(host.blob).base.blob);
const key = (letter: string) => `SHA256:${letter.repeat(43)}`;
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-home-'));
  mkdirSync(join(home, '.ssh'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('USERPROFILE', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const line = (start: string) => `${start} ssh-ed25519 ${Buffer.from(host.blob).toString('base64')}\n`;
const held = (letter: string, isRestricted = false) => ({
  ...{ fingerprint: key(letter), comment: `${letter}\u202e`, isRestricted },
});

function now(toml: string, more: Partial<HostsNow> = {}): HostsNow {
  const agent = [held('a'), held('b'), held('c', true)];
  return { file: '/keys.toml', set: readKeysToml(toml), held: agent, learned: [], ...more };
}

async function offer(name: string, knownHosts: string, state: HostsNow) {
  writeFileSync(join(home, '.ssh', 'known_hosts'), knownHosts, { mode: 0o600 });
  return offerToHost(name, state, { env: { HOME: home } } as unknown as CommandIo);
}

const entry = (letter: string, hosts: string, more = '') =>
  `[[key]]\nkey = "${key(letter)}"\nhosts = [${hosts}]\n${more}\n`;
const shownIn = ({ offered }: Awaited<ReturnType<typeof offer>>) =>
  offered.map(({ fingerprint }) => fingerprint.slice(-1));

describe('a host', () => {
  it('is offered what is set for its name or key, in the person’s order, then by use', async () => {
    const toml =
      entry('a', `"${hostPrint}"`) + entry('b', '"*.test"') + entry('c', '"web.test"', 'order = 1');
    const learned = [{ fingerprint: hostPrint, names: [], keys: [key('b')] }];
    const state = now(toml, { learned });
    const found = await offer('me@Web.test', line('web.test'), state);
    expect(shownIn(found)).toEqual(['c', 'b', 'a']);
    expect(offerToJson(found)).toMatchObject({ host: 'web.test', hostKeys: [hostPrint], notOffered: [] });
    const text = describeOffer(found, state).join('\n');
    expect(text).toContain(
      '“c<U+202E>”: set for web.test; order 1; restricted to hosts, and shown only to those',
    );
    expect(text).toContain('set for *.test; used there before');
    expect(text).not.toContain('\u202e');
  });

  it('is offered all where nothing is set for it, what was used there first', async () => {
    const learned = [{ names: ['web.test'], keys: [key('b')] }];
    const state = now(entry('a', '"other"'), { learned });
    const found = await offer('web.test', '', state);
    expect(shownIn(found)).toEqual(['b', 'a', 'c']);
    expect(describeOffer(found, state).join('\n')).toMatch(
      /is not in known_hosts: this is what holds once it is\.\nNo key is set for it, so it is offered all:/,
    );
  });

  it('whose name is hashed, or whose key is revoked, has nothing set by its name, and that is said', async () => {
    const state = now(entry('a', '"web.test"'));
    const salt = Buffer.alloc(20, 3);
    const hash = createHmac('sha1', salt).update('web.test').digest('base64');
    const hashed = await offer('web.test', line(`|1|${salt.toString('base64')}|${hash}`), state);
    expect(shownIn(hashed)).toEqual(['a', 'b', 'c']);
    expect(describeOffer(hashed, state)[0]).toContain('is hashed in known_hosts');
    const revoked = await offer('web.test', line('web.test') + line('@revoked web.test'), state);
    expect([shownIn(revoked), revoked.isRevoked]).toEqual([['a', 'b', 'c'], true]);
  });
});

describe('what is set', () => {
  it('is told with order and level, and what no agent has', () => {
    const toml =
      entry('a', '"x"', 'order = 2\nlevel = "always"') +
      entry('z', '"y"').replace('hosts', 'name = "old"\nhosts');
    const text = describeHosts(now(toml)).join('\n');
    expect(text).toMatch(/“a<U\+202E>”\n {4}hosts: x\n {4}order: 2\n {4}ask before use: .*, or more\n/);
    expect(text).toContain('“old” (not in the agent)');
    expect(describeHosts(now('', { held: undefined })).at(-1)).toContain('No agent answers');
  });
});

describe('what was learned', () => {
  const use = (fingerprint: string, more: object = {}) => ({
    answer: 'allowed',
    key: { fingerprint },
    requester: {
      purpose: { kind: 'ssh-login', user: 'me', service: 'ssh-connection' },
      forwarded: false,
      path: [],
      destination: {
        trust: 'verified',
        basis: 'session-bind',
        host: { fingerprint: hostPrint, algorithm: '' },
      },
      ...more,
    },
  });

  it('is by host, the latest key first, of what was allowed to programs here', () => {
    const entries = [
      use(key('b')),
      { ...use(key('x')), answer: 'denied' },
      use(key('y'), { forwarded: true }),
      use(key('z'), { destination: { trust: 'observed', address: '192.0.2.1', port: 2222 } }),
      use(key('a')),
      use(key('b')),
    ];
    expect(learnedHosts(entries as never)).toEqual([
      { fingerprint: hostPrint, names: [], keys: [key('b'), key('a')] },
      { names: ['[192.0.2.1]:2222'], keys: [key('z')] },
    ]);
  });
});
