// The names that the core asks for, read from real files that change.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { createFileHostNames, maxHostFileBytes } from '../../../../main/stored/hosts/file-host-names.ts';
import { hostFiles } from '../../../../main/stored/hosts/host-files.ts';
import { ed25519Key, rsaKey, type TestKey } from '../../../fakes/test-key.ts';

let dir: string;
let nowMs: number;
let logged: string[];
beforeEach(() => {
  logged = [];
  dir = mkdtempSync(join(tmpdir(), 'sallyport-hosts-'));
  nowMs = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const knownHosts = () => join(dir, 'known_hosts');
const line = (name: string, key: TestKey) =>
  `${name} ssh-ed25519 ${Buffer.from(key.blob).toString('base64')}\n`;

function hostNames(more: Partial<Parameters<typeof createFileHostNames>[0]> = {}) {
  return createFileHostNames({
    files: { knownHosts: [knownHosts()], puttyHostKeys: [], sshConfig: join(dir, 'config') },
    elapsedMs: () => nowMs,
    log: (line) => logged.push(line),
    ...more,
  });
}

describe('names from files', () => {
  const key = ed25519Key();
  const hostKey = parsePublicKey(key.blob);

  it('knows nothing where there are no files', async () => {
    expect(await hostNames().nameOf(hostKey)).toBeUndefined();
  });

  it('notices a file that came, changed and went, but does not look all the time', async () => {
    const names = hostNames();
    expect(await names.nameOf(hostKey)).toBeUndefined();
    writeFileSync(knownHosts(), line('a.example', key));
    expect(await names.nameOf(hostKey)).toBeUndefined();
    nowMs += 1000;
    expect((await names.nameOf(hostKey))?.names).toEqual(['a.example']);
    writeFileSync(knownHosts(), line('b.example', key));
    utimesSync(knownHosts(), 1, 1);
    nowMs += 1000;
    expect((await names.nameOf(hostKey))?.names).toEqual(['b.example']);
    rmSync(knownHosts());
    nowMs += 1000;
    expect(await names.nameOf(hostKey)).toBeUndefined();
  });

  it("adds PuTTY's registry, and survives its failure", async () => {
    const rsa = rsaKey(1024);
    const jwk = rsa.keyObject.export({ format: 'jwk' });
    const hex = (part: string | undefined) => `0x${Buffer.from(part ?? '', 'base64url').toString('hex')}`;
    const value = `${hex(jwk.e)},${hex(jwk.n)}`;
    const fromRegistry = hostNames({
      readPuttyRegistry: () => Promise.resolve([{ name: 'rsa2@22:db.example', value }]),
    });
    expect(await fromRegistry.nameOf(parsePublicKey(rsa.blob))).toEqual({
      names: ['db.example'],
      source: 'putty',
      isRevoked: false,
    });
    writeFileSync(knownHosts(), line('a.example', key));
    const broken = hostNames({ readPuttyRegistry: () => Promise.reject(new Error('no registry')) });
    expect((await broken.nameOf(hostKey))?.names).toEqual(['a.example']);
  });

  it('reads no more than its bound, and no half line', async () => {
    const comment = '#'.repeat(maxHostFileBytes - 40);
    writeFileSync(knownHosts(), `${comment}\n${line('cut.example', key)}`);
    expect(await hostNames().nameOf(hostKey)).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('does not wait for a fifo in place of a file', async () => {
    execFileSync('mkfifo', [knownHosts()]);
    expect(await hostNames().nameOf(hostKey)).toBeUndefined();
  });

  it('answers many questions at once from one reading', async () => {
    writeFileSync(knownHosts(), line('a.example', key).repeat(3000));
    const names = hostNames();
    const answers = await Promise.all(Array.from({ length: 50 }, () => names.nameOf(hostKey)));
    expect(new Set(answers.map((answer) => answer?.names[0]))).toEqual(new Set(['a.example']));
  });
});

describe('where the files are', () => {
  it('follows PuTTY and OpenSSH on Linux', () => {
    const files = hostFiles('linux', {}, '/home/me');
    expect(files.knownHosts).toContain('/home/me/.ssh/known_hosts');
    expect(files.puttyHostKeys).toEqual([
      '/home/me/.putty/sshhostkeys',
      '/home/me/.config/putty/sshhostkeys',
    ]);
    expect(hostFiles('linux', { PUTTYSSHHOSTKEYS: '/k' }, '/home/me').puttyHostKeys).toEqual(['/k']);
  });

  it('follows OpenSSH on Windows, where PuTTY has the registry', () => {
    const files = hostFiles('win32', { ProgramData: 'D:\\Data' }, 'C:\\Users\\me');
    expect(files.knownHosts).toContain('C:\\Users\\me\\.ssh\\known_hosts');
    expect(files.knownHosts).toContain('D:\\Data\\ssh\\ssh_known_hosts');
    expect(files.puttyHostKeys).toEqual([]);
  });
});
