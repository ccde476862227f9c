// Every parser of text that others chose, given text that was made to keep it busy.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parseCygwinSocketFile } from '../../ipc/transports/cygwin/cygwin-socket-file.ts';
import { readActivityLine } from '../../main/agent/consent/activity/activity-entry.ts';
import { matchesPattern } from '../../main/agent/facts/wildcard-pattern.ts';
import { loadKeyFile } from '../../main/keys/files/load-key-file.ts';
import { parseKeyFile } from '../../main/keys/files/parse-key-file.ts';
import {
  formatPublicKeyLine,
  formatRfc4716,
  parsePublicKeyLine,
} from '../../main/keys/files/public-key-line.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import { nameAndPlace } from '../../main/process/error-name-and-place.ts';
import { redact } from '../../main/process/redact.ts';
import { createFileHostNames } from '../../main/stored/hosts/file-host-names.ts';
import { parseKnownHostsLine } from '../../main/stored/hosts/known-hosts.ts';
import { parsePuttyHostKey, parsePuttyHostKeyLine } from '../../main/stored/hosts/putty-host-keys.ts';
import { SshConfigHosts } from '../../main/stored/hosts/ssh-config-hosts.ts';
import { parseSettings } from '../../main/stored/settings/settings-document.ts';
import { foreignText, printableJson } from '../../text/foreign-text.ts';
import { cpuMs } from '../fakes/cheapest-run.ts';
import { ed25519Key } from '../fakes/test-key.ts';
import { fixtureText, publicLine } from './keys/fixtures.ts';

const directory = mkdtempSync(join(tmpdir(), 'sallyport-hostile-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = ed25519Key();
const base64 = Buffer.from(key.blob).toString('base64');
const publicKey = parsePublicKey(key.blob);
const entry = (comment: string) => JSON.stringify({ id: 1, key: { comment } });

function keyFile(text: string): void {
  parseKeyFile(Buffer.from(text));
}

const errorWith = (message: string) => Object.assign(new Error(message), { stack: `Error: ${message}` });

/** What each is given is put around the repeated part. */
const parsers: readonly (readonly [string, (text: string) => unknown, readonly string[]])[] = [
  [
    'a public key line',
    parsePublicKeyLine,
    ['%', 'ssh-ed25519%', 'ssh-ed25519 %x', `ssh-ed25519 ${base64} %x`, `%ssh-ed25519 ${base64} x`],
  ],
  [
    'a key file',
    keyFile,
    [
      '%',
      '-----BEGIN %',
      '-----BEGIN RSA PRIVATE KEY-----\n%-----END RSA PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----\n%: %\n-----END RSA PRIVATE KEY-----',
      '-----BEGIN OPENSSH PRIVATE KEY-----\n%\n-----END OPENSSH PRIVATE KEY-----',
      'PuTTY-User-Key-File-3: %\n',
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: %\n',
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: %\nPublic-Lines: 1\n%\n',
      `${fixtureText('ed25519.ppk')}%`,
    ],
  ],
  [
    'a line of known_hosts',
    parseKnownHostsLine,
    ['%', 'a%', '% ssh-ed25519 AAAA', `% ssh-ed25519 ${base64}`, '|1|%|% x AAAA', '@revoked %'],
  ],
  [
    "a line of PuTTY's host keys",
    parsePuttyHostKeyLine,
    ['%', 'rsa2@22:% 0x1,0x1', 'rsa2@22:x 0x%', 'rsa2@22:x %', '%@22:x 0x1,0x1', 'ssh-ed25519@22:x 0x%,0x%'],
  ],
  [
    'a value of the registry',
    (text) => parsePuttyHostKey({ name: `rsa2@22:${text}`, value: text }),
    ['%', '0x%,0x%'],
  ],
  ['a line of ssh_config', (text) => new SshConfigHosts().take(text), ['%', 'Host%', 'Host%=x', 'Host a%b']],
  ['a Cygwin socket file', parseCygwinSocketFile, ['%', '!<socket >1 s %']],
  ['a line of the activity', readActivityLine, ['%', '[%', '{"a":"%"}']],
  ['settings', parseSettings, ['%', '[%', '{"a":"%"}']],
  ['text for the log', redact, ['%', 'pass%', '-----BEGIN %']],
  ['an unexpected error', (text) => nameAndPlace(errorWith(text)), ['%', '\n    at %', '\n    at x (%)']],
  ['a comment to be shown', (text) => foreignText(text, 100), ['%']],
  ['a comment in JSON', (text) => printableJson({ comment: text }), ['%']],
  ['a comment in a public key line', (text) => formatPublicKeyLine(publicKey, text), ['%']],
  ['a comment in RFC 4716', (text) => formatRfc4716(publicKey, text), ['%']],
  ['a host name under a pattern', (text) => matchesPattern(text, `*${text}b`), ['%']],
  ['an activity entry', (text) => readActivityLine(entry(text)), ['%']],
];

const repeated = [
  ...[' ', '\t', '\n', '\r\n', '\0', '\u00a0', '\u3164', '\u0301', '\u202e', '\ud800', '🔑'],
  ...[
    'a',
    'A ',
    'a,',
    '0',
    '=',
    '/',
    '/:1:1',
    ':',
    '%41',
    '*',
    '[',
    '{"a":',
    '"',
    '\\',
    '-----BEGIN A-----\n',
  ],
];

function takenMs(work: () => unknown): number {
  const start = cpuMs();
  try {
    work();
  } catch {
    // A refusal is as good an answer as any; only its time counts.
  }
  return cpuMs() - start;
}

/** Long enough that no noise of a busy machine alone explains the growth below. */
const noteworthyMs = 200;

/**
 * The first length at which four times the text took more than ten times as long, in each of three tries; linear is
 * four, quadratic sixteen. Begins small, so that the exponential fails, too, and does not hang.
 */
function superlinearLength(parse: (text: string) => unknown, make: (length: number) => string) {
  const best = (text: string) =>
    Math.min(
      takenMs(() => parse(text)),
      takenMs(() => parse(text)),
    );
  for (let length = 1024; length < 1024 * 1024; length *= 4) {
    const [short, long] = [make(length), make(4 * length)];
    const grows = () => {
      const longMs = takenMs(() => parse(long));
      return longMs > noteworthyMs && longMs > 10 * best(short);
    };
    if (grows() && grows() && grows()) return length;
  }
  return undefined;
}

describe('1 MiB of hostile text', () => {
  it('is known by its growth, should a parser take quadratic time for it', () => {
    const quadratic = (text: string) => {
      const endMs = cpuMs() + 20 * (text.length / 1024) ** 2;
      while (cpuMs() < endMs);
    };
    expect(superlinearLength(quadratic, (length) => 'a'.repeat(length))).toBe(1024);
  });

  const cases = parsers.flatMap(([what, parse, frames]) => frames.map((frame) => ({ what, parse, frame })));
  it.each(cases)('takes no more than its length in $what: $frame', ({ parse, frame }) => {
    const bad = repeated.filter((part) => {
      const make = (length: number) =>
        frame.replaceAll('%', () => part.repeat(Math.ceil(length / part.length)));
      return superlinearLength(parse, make) !== undefined;
    });
    expect(bad).toEqual([]);
  });
});

describe('a hostile file', () => {
  const gib = 1024 ** 3;
  /** A number is the length of a file with nothing in it but zeros, which take no room on the disk. */
  const place = (name: string, contents: string | number): string => {
    const path = join(directory, name);
    writeFileSync(path, typeof contents === 'string' ? contents : '', { mode: 0o600 });
    if (typeof contents === 'number') truncateSync(path, contents);
    return path;
  };

  it.each([
    ['id.pub', 'spaces', ' '.repeat(80_000), /id\.pub is damaged/],
    ['id.pub', 'words and spaces', `a ${' '.repeat(380_000)}x`, /id\.pub is damaged/],
    ['id.pub', 'line ends', '\n'.repeat(390_000), /id\.pub is damaged/],
    ['id.pub', '900 KB', 'a '.repeat(450_000), /id\.pub is over 384 KiB, too long for a public key/],
    ['id-cert.pub', '900 KB', ' '.repeat(900_000), /id-cert\.pub is over 384 KiB, too long for a public key/],
    ['id.pub', '4 GiB', 4 * gib, /id\.pub is over 384 KiB, too long for a public key/],
  ])('%s of %s costs a warning, and no more', async (name, _what, contents, warning) => {
    const path = place('id', fixtureText('p256.openssh'));
    place(name, contents);
    const { file, certificate, warnings } = await loadKeyFile(path);
    rmSync(join(directory, name));
    expect(warnings).toEqual([expect.stringMatching(warning)]);
    expect([file.publicKey?.blob, certificate]).toEqual([publicLine('p256').publicKey.blob, undefined]);
  });

  it('in the place of a key is read no further than 1 MiB', async () => {
    await expect(loadKeyFile(place('id', 4 * gib))).rejects.toThrow(/This file is over 1 MiB/);
  });

  const name = `ssh-ed25519 ${base64}`;
  it.each([
    ['empty lines', '\n', ''],
    ['short lines', 'a b c\n', ''],
    ['spaces', ' ', ''],
    ['one endless line', 'a,', ''],
    ['lines of 60 KB', `${'a,'.repeat(30_000)} ${name}\n`, ''],
    ['one key under ever more names', `x ${name}\n`, ''],
    ['one key under ever more hashed names', `|1|AAAA|AAAAAAAAAAAAAAAAAAAAAAAAAAA= ${name}\n`, ''],
    ['ssh_config of names', '', 'Host a b c d e f g h\n'],
    ['ssh_config of spaces', '', ' '],
  ])('known_hosts of 4 MiB of %s leaves the loop to others', async (_what, part, config) => {
    const fill = (text: string, bytes: number) =>
      text === '' ? '' : text.repeat(Math.ceil(bytes / text.length));
    const logged: string[] = [];
    const names = createFileHostNames({
      files: {
        knownHosts: [place('known_hosts', `${fill(part, 4 * 1024 * 1024)}\nlast.example ${name}\n`)],
        puttyHostKeys: [],
        sshConfig: place('config', fill(config, 1024 * 1024 - 100)),
      },
      elapsedMs: () => 0,
      log: (line) => logged.push(line),
    });
    // Not all turns of the loop count: there are many while the disk is waited for.
    const givenAway = vi.spyOn(globalThis, 'setImmediate');
    await names.nameOf(publicKey);
    const turns = givenAway.mock.calls.length;
    givenAway.mockRestore();
    // One for each 128 KiB of the file, whatever is in it; one endless line is left out as a whole.
    if (`${part}${config}`.includes('\n')) expect(turns).toBeGreaterThan(20);
    expect(logged).toEqual([
      ...(part === '' ? [] : [expect.stringMatching(/known_hosts is over 4 MiB: hosts that come later/)]),
    ]);
  });
});
