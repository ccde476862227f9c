// What a signature is for and where it goes, in words.
import { describe, expect, it } from 'vitest';
import type { HostFacts, UseFacts } from '../../../main/agent/facts/request-facts.ts';
import { keyUseLines } from '../../../main/terminal/key-use-text.ts';

const host: HostFacts = { fingerprint: 'SHA256:host', algorithm: 'ssh-ed25519' };

function text(change: Partial<UseFacts>): string {
  const purpose = { kind: 'ssh-login', user: 'git', service: 'ssh-connection' } as const;
  return keyUseLines({ purpose, forwarded: false, path: [], ...change }).join('\n');
}

describe('purpose', () => {
  it('is a login with its user, a signature with its namespace, or unknown with a warning', () => {
    expect(text({})).toContain('For (verified): SSH login as "git"');
    const sshsig = { kind: 'sshsig', namespace: 'file', hashAlgorithm: 'sha512' } as const;
    expect(text({ purpose: sshsig })).toContain('For (verified): a signature for "file"');
    expect(text({ purpose: { kind: 'unknown' } })).toContain('unknown data');
    expect(text({ purpose: { kind: 'unknown' } })).not.toContain('verified): a');
  });
});

describe('destination', () => {
  it('is verified by the host key, with the name that the person gave it', () => {
    const name = { names: ['a', 'b', 'c', 'd'], source: 'known_hosts', isRevoked: false } as const;
    const destination = { trust: 'verified', basis: 'session-bind', host: { ...host, name } } as const;
    expect(text({ destination })).toContain(
      'To (verified): ssh-ed25519 host key SHA256:host (a, b, c, as in known_hosts)',
    );
  });

  it('is pointed out when its host key is revoked', () => {
    const name = { names: [], source: 'putty', isRevoked: true } as const;
    const destination = { trust: 'verified', basis: 'signed-data', host: { ...host, name } } as const;
    expect(text({ destination })).toContain("(name hidden, as in PuTTY's host keys; MARKED AS REVOKED)");
  });

  it('is only observed when it is the connection of the process', () => {
    const destination = { trust: 'observed', address: '192.0.2.7', port: 22 } as const;
    expect(text({ destination })).toContain('To (observed): 192.0.2.7 port 22');
  });
});

describe('forwarding', () => {
  it('names the hosts on the way, up to four', () => {
    expect(text({ forwarded: true, path: [host, { ...host, fingerprint: 'SHA256:next' }] })).toContain(
      'through ssh-ed25519 host key SHA256:host, then ssh-ed25519 host key SHA256:next.',
    );
    expect(text({ forwarded: true, path: Array.from({ length: 6 }, () => host) })).toContain('and 2 more');
  });

  it('is never said to be excluded', () => {
    expect(text({ forwarded: false })).toContain('not as far as could be verified');
  });
});

it('warns about each contradiction in what the client said', () => {
  for (const problem of ['bind-refused', 'may-be-forwarded', 'other-session', 'other-host'] as const)
    expect(text({ problem })).toContain('Warning:');
  expect(text({})).not.toContain('Warning:');
});
