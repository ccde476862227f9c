// Which requests are the same question: any fact in which two differ makes them two, and nothing that is only shown does.
import { describe, expect, it } from 'vitest';
import { identifyRequest } from '../../../../main/agent/consent/request-identity.ts';
import type { Relayed } from '../../../../main/agent/facts/relayed-program.ts';
import type { Destination, HostFacts } from '../../../../main/agent/facts/request-facts.ts';
import type { Requester } from '../../../../main/agent/facts/requester.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { bytes } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const [key, otherKey] = [parsePublicKey(ed25519Key().blob), parsePublicKey(ed25519Key().blob)];
const host = (fingerprint: string): HostFacts => ({ fingerprint, algorithm: 'ssh-ed25519' });
const [a, b] = [host('SHA256:a'), host('SHA256:b')];
const process = { pid: 1, executable: '/usr/bin/ssh', parents: [], connections: [] };
const login = (user: string) => ({ kind: 'ssh-login', user, service: 'ssh-connection' }) as const;
const sshsig = (namespace: string) => ({ kind: 'sshsig', namespace, hashAlgorithm: 'sha512' }) as const;
const proved = (to: HostFacts): Destination => ({ trust: 'verified', basis: 'session-bind', host: to });
const seen = (address: string, port: number): Destination => ({ trust: 'observed', address, port });
const relayed: Relayed = {
  place: 'Ubuntu',
  executable: '/usr/bin/ssh',
  user: 'me',
  pid: 5,
  byOwnRelay: true,
};
/** A login to a proved host by a program of this machine. */
const usual: Requester = {
  transport: 'pipe',
  pid: 1,
  process,
  purpose: login('git'),
  forwarded: false,
  path: [],
  destination: proved(a),
};
const { process: _process, ...nobody } = usual;
const { destination: _destination, ...nowhere } = usual;
const { pid: _pid, ...noProcess } = nobody;

const identify = (requester: Requester, data: Uint8Array = bytes('x'), of = key) =>
  identifyRequest(of, requester, data);

/** Each is another question than all the others. */
const requests: Record<string, Parameters<typeof identify>> = {
  usual: [usual],
  'another key': [usual, undefined, otherKey],
  'another program': [{ ...usual, process: { ...process, executable: '/usr/bin/scp' } }],
  'another file at its path': [{ ...usual, process: { ...process, otherFile: 'replaced' } }],
  'a program that is not known': [nobody],
  'another such process': [{ ...nobody, pid: 2 }],
  'one by another door': [{ ...nobody, transport: 'copydata' }],
  'not even a process': [noProcess],
  'behind a relay': [{ ...usual, relayed }],
  'in another place there': [{ ...usual, relayed: { ...relayed, place: 'Debian' } }],
  'another program there': [{ ...usual, relayed: { ...relayed, executable: '/usr/bin/scp' } }],
  'another person there': [{ ...usual, relayed: { ...relayed, user: 'root' } }],
  'another user': [{ ...usual, purpose: login('root') }],
  'a signature': [{ ...nowhere, purpose: sshsig('git') }],
  'another namespace': [{ ...nowhere, purpose: sshsig('file') }],
  'unknown data': [{ ...nowhere, purpose: { kind: 'unknown' } }],
  'other unknown data': [{ ...nowhere, purpose: { kind: 'unknown' } }, bytes('y')],
  nowhere: [nowhere],
  'another host': [{ ...usual, destination: proved(b) }],
  'a claimed host': [{ ...usual, destination: { ...proved(a), trust: 'claimed' } as Destination }],
  'a host that is only seen': [{ ...usual, destination: seen('10.0.0.1', 22) }],
  'another address': [{ ...usual, destination: seen('10.0.0.2', 22) }],
  'another port': [{ ...usual, destination: seen('10.0.0.1', 2222) }],
  'from elsewhere': [{ ...usual, forwarded: true }],
  'from a machine': [{ ...usual, forwarded: true, path: [a] }],
  'from another machine': [{ ...usual, forwarded: true, path: [b] }],
  'from one that is only announced': [
    {
      ...usual,
      forwarded: true,
      path: [{ ...a, isAnnounced: true }],
    },
  ],
  'through a machine behind it': [{ ...usual, forwarded: true, path: [a, b] }],
  'through both the other way round': [{ ...usual, forwarded: true, path: [b, a] }],
  'a bind that was refused': [{ ...usual, problem: 'bind-refused' }],
  'another session': [{ ...usual, problem: 'other-session' }],
  'a machine in doubt': [{ ...usual, forwarded: true, path: [a], problem: 'bind-refused' }],
  'another host than in the login': [{ ...usual, problem: 'other-host' }],
  'maybe forwarded': [{ ...usual, problem: 'may-be-forwarded' }],
};

const names = Object.keys(requests);
const identityOf = (name: string) => identify(...(requests[name] ?? [usual]));

describe('two requests', () => {
  it('are two questions where they differ in one fact', () => {
    const ids = names.map((name) => identityOf(name).id);
    expect(names.filter((_, n) => ids.indexOf(ids[n] ?? '') !== n)).toEqual([]);
  });

  it.each<[string, Requester, Uint8Array?]>([
    ['what is signed for the same purpose', usual, bytes('y')],
    ['the process of the program', { ...usual, pid: 2, process: { ...process, pid: 2 } }],
    ['its parents', { ...usual, process: { ...process, parents: [{ pid: 9, executable: '/bin/sh' }] } }],
    [
      'how the host is called',
      {
        ...usual,
        destination: proved({ ...a, name: { names: ['db'], source: 'known_hosts', isRevoked: false } }),
      },
    ],
  ])('are one question where they differ in %s', (_, requester, data) => {
    expect(identify(requester, data)).toEqual(identityOf('usual'));
  });
});

describe('who asks', () => {
  const sourceOf = (name: string) => identityOf(name).source;

  it('has one quiet for all keys, hosts and purposes', () => {
    for (const name of ['another key', 'another user', 'a signature', 'unknown data', 'another host'])
      expect(sourceOf(name)).toEqual(sourceOf('usual'));
  });

  it('has a quiet of its own as another program, process or machine, or one that is in doubt', () => {
    const others = [
      'usual',
      'another program',
      'a program that is not known',
      'another such process',
      'one by another door',
      'not even a process',
      'from elsewhere',
      'from a machine',
      'from another machine',
      'from one that is only announced',
      'another session',
      'a machine in doubt',
    ].map(sourceOf);
    for (const told of ['id', 'group'] as const)
      expect(new Set(others.map((source) => source[told])).size).toBe(others.length);
  });

  it('has that of nobody whose bind was refused by what it says of the way', () => {
    const other = identify({ ...usual, forwarded: true, path: [b], problem: 'bind-refused' });
    expect(other.source.group).toBe(sourceOf('a machine in doubt').group);
  });

  it('has that of the machine that this one is connected to, whatever asks there and whatever is behind it', () => {
    const other = identify({
      ...usual,
      forwarded: true,
      path: [a],
      process: { ...process, executable: '/x' },
    });
    expect(other.source.group).toBe(sourceOf('from a machine').group);
    expect(sourceOf('through a machine behind it').group).toBe(sourceOf('from a machine').group);
    expect(sourceOf('through both the other way round').group).toBe(sourceOf('from another machine').group);
  });

  it('is of this machine only where nothing says, or leaves open, that it is of another', () => {
    const here = names.filter((name) => sourceOf(name).isHere);
    expect(here).toContain('behind a relay');
    expect(names.filter((name) => !here.includes(name))).toEqual([
      'from elsewhere',
      'from a machine',
      'from another machine',
      'from one that is only announced',
      'through a machine behind it',
      'through both the other way round',
      'a bind that was refused',
      'another session',
      'a machine in doubt',
      'another host than in the login',
      'maybe forwarded',
    ]);
  });
});

describe('an answer says something about the next such request', () => {
  const far = { ...usual, forwarded: true, path: [a] };

  it.each<[string, Requester]>([
    ['of a known program', usual],
    ['of it to a host that nobody knows', nowhere],
    ['of a machine elsewhere to a proved host', far],
    [
      'of a machine elsewhere for a signature',
      { ...nowhere, forwarded: true, path: [a], purpose: sshsig('git') },
    ],
  ])('%s', (_, requester) => {
    expect(identify(requester).isRecognizable).toBe(true);
  });

  it.each<[string, Requester]>([
    ['of a program that is not known', nobody],
    ['of unknown data', { ...nowhere, purpose: { kind: 'unknown' } }],
    ['with a problem', { ...usual, problem: 'other-session' }],
    ['through a machine that is only announced', { ...far, path: [{ ...a, isAnnounced: true }] }],
    [
      'of a machine elsewhere to a host that is only claimed',
      { ...far, destination: { ...proved(a), trust: 'claimed' } as Destination },
    ],
    ['of a machine elsewhere to nobody knows where', { ...nowhere, forwarded: true, path: [a] }],
  ])('but not %s', (_, requester) => {
    expect(identify(requester).isRecognizable).toBe(false);
  });
});
