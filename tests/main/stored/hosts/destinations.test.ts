// Hosts that a key is restricted to, from their names to what the agent enforces.
import { createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  encodeDestinationConstraints,
  parseDestinationConstraints,
} from '../../../../main/agent/ring/destination-constraints.ts';
import { DestinationError, destinationsFor } from '../../../../main/stored/hosts/destinations.ts';
import { hostNamesToOffer, readKnownHosts } from '../../../../main/stored/hosts/read-known-hosts.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-known-'));
  path = join(dir, 'known_hosts');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const [a, b, ca] = [ed25519Key(), ed25519Key(), ed25519Key()];
const line = (start: string, key: TestKey) =>
  `${start} ssh-ed25519 ${Buffer.from(key.blob).toString('base64')}\n`;

async function to(text: string, ...steps: string[]) {
  writeFileSync(path, text);
  return destinationsFor(steps, await readKnownHosts([join(dir, 'none'), path]));
}

async function refused(text: string, ...steps: string[]): Promise<string> {
  const error = await to(text, ...steps).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DestinationError);
  return (error as DestinationError).message;
}

const origin = { user: '', hostName: '', keys: [] };
const spec = (key: TestKey, isCertificateAuthority = false) => ({ blob: key.blob, isCertificateAuthority });

describe('a restriction', () => {
  it('names each host, with its user, and each step, with all keys that known_hosts has', async () => {
    const text = `${line('web,1.2.3.4', a)}${line('web', b)}${line('inner', b)}`;
    expect(await to(text, 'git-*@WEB', 'web>inner')).toEqual([
      { from: origin, to: { user: 'git-*', hostName: 'web', keys: [spec(a), spec(b)] } },
      {
        from: { user: '', hostName: 'web', keys: [spec(a), spec(b)] },
        to: { user: '', hostName: 'inner', keys: [spec(b)] },
      },
    ]);
  });

  it('is the same when an agent has read it', async () => {
    const text = `${line('web', a)}${line('@cert-authority *.example.com', ca)}`;
    const constraints = await to(text, 'me@web', 'web>x.example.com');
    expect(parseDestinationConstraints(encodeDestinationConstraints(constraints))).toEqual(constraints);
  });

  it('finds a host that is kept hashed, at another port, by its address, and by a pattern but those that are excepted', async () => {
    const salt = Buffer.alloc(20, 7);
    const hash = createHmac('sha1', salt).update('[hidden]:2222').digest('base64');
    const text = `${line(`|1|${salt.toString('base64')}|${hash}`, a)}${line('*.example.com,!bad.example.com,::1', b)}`;
    const hostKeys = async (step: string) => (await to(text, step))[0]?.to.keys;
    expect(await hostKeys('[hidden]:2222')).toEqual([spec(a)]);
    expect(await hostKeys('x.example.com')).toEqual([spec(b)]);
    expect(await hostKeys('[::1]')).toEqual([spec(b)]);
    expect(await refused(text, 'bad.example.com')).toContain('is not in known_hosts');
  });

  it('names authorities, by the bare name where the host is at another port, as certificates have no ports', async () => {
    const text = `${line('@cert-authority [web]:2222', ca)}${line('[web]:2222', a)}`;
    expect(await to(text, '[web]:2222')).toEqual([
      { from: origin, to: { user: '', hostName: '[web]:2222', keys: [spec(a)] } },
      { from: origin, to: { user: '', hostName: 'web', keys: [spec(ca, true)] } },
    ]);
  });

  it('leaves out keys that are revoked, wherever that stands', async () => {
    const text = `${line('web', a)}${line('web', b)}${line('@cert-authority web', ca)}${line('@revoked *', a)}${line('@revoked other', ca)}`;
    expect((await to(text, 'web'))[0]?.to.keys).toEqual([spec(b)]);
    expect(await refused(`${line('web', a)}${line('@revoked web', a)}`, 'web')).toContain('revoked');
  });

  it.each([
    ['nowhere', 'is not in known_hosts, so that its key is not known. Log in there once with ssh'],
    ['web', 'It is known there as “[web]:2222”'],
    ['*.example.com', 'A host is named in full here'],
    ['git@', 'names no host'],
    ['', 'names no host'],
    ['>[web]:2222', 'names no host'],
    ['me@[web]:2222>[web]:2222', 'a user before the “>”'],
    ['a>b>c', 'more than two hosts'],
    ['dsa', 'prove nothing to an agent'],
    ['\u202eodd', 'is not in known_hosts'],
  ])('is refused for “%s”: %s', async (step, message) => {
    const dsa = Buffer.from('000000077373682d647373', 'hex').toString('base64');
    const text = `${line('[web]:2222', a)}dsa ssh-dss ${dsa}\n`;
    const problem = await refused(text, step);
    expect(problem).toContain(message);
    expect(problem).not.toContain('\u202e');
  });

  it('is refused without any host, and for more than a key can have', async () => {
    expect(await refused('')).toBe('No host was named.');
    const hundred = Array.from({ length: 100 }, (_, n) => `h${n}`);
    const text = hundred.map((host) => line(host, a)).join('');
    expect(await to(text, ...hundred)).toHaveLength(100);
    expect(await refused(text, ...hundred, 'h0')).toContain('Name fewer');
  });

  it.skipIf(process.platform === 'win32')(
    'goes by no known_hosts that others could have written',
    async () => {
      writeFileSync(path, line('web', a));
      chmodSync(path, 0o666);
      const known = await readKnownHosts([path]);
      expect(known.entries).toEqual([]);
      expect(() => destinationsFor(['web'], known)).toThrow(/is not in known_hosts.*have no names here\./);
    },
  );

  it('is never wider than what was asked for, whatever the words', () => {
    const known = { entries: [], problems: [] };
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 3 }), (steps) => {
        expect(() => destinationsFor(steps, known)).toThrow(DestinationError);
      }),
    );
  });
});

describe('hosts that are offered', () => {
  it('are those in clear, once each, but no patterns, authorities or revoked ones, and those of ssh’s config', async () => {
    const config = join(dir, 'config');
    writeFileSync(
      path,
      [
        ...[line('web,[web]:2222,*.x,!y', a), line('web', b), line('@cert-authority ca', ca)],
        ...[line('@revoked old', b), line('|1|AAAA|AAAA', b), '# comment\n', 'damaged\n'],
      ].join(''),
    );
    writeFileSync(config, 'Host alias *.pattern\n  HostName full.example.com\n  Port 2200\n');
    expect(await hostNamesToOffer({ knownHosts: [path], sshConfig: config })).toEqual([
      '[web]:2222',
      'alias',
      'full.example.com',
      'web',
    ]);
    expect(await hostNamesToOffer({ knownHosts: [dir], sshConfig: dir })).toEqual([]);
  });
});
