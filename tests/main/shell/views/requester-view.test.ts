// What a prompt and the activity say of a request: no fact looks better proved than it is.
import { describe, expect, it } from 'vitest';
import type { Requester } from '../../../../main/agent/facts/requester.ts';
import {
  alsoAllowsSentence,
  rememberSentence,
  requesterView,
} from '../../../../main/shell/views/requester-view.ts';

describe('requesterView', () => {
  const host = { fingerprint: 'SHA256:h', algorithm: 'ssh-ed25519' };
  const base: Requester = {
    transport: 'pageant-pipe',
    pid: 7,
    purpose: { kind: 'ssh-login', user: 'alice', service: 'ssh-connection' },
    forwarded: false,
    path: [],
  };

  it('tells proved, seen and unknown facts apart', () => {
    const view = requesterView({
      ...base,
      process: {
        pid: 7,
        executable: 'C:\\Program Files\\PuTTY\\putty.exe',
        parents: [{ pid: 3, executable: 'C:\\Windows\\explorer.exe' }],
        connections: [],
      },
      destination: {
        trust: 'verified',
        basis: 'session-bind',
        host: { ...host, name: { names: ['web.example'], source: 'known_hosts', isRevoked: false } },
      },
    });
    expect(view.who).toMatchObject({ text: 'putty.exe, started by explorer.exe', trust: 'observed' });
    expect(view.whatFor).toMatchObject({ text: 'Log in as “alice”', trust: 'verified' });
    expect(view.whereTo).toMatchObject({ text: 'web.example', trust: 'verified' });
    expect(view.warning).toBeUndefined();
    expect(view).toMatchObject({ isForwarded: false });
    expect(view.isOriginInDoubt).toBeUndefined();
    const doubtful = requesterView({ ...base, problem: 'may-be-forwarded' });
    expect(doubtful).toMatchObject({
      isOriginInDoubt: true,
      warning: expect.stringContaining('passes on requests of other machines'),
    });
    const unknown = requesterView(base);
    expect(unknown.who).toEqual({ text: 'An unknown program (process 7)', trust: 'unknown' });
    expect(unknown.whereTo).toEqual({ text: 'Not known', trust: 'unknown' });
  });

  it('names the program behind a relay as that says, and the relay as it was seen', () => {
    const relayed = { place: 'Ubuntu', executable: '/usr/bin/ssh', user: 'me', pid: 12, byOwnRelay: true };
    const process = { pid: 7, executable: String.raw`C:\Sallyport\node.exe`, parents: [], connections: [] };
    const { who, more } = requesterView({ ...base, process, relayed });
    expect(who).toEqual({
      text: 'ssh in “Ubuntu”, as the relay says',
      trust: 'claimed',
      detail: String.raw`/usr/bin/ssh of me (process 12 there). The relay (observed): C:\Sallyport\node.exe (process 7)`,
    });
    expect(more[1]).toMatchObject({ text: 'Relayed by node.exe', trust: 'observed' });
    expect(requesterView({ ...base, relayed }).more[1]?.trust).toBe('unknown');
  });

  it('never takes an announced host for a proved one, on the way neither', () => {
    const announced = { ...host, isAnnounced: true } as const;
    const view = requesterView({
      ...base,
      forwarded: true,
      path: [announced],
      destination: { trust: 'claimed', basis: 'signed-data', host: announced },
    });
    for (const fact of [view.whereTo, ...view.path])
      expect(fact).toMatchObject({
        trust: 'claimed',
        detail: "ssh-ed25519 SHA256:h, not verified: a kind of host key that Sallyport can't check",
      });
  });

  it('never takes a host that a machine on the way may have made up for a proved one', () => {
    const destination = {
      trust: 'claimed',
      basis: 'session-bind',
      host: { ...host, isHearsay: true },
    } as const;
    expect(requesterView({ ...base, forwarded: true, path: [host], destination }).whereTo).toMatchObject({
      trust: 'claimed',
      detail: expect.stringMatching(/ not verified: a machine on the way could say so of a login elsewhere$/),
    });
  });

  it('says of a host that SHA-1 proved that the proof is weak', () => {
    const weak = { ...host, isWeak: true } as const;
    const destination = { trust: 'verified', basis: 'session-bind', host: weak } as const;
    expect(requesterView({ ...base, destination }).whereTo).toMatchObject({
      trust: 'verified',
      detail: 'ssh-ed25519 SHA256:h, weakly proved: by an RSA signature with SHA-1',
    });
  });

  it('never takes an observed address for a proved host', () => {
    const view = requesterView({
      ...base,
      destination: { trust: 'observed', address: '10.0.0.1', port: 22 },
    });
    expect(view.whereTo).toMatchObject({ text: '10.0.0.1 port 22', trust: 'observed' });
  });

  it.each([
    ['unknown data', { purpose: { kind: 'unknown' } }, 'could be anything'],
    ['a contradiction', { problem: 'other-session' }, 'another SSH session'],
    [
      'a revoked host',
      {
        destination: {
          trust: 'verified',
          basis: 'signed-data',
          host: { ...host, name: { names: ['old'], source: 'putty', isRevoked: true } },
        },
      },
      'revoked',
    ],
  ] as const)('warns of %s', (_what, change, words) => {
    expect(requesterView({ ...base, ...change } as Requester).warning).toContain(words);
  });

  it('says what a remembered answer covers, local and forwarded apart', () => {
    expect(rememberSentence(base)).toContain('requests from this machine');
    expect(rememberSentence({ ...base, forwarded: true })).toContain('forwarded requests');
  });

  it('says for how long what is new is allowed, by an answer or a passphrase', () => {
    const git = { ...base, purpose: { kind: 'sshsig', namespace: 'git', hashAlgorithm: 'sha512' } } as const;
    const login = {
      ...base,
      purpose: { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
    } as const;
    expect(rememberSentence(login, 'until-locked')).toContain(
      'at this user and host until Sallyport is locked',
    );
    expect(rememberSentence(git, 'until-locked')).toContain('and such signatures until Sallyport is locked');
    expect(alsoAllowsSentence('until-locked', [login])).toContain('at this user and host until');
    expect(alsoAllowsSentence('until-locked', [git, login])).toContain('and none of the others');
    expect(alsoAllowsSentence('this-use', [login])).toBe('Your answer allows this use.');
    expect(alsoAllowsSentence(undefined, [login])).toBeUndefined();
  });

  it('names what Git signs, and survives names of its own object', () => {
    const signing = (namespace: string) =>
      requesterView({ ...base, purpose: { kind: 'sshsig', namespace, hashAlgorithm: 'sha512' } }).whatFor
        .text;
    expect(signing('git')).toBe('Sign a Git commit or tag');
    expect(signing('constructor')).toBe('Sign data for “constructor”');
  });
});
