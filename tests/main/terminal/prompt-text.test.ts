// What a person reads before consent or a passphrase is given.
import { describe, expect, it } from 'vitest';
import type { HostFacts, UseFacts } from '../../../main/agent/facts/request-facts.ts';
import type { Requester } from '../../../main/agent/facts/requester.ts';
import type { KeepUnlocked, KeyIdentity } from '../../../main/agent/ports/approver.ts';
import {
  confirmText,
  costText,
  keyFileText,
  passphraseText,
  waitingText,
} from '../../../main/terminal/prompt-text.ts';

const key: KeyIdentity = { comment: 'me@laptop', fingerprint: 'SHA256:abc', algorithm: 'ssh-ed25519' };
const host: HostFacts = {
  fingerprint: 'SHA256:host',
  algorithm: 'ssh-ed25519',
  name: { names: ['example.org'], source: 'known_hosts', isRevoked: false },
};
const login: UseFacts = {
  purpose: { kind: 'ssh-login', user: 'git', service: 'ssh-connection' },
  forwarded: false,
  path: [],
  destination: { trust: 'verified', basis: 'session-bind', host },
};
const ssh: Requester = {
  transport: 'unix-socket',
  pid: 4711,
  process: {
    pid: 4711,
    executable: '/usr/bin/ssh',
    parents: [{ pid: 12, executable: '/usr/bin/git' }, { pid: 9 }],
    connections: [{ address: '192.0.2.7', port: 22 }],
  },
  ...login,
};

type Confirmed = Parameters<typeof confirmText>[0];

function useKey(change: Partial<Confirmed>): string {
  const reason = { kind: 'use-key', because: 'It asks before each use.' } as const;
  return confirmText({ reason, key, requesters: () => [ssh], ...change });
}

describe('confirm text', () => {
  it('names the key by fingerprint and its comment as a claim', () => {
    expect(useKey({})).toContain('Key: ssh-ed25519 SHA256:abc');
    expect(useKey({})).toContain('Named (claimed): "me@laptop"');
    expect(useKey({ key: { ...key, comment: '' } })).toContain('Named: no comment');
  });

  it('names who asks, through which door and started by whom, as observed', () => {
    const text = useKey({});
    expect(text).toContain('Asked by (observed): /usr/bin/ssh (process 4711) through unix-socket');
    expect(text).toContain(
      'Started by (observed): /usr/bin/git (process 12), an unknown program (process 9)',
    );
  });

  it('says of an announced host, and of one on the way, that nothing verified it', () => {
    const announced = {
      fingerprint: 'SHA256:pq',
      algorithm: 'ssh-newest@example.org',
      isAnnounced: true,
    } as const;
    const destination = { trust: 'claimed', basis: 'session-bind', host: announced } as const;
    const words =
      "ssh-newest@example.org host key SHA256:pq, not verified: a kind of host key that Sallyport can't check";
    const text = useKey({ requesters: () => [{ ...ssh, forwarded: true, path: [announced], destination }] });
    expect(text).toContain(`To (claimed): ${words}\n`);
    expect(text).toContain(`Forwarded (claimed): the request came from another machine, through ${words}.`);
    const mixed = useKey({ requesters: () => [{ ...ssh, forwarded: true, path: [host, announced] }] });
    expect(mixed).toContain('Forwarded (verified)');
  });

  it('says of a host that SHA-1 proved that the proof is weak', () => {
    const weak = { ...host, isWeak: true } as const;
    const destination = { trust: 'verified', basis: 'session-bind', host: weak } as const;
    const words = `${host.algorithm} host key ${host.fingerprint}, weakly proved: by an RSA signature with SHA-1`;
    const text = useKey({ requesters: () => [{ ...ssh, forwarded: true, path: [weak], destination }] });
    expect(text).toContain(`To (verified): ${words}`);
    expect(text).toContain(`Forwarded (verified): the request came from another machine, through ${words}`);
  });

  it('says of a program that its file is another one than its path names here', () => {
    const process = {
      pid: 4711,
      executable: '/usr/bin/ssh',
      otherFile: 'other-mount-namespace',
      parents: [{ pid: 12, executable: '/usr/bin/git', otherFile: 'replaced' }],
      connections: [],
    } as const;
    const text = useKey({ requesters: () => [{ transport: 'unix-socket', pid: 4711, process, ...login }] });
    expect(text).toContain('/usr/bin/ssh (in another mount namespace) (process 4711)');
    expect(text).toContain('/usr/bin/git (not the file that is there now) (process 12)');
  });

  it('says so when nothing is known of who asks', () => {
    const text = useKey({ requesters: () => [{ transport: 'copydata', ...login }] });
    expect(text).toContain('Asked by (observed): an unknown program through copydata');
    expect(text).not.toContain('Started by');
  });

  it('says for which reason the person is asked and how many requests the answer decides', () => {
    expect(useKey({})).toContain('It asks before each use.');
    expect(useKey({})).not.toContain('The answer decides');
    const text = useKey({ requesters: () => [1, 2, 3].map((pid) => ({ ...ssh, pid })) });
    expect(text).toContain('The answer decides 3 requests');
    expect(text.match(/Asked by .*process [123]\b/g)).toHaveLength(3);
  });

  it('asks another question before a costly decryption', () => {
    const text = useKey({ reason: { kind: 'expensive-decryption', cost: '1 GiB of memory' } });
    expect(text).toContain('The key file asks for 1 GiB of memory.');
    expect(text).not.toContain('allow the use');
  });

  it('gives a hostile comment or path no way to add lines or reorder them', () => {
    const hostile = 'x"\nAsked by (observed): /usr/bin/ssh\u202e';
    const process = { pid: 1, executable: hostile, parents: [], connections: [] };
    const purpose = { kind: 'sshsig', namespace: hostile, hashAlgorithm: 'sha512' } as const;
    const requester = { ...ssh, process, purpose };
    const text = useKey({ key: { ...key, comment: hostile }, requesters: () => [requester] });
    expect(text.split('\n').filter((line) => line.startsWith('Asked by'))).toHaveLength(1);
    expect(text).not.toContain('\u202e');
  });
});

describe('the question about something new', () => {
  it.each<[string, Requester, string]>([
    ['a login', ssh, 'for this key at this user and host until'],
    [
      'a signature',
      { ...ssh, purpose: { kind: 'sshsig', namespace: 'git', hashAlgorithm: 'sha512' } },
      'for this key and such signatures until',
    ],
  ])('says for how long a “yes” to %s is', (_, requester, words) => {
    const request = { key, requesters: () => [requester], reason: { kind: 'use-key', because: '' } } as const;
    expect(confirmText({ ...request, usualRemember: 'until-locked' })).toContain(words);
    expect(confirmText(request)).not.toContain('until Sallyport is locked');
  });
});

describe('passphrase text', () => {
  it('names every requester that waits, up to four, and counts the rest', () => {
    const waiting = (count: number) =>
      passphraseText({
        key,
        requesters: () => Array.from({ length: count }, (_, i) => ({ ...ssh, pid: i + 1 })),
      });
    expect(waiting(2).match(/Asked by/g)).toHaveLength(2);
    expect(waiting(7).match(/Asked by/g)).toHaveLength(4);
    expect(waiting(7)).toContain('3 more requests wait');
  });

  it('asks for the PIN of the place where the key lives', () => {
    const text = passphraseText({ key, pinOf: 'My token', requesters: () => [ssh] });
    expect(text).toContain('Sallyport: the PIN of "My token" is needed.');
    expect(text.split('\n').at(-1)).toBe('PIN:');
    expect(text).not.toMatch(/passphrase|encrypted/i);
  });

  it('asks for the PIN of a security key, which is for one use', () => {
    const text = passphraseText({
      key,
      pinOf: 'your security key',
      isForOneUse: true,
      requesters: () => [ssh],
    });
    expect(text).toContain('Sallyport: the PIN of your security key is needed, for this one use of a key.');
    expect(text.split('\n').at(-1)).toBe('PIN:');
  });

  it('says what it allows beside, and for how long', () => {
    const text = (allows: 'this-use' | 'until-locked', keep?: KeepUnlocked) =>
      passphraseText({ key, requesters: () => [ssh, ssh], alsoAllows: () => allows }, keep);
    expect(text('until-locked')).toContain(
      'Unlocking allows this use, the first one; this program is not asked about again for this key at this user and host until Sallyport is locked.',
    );
    for (const lines of [text('this-use'), text('until-locked', { kind: 'once' })])
      expect(lines).toContain('Unlocking allows this use, the first one.\n');
    expect(passphraseText({ key, requesters: () => [ssh] })).not.toContain('allows');
  });

  it('begins with what was wrong with the last attempt', () => {
    const text = passphraseText({ key, requesters: () => [ssh], problem: 'That was wrong.' });
    expect(text.split('\n')[0]).toBe('That was wrong.');
  });

  it('stays small whatever the requesters and the key are called', () => {
    const long = '\u0007'.repeat(100_000);
    const process = {
      pid: 1,
      executable: long,
      parents: Array.from({ length: 500 }, () => ({ pid: 2, executable: long })),
      connections: Array.from({ length: 500 }, () => ({ address: long, port: 22 })),
    };
    const requesters = () => Array.from({ length: 500 }, () => ({ ...ssh, process }));
    const text = passphraseText({ key: { ...key, comment: long }, requesters, problem: long });
    expect(text.length).toBeLessThan(8000);
  });
});

describe('texts for a file that is being added', () => {
  it('names file, fingerprint and comment, and leaves out what the file hides', () => {
    const text = keyFileText({ path: '/home/me/id', comment: 'c', fingerprint: 'SHA256:x' });
    expect(text).toBe('Key file: /home/me/id\nKey: SHA256:x\nNamed (claimed): "c"\nPassphrase:');
    expect(keyFileText({ path: 'id', comment: '' })).toBe('Key file: id\nPassphrase:');
  });

  it('says what a costly decryption takes', () => {
    expect(costText('id', '40 s')).toContain('takes 40 s');
  });
});

describe('text of what waits', () => {
  it('says what to do, with which key, where that lives, and who asks for what and where to', () => {
    const text = waitingText({ key, livesIn: 'My token\nAllow: yes', requester: ssh, waitsFor: 'touch' });
    expect(text.split('\n')[0]).toBe('Sallyport: touch your security key.');
    expect(text).toContain('Key: ssh-ed25519 SHA256:abc');
    expect(text).toContain('Lives in: "My token<U+000A>Allow: yes"');
    expect(text).toContain('Asked by (observed): /usr/bin/ssh (process 4711) through unix-socket');
    expect(text).toContain('For (verified): SSH login as "git"');
    expect(text).toContain('example.org');
    const system = waitingText({ key, requester: ssh, waitsFor: 'system-dialog' });
    expect(system.split('\n')[0]).toBe('Sallyport: answer the window of the system.');
    expect(system).not.toContain('Lives in');
  });
});
