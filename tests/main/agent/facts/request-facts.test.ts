// What a person is told of one use: how far its hosts are proved, and which uses are written down as one.
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import { isSameUse, proofNote, type SignedFacts } from '../../../../main/agent/facts/request-facts.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../../../main/keys/kinds/shared/fingerprint.ts';
import { agentWithKey, bind, login, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { oldRsaHost, rsaHost, sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { constrain, type TestClient } from '../../../fakes/test-agent.ts';
import { ed25519Key, rsaKey } from '../../../fakes/test-key.ts';

/** Who is said to ask for the signature of `data`, after `before`. */
async function asked(
  data: (of: Awaited<ReturnType<typeof agentWithKey>>) => Uint8Array,
  before: (client: TestClient) => Promise<unknown>,
  peer: Partial<Peer> = ssh,
) {
  const test = await agentWithKey(constrain.confirm(), { allowSha1: true });
  const client = test.connect(peer);
  await before(client);
  void client.sign(test.key.blob, data(test));
  const [requester] = (await test.approver.confirmPrompt(0)).request.requesters();
  return requester;
}

const rsa = rsaKey();
const told = ({ key }: TestHost, algorithm: string) => ({
  fingerprint: sha256Fingerprint(key.blob),
  algorithm,
});

describe('a host that proved itself', () => {
  it.each([
    ['by SHA-1 alone is told of as weakly proved', oldRsaHost(rsa), { isWeak: true }],
    ['by the same key and a newer hash is not', rsaHost(rsa), {}],
  ])('%s, where it is the destination and on the way', async (_, host, how) => {
    const to = await asked(
      ({ key }) => login(key, 'git', sid(1)),
      (client) => bind(client, host, sid(1), false),
    );
    expect(to?.destination).toEqual({
      trust: 'verified',
      basis: 'session-bind',
      host: { ...told(host, 'ssh-rsa'), ...how },
    });
    const through = await asked(
      () => sshsig('git'),
      (client) => bind(client, host, sid(1), true),
    );
    expect(through?.path).toEqual([{ ...told(host, 'ssh-rsa'), ...how }]);
  });

  it('by what is signed alone is not told of as weakly proved', async () => {
    const host = testHost();
    const to = await asked(
      ({ key }) => login(key, 'git', sid(1), host.key.blob),
      () => Promise.resolve(),
    );
    expect(to?.destination).toEqual({
      trust: 'verified',
      basis: 'signed-data',
      host: told(host, 'ssh-ed25519'),
    });
  });
});

describe('where the program is connected to', () => {
  const connected = {
    pid: 42,
    describe: () =>
      Promise.resolve({
        pid: 42,
        executable: '/usr/bin/ssh',
        parents: [],
        connections: [{ address: '192.0.2.1', port: 22 }],
      }),
  };
  const seen = (before: (client: TestClient) => Promise<unknown>, data = login) =>
    asked(({ key }) => data(key), before, connected);

  it('is told as the destination of a login of which nothing else says where it goes', async () => {
    expect((await seen(() => Promise.resolve()))?.destination).toEqual({
      trust: 'observed',
      address: '192.0.2.1',
      port: 22,
    });
  });

  it.each<[string, (client: TestClient) => Promise<unknown>]>([
    ['a bind was refused', (client) => client.extension('session-bind@openssh.com', new Uint8Array(3))],
    ['the connection is for another session', (client) => bind(client, testHost(), sid(2), false)],
    ['the request came through another machine', (client) => bind(client, testHost(), sid(2), true)],
  ])('is told of no login where %s', async (_, before) => {
    const requester = await seen(before);
    expect(requester?.purpose).toMatchObject({ kind: 'ssh-login' });
    expect(requester).not.toHaveProperty('destination');
  });

  it('is told of no signature that is not for a login', async () => {
    expect(
      await seen(
        () => Promise.resolve(),
        () => sshsig('git'),
      ),
    ).not.toHaveProperty('destination');
  });
});

describe('what the person reads of how far a host is proved', () => {
  const host = { fingerprint: 'SHA256:h', algorithm: 'ssh-rsa' };
  const kind = "not verified: a kind of host key that Sallyport can't check";
  const hearsay = 'not verified: a machine on the way could say so of a login elsewhere';

  it.each([
    ['nothing of one that is proved', {}, undefined],
    ['that the proof is weak', { isWeak: true }, 'weakly proved: by an RSA signature with SHA-1'],
    ['that it may be hearsay, however it was proved', { isHearsay: true, isWeak: true }, hearsay],
    ['that nothing proves it, whoever says so', { isAnnounced: true, isHearsay: true }, kind],
  ] as const)('is %s', (_, how, note) => {
    expect(proofNote({ ...host, ...how })).toBe(note);
  });
});

describe('two uses on one connection', () => {
  const hosts = [ed25519Key(), ed25519Key()].map(({ blob }) => ({
    hostKey: parsePublicKey(blob),
    isWeak: false,
  }));
  const [a, b] = hosts as [(typeof hosts)[0], (typeof hosts)[0]];
  const purpose = { kind: 'ssh-login', user: 'git', service: 'ssh-connection' } as const;
  const signature = { kind: 'sshsig', namespace: 'git', hashAlgorithm: 'sha512' } as const;
  const nowhere: SignedFacts = { purpose, forwarded: false, path: [] };
  const to = { basis: 'session-bind', isHearsay: false, ...a } as const;
  const usual: SignedFacts = { ...nowhere, destination: to };
  const far: SignedFacts = { ...nowhere, forwarded: true };

  /** Each is another use than all the others. */
  const uses: Record<string, SignedFacts> = {
    usual,
    nowhere,
    'another user': { ...usual, purpose: { ...purpose, user: 'root' } },
    'another service': { ...usual, purpose: { ...purpose, service: 'other' } },
    'another host': { ...usual, destination: { ...to, ...b } },
    'the host weakly proved': { ...usual, destination: { ...to, isWeak: true } },
    'the host by what is signed': { ...usual, destination: { ...to, basis: 'signed-data' } },
    'the host by hearsay': { ...usual, destination: { ...to, isHearsay: true } },
    'a problem': { ...nowhere, problem: 'other-session' },
    'another problem': { ...nowhere, problem: 'other-host' },
    'from elsewhere': far,
    'from a machine': { ...far, path: [a] },
    'from another machine': { ...far, path: [b] },
    'from it, weakly proved': { ...far, path: [{ ...a, isWeak: true }] },
    'through a machine behind it': { ...far, path: [a, b] },
    'through another behind it': { ...far, path: [a, a] },
    'a signature': { ...nowhere, purpose: signature },
    'another namespace': { ...nowhere, purpose: { ...signature, namespace: 'file' } },
    'another hash': { ...nowhere, purpose: { ...signature, hashAlgorithm: 'sha256' } },
    'unknown data': { ...nowhere, purpose: { kind: 'unknown' } },
  };

  it.each(Object.entries(uses))('are one only where all is the same: %s', (name, use) => {
    const same = Object.entries(uses).filter(([, other]) => isSameUse(use, structuredClone(other)));
    expect(same.map(([other]) => other)).toEqual([name]);
  });
});
