// Names for host keys from known_hosts.
import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { HostKeyIndex } from '../../../../main/stored/hosts/host-key-index.ts';
import { parseKnownHostsLine } from '../../../../main/stored/hosts/known-hosts.ts';
import { SshConfigHosts } from '../../../../main/stored/hosts/ssh-config-hosts.ts';
import { cheapestRunMs } from '../../../fakes/cheapest-run.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

const base64 = (key: TestKey) => Buffer.from(key.blob).toString('base64');
const plain = (key: TestKey) => `ssh-ed25519 ${base64(key)}`;

function index(lines: readonly string[], guesses: readonly string[] = []): HostKeyIndex {
  const known = new HostKeyIndex(guesses);
  for (const line of lines) {
    const entry = parseKnownHostsLine(line);
    if (entry) known.take(entry);
  }
  return known;
}

function sshConfigHosts(lines: readonly string[]): readonly string[] {
  const hosts = new SshConfigHosts();
  for (const line of lines) hosts.take(line);
  return hosts.names();
}

function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

interface CertificateOptions {
  readonly principals: readonly string[];
  readonly type?: number;
  readonly validBefore?: bigint;
}

/** A host certificate whose signature nobody checks here: the caller of `nameOf` has. */
function hostCertificate(host: TestKey, authority: TestKey, options: CertificateOptions) {
  const principals = new WireWriter();
  for (const principal of options.principals) principals.text(principal);
  const point = host.blob.subarray(host.blob.length - 32);
  return parsePublicKey(
    new WireWriter()
      .text('ssh-ed25519-cert-v01@openssh.com')
      .string(randomBytes(32))
      .string(point)
      .uint64(1n)
      .uint32(options.type ?? 2)
      .text('a host')
      .string(principals.finish())
      .uint64(0n)
      .uint64(options.validBefore ?? 2n ** 64n - 1n)
      .text('')
      .text('')
      .text('')
      .string(authority.blob)
      .string(new Uint8Array(83))
      .finish(),
  );
}

const host = ed25519Key();
const other = ed25519Key();
const hostKey = parsePublicKey(host.blob);

describe('host keys in known_hosts', () => {
  it('names a key by its host names before its addresses', () => {
    const known = index([`192.0.2.7,db.example,[db.example]:2222 ${plain(host)} a comment`]);
    expect(known.nameOf(hostKey)).toEqual({
      names: ['db.example', '[db.example]:2222', '192.0.2.7'],
      source: 'known_hosts',
      isRevoked: false,
    });
  });

  it('does not know another key of the same host', () => {
    expect(index([`db.example ${plain(host)}`]).nameOf(parsePublicKey(other.blob))).toBeUndefined();
  });

  it('collects the names of several lines with the same key', () => {
    const known = index([`b.example ${plain(host)}`, `a.example ${plain(host)}`]);
    expect(known.nameOf(hostKey)?.names).toEqual(['b.example', 'a.example']);
  });

  it('leaves out negated patterns and puts wildcards last', () => {
    const known = index([`*.example,!bad.example,db.example ${plain(host)}`]);
    expect(known.nameOf(hostKey)?.names).toEqual(['db.example', '*.example']);
  });

  it('says that a key is known whose name is hashed', () => {
    expect(index([`${hashed('secret.example')} ${plain(host)}`]).nameOf(hostKey)).toEqual({
      names: [],
      source: 'known_hosts',
      isRevoked: false,
    });
  });

  it('finds a hashed name that ssh_config mentions', () => {
    const guesses = sshConfigHosts(['Host short', '  HostName secret.example', '  Port 2222', 'Host *']);
    const known = index(
      [`${hashed('[secret.example]:2222')} ${plain(host)}`, `${hashed('short')} ${plain(other)}`],
      guesses,
    );
    expect(known.nameOf(hostKey)?.names).toEqual(['[secret.example]:2222']);
    expect(known.nameOf(parsePublicKey(other.blob))?.names).toEqual(['short']);
  });

  it('marks a revoked key, named or not', () => {
    const known = index([`db.example ${plain(host)}`, `@revoked * ${plain(host)}`]);
    expect(known.nameOf(hostKey)).toMatchObject({ names: ['db.example'], isRevoked: true });
    expect(index([`@revoked * ${plain(host)}`]).nameOf(hostKey)).toMatchObject({
      names: [],
      isRevoked: true,
    });
  });

  it('skips comments, empty lines, unknown markers and hashes, and lines that are cut', () => {
    const lines = [
      '',
      '# db.example',
      '@new-marker db.example ssh-ed25519 AAAA',
      'db.example',
      '|2|a|b x AAAA',
      '|1|a|b x AAAA',
    ];
    for (const line of lines) expect(parseKnownHostsLine(line)).toBeUndefined();
  });

  it('reads lines with carriage returns, tabs and spaces in front', () => {
    expect(index([`  db.example\t${plain(host)}\r`]).nameOf(hostKey)?.names).toEqual(['db.example']);
  });
});

describe('host certificates', () => {
  const authority = ed25519Key();
  const trusted = index([`@cert-authority *.example,!bad.example ${plain(authority)}`]);

  it('gives the principals for which the authority is trusted', () => {
    const key = hostCertificate(host, authority, {
      principals: ['db.example', 'bad.example', 'db.elsewhere'],
    });
    expect(trusted.nameOf(key)).toEqual({ names: ['db.example'], source: 'known_hosts', isRevoked: false });
  });

  it.each([
    ['another authority', other, {}],
    ['a certificate for users', authority, { type: 1 }],
    ['an expired certificate', authority, { validBefore: 1n }],
  ])('takes no name from %s', (_, signer, options) => {
    const key = hostCertificate(host, signer, { principals: ['db.example'], ...options });
    expect(trusted.nameOf(key)).toBeUndefined();
  });

  it('does not take an authority for a host', () => {
    expect(trusted.nameOf(parsePublicKey(authority.blob))).toBeUndefined();
  });

  it('marks a certificate of a revoked authority', () => {
    const known = index([`@cert-authority * ${plain(authority)}`, `@revoked * ${plain(authority)}`]);
    const key = hostCertificate(host, authority, { principals: ['db.example'] });
    expect(known.nameOf(key)?.isRevoked).toBe(true);
  });
});

describe('a key with 64,000 names', () => {
  it.each([
    ['host names', (n: number) => `host${n}.example`],
    ['addresses', (n: number) => `10.0.${n >> 8}.${n & 255}`],
  ])('is named by a few of them in a moment: %s', async (_, nameOf) => {
    const names = Array.from({ length: 64_000 }, (__, n) => nameOf(n));
    const lines = Array.from({ length: 1000 }, (__, n) => names.slice(64 * n, 64 * n + 64).join(','));
    const known = index(lines.map((each) => `${each} ${plain(host)}`));
    const key = parsePublicKey(host.blob);
    expect(known.nameOf(key)?.names).toEqual(names.slice(0, 8));
    expect(await cheapestRunMs(() => known.nameOf(key))).toBeLessThan(20);
  });
});

describe('hosts by address', () => {
  it('finds the other names of the host at an address and port', async () => {
    const known = index([`db.example,192.0.2.7 ${plain(host)}`, `[192.0.2.7]:2222 ${plain(other)}`]);
    expect((await known.nameAt('192.0.2.7', 22))?.names).toEqual(['db.example', '192.0.2.7']);
    expect((await known.nameAt('192.0.2.7', 2222))?.names).toEqual(['[192.0.2.7]:2222']);
    expect(await known.nameAt('192.0.2.8', 22)).toBeUndefined();
  });

  it('finds a hashed address', async () => {
    const known = index([`${hashed('192.0.2.7')} ${plain(host)}`, `db.example ${plain(host)}`]);
    expect((await known.nameAt('192.0.2.7', 22))?.names).toEqual(['db.example']);
  });

  it('respects a negated pattern', async () => {
    expect(await index([`192.0.2.*,!192.0.2.7 ${plain(host)}`]).nameAt('192.0.2.7', 22)).toBeUndefined();
  });

  it('leaves the loop to others while it compares an address with 5000 hashed names, and does so once', async () => {
    const known = index(Array.from({ length: 5000 }, () => `|1|AAAA|${'A'.repeat(27)}= ${plain(host)}`));
    let turns = 0;
    const counted = async (names: Promise<unknown>) => {
      const before = turns;
      let isDone = false;
      const count = () => {
        turns++;
        if (!isDone) setImmediate(count);
      };
      setImmediate(count);
      await names;
      isDone = true;
      return turns - before;
    };
    expect(await counted(known.nameAt('192.0.2.7', 22))).toBeGreaterThan(50);
    expect(await counted(known.nameAt('192.0.2.7', 22))).toBeLessThan(5);
  });
});
