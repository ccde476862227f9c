// A host that is known is offered the keys that are set for it, and no key is hidden where that is in doubt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HostsOfKeys, keysSetFor } from '../../../../../main/agent/consent/offers/keys-for-hosts.ts';
import type { AskLevel, LevelsBeside } from '../../../../../main/agent/consent/rules/ask-level.ts';
import type { Destination } from '../../../../../main/agent/facts/request-facts.ts';
import { parsePublicKey } from '../../../../../main/keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../../../../main/keys/kinds/shared/fingerprint.ts';
import { agentWithKey, bind, login, namesOf, program, ssh } from '../../../../fakes/consent-agent.ts';
import { sid, testHost } from '../../../../fakes/host-session.ts';
import { addRequest } from '../../../../fakes/test-agent.ts';
import { ed25519Key, type TestKey } from '../../../../fakes/test-key.ts';

const fingerprint = ({ blob }: { blob: Uint8Array }) => sha256Fingerprint(parsePublicKey(blob).base.blob);
const at = (...names: string[]): Destination => ({
  trust: 'verified',
  basis: 'session-bind',
  host: {
    fingerprint: 'SHA256:host',
    algorithm: 'ssh-ed25519',
    name: { names, source: 'known_hosts', isRevoked: false },
  },
});
const setFor = (pattern: string, destination: Destination) =>
  keysSetFor(new Map([['key', [pattern]]]), destination).has('key');

describe('a host of a key', () => {
  it.each([
    ['*.example.com', 'git.example.com', true],
    ['*.example.com', 'example.com', false],
    ['git@GitHub.com', 'github.com', true],
    ['host', '[host]:2222', true],
    ['[host]:2222', '[host]:2222', true],
    ['[host]:2223', '[host]:2222', false],
    ['host', 'ghost', false],
    ['SHA256:host', 'any', true],
    ['SHA256:other', 'any', false],
  ])('%s at %s: %s', (pattern, name, expected) => {
    expect(setFor(pattern, at(name))).toBe(expected);
  });

  it('is none by the name of a key that is revoked', () => {
    const host = { fingerprint: 'SHA256:host', algorithm: 'ssh-ed25519' };
    const name = { names: ['host'], source: 'known_hosts', isRevoked: true } as const;
    expect(setFor('host', { trust: 'verified', basis: 'session-bind', host: { ...host, name } })).toBe(false);
  });

  it('is matched by its address where it is only observed, and never by a fingerprint then', () => {
    const seen: Destination = { trust: 'observed', address: '192.0.2.1', port: 22 };
    expect([setFor('192.0.2.*', seen), setFor('SHA256:host', seen)]).toEqual([true, false]);
  });

  it('is what it says, whatever the user', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9.-]{1,30}$/),
        fc.stringMatching(/^[a-z]{1,8}$/),
        (host, user) => {
          expect([setFor(host, at(host)), setFor(`${user}@${host}`, at(host))]).toEqual([true, true]);
        },
      ),
    );
  });
});

/** An agent with three keys; `set` says for which hosts they are. */
async function agentWith(
  set: (keys: readonly TestKey[]) => HostsOfKeys,
  order: (keys: readonly TestKey[]) => ReadonlyMap<string, number> = () => new Map(),
) {
  const host = testHost();
  let current: HostsOfKeys = new Map();
  let orders: ReadonlyMap<string, number> = new Map();
  let levels: LevelsBeside = new Map();
  const test = await agentWithKey(undefined, {
    hostNames: namesOf(new Map([[host.key, 'git.example.com']])),
    keysForHosts: {
      get current() {
        return current;
      },
      get orders() {
        return orders;
      },
      get levels() {
        return levels;
      },
    },
    offerLimit: 1,
  });
  const others = [ed25519Key(), ed25519Key()];
  for (const [index, other] of others.entries())
    await test.connect().status(addRequest(other, `other-${index}`));
  current = set([test.key, ...others]);
  orders = order([test.key, ...others]);
  const ask = (level: AskLevel) => {
    levels = new Map([test.key, ...others].map((key) => [fingerprint(key), level]));
  };
  const listAt = async (forwarded = false, at = host) => {
    const client = test.connect(ssh);
    if (forwarded) await bind(client, testHost(), sid(9), true);
    await bind(client, at, sid(1), false);
    return client.comments();
  };
  return { ...test, listAt, host, ask };
}

describe('a list', () => {
  it('has the keys that are set for its host, and all for others and for who names no host', async () => {
    const test = await agentWith(
      ([, second, third]) =>
        new Map([second, third].map((key) => [fingerprint(key as TestKey), ['*.example.com']])),
    );
    const all = ['me@work', 'other-0', 'other-1'];
    expect(await test.listAt()).toEqual(['other-0', 'other-1']);
    expect(await test.listAt(false, testHost())).toEqual(all);
    expect(await test.connect(ssh).comments()).toEqual(all);
    expect(test.agent.consent.offers.explanations()[0]).toMatchObject({ hidden: [fingerprint(test.key)] });
  });

  it('has all keys where the one that is set is not there', async () => {
    const test = await agentWith(() => new Map([[fingerprint(ed25519Key()), ['*']]]));
    expect(await test.listAt()).toHaveLength(3);
  });

  it('of another machine does not tell which keys are set', async () => {
    const test = await agentWith(([first]) => new Map([[fingerprint(first as TestKey), ['*']]]));
    expect(await test.listAt(true)).toHaveLength(3);
    expect(await test.listAt()).toEqual(['me@work']);
  });

  it('of a program that is only seen goes by its connection', async () => {
    const test = await agentWith(
      ([, second]) => new Map([[fingerprint(second as TestKey), ['seen.example']]]),
    );
    const connections = [{ address: '192.0.2.1', port: 22 }];
    const describe = () =>
      Promise.resolve({ pid: 42, executable: '/usr/bin/plink', parents: [], connections });
    expect(await test.connect({ pid: 42, describe }).comments()).toEqual(['other-0']);
  });
});

describe('the order', () => {
  const every = (pattern: string) => (keys: readonly TestKey[]) =>
    new Map(keys.map((key) => [fingerprint(key), [pattern]]));
  const places =
    (...numbers: (number | undefined)[]) =>
    (keys: readonly TestKey[]) =>
      new Map(
        keys.flatMap((key, index) => {
          const place = numbers[index];
          return place === undefined ? [] : [[fingerprint(key), place] as const];
        }),
      );

  it('is the person’s among the keys that are set for the host, before what was used there', async () => {
    const test = await agentWith(every('*.example.com'), places(undefined, 2, 1));
    expect(await test.listAt()).toEqual(['other-1', 'other-0', 'me@work']);
    // Another machine could find out by it what is set.
    expect(await test.listAt(true)).toEqual(['me@work', 'other-0', 'other-1']);
    const client = test.connect(ssh);
    await bind(client, test.host, sid(3), false);
    expect(await client.sign(test.key.blob, login(test.key, 'git', sid(3)))).toBeDefined();
    expect(await test.listAt()).toEqual(['other-1', 'other-0', 'me@work']);
    // Where nothing is set it counts for nothing.
    expect(await test.listAt(false, testHost())).toEqual(['me@work', 'other-0', 'other-1']);
  });
});

describe('a level', () => {
  it('holds for a request that waits since before it, and frees none of the person’s own', async () => {
    const test = await agentWith(() => new Map());
    const { policies } = test.agent.consent;
    await policies.setDefaultLevel('new');
    const sign = () => test.connect(ssh).sign(test.key.blob, login(test.key));
    const asked = sign();
    const first = await test.approver.confirmPrompt(0);
    test.ask('always');
    first.answer('allow');
    await test.answer(1, 'deny');
    expect(await asked).toBeUndefined();
    await policies.setDefaultLevel('always');
    test.ask('never');
    const again = test.connect(program('/usr/bin/git')).sign(test.key.blob, login(test.key));
    await test.answer(2, 'deny');
    expect(await again).toBeUndefined();
  });
});
