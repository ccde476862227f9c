// The search as a whole, in an invented profile with real files.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FoundKeyFiles, findKeyFiles } from '../../../main/get-started/find-key-files.ts';
import { settle } from '../../fakes/settle.ts';
import { inventedRegistry } from './sources/invented-registry.ts';

let home: string;
let ssh: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-found-'));
  ssh = join(home, '.ssh');
  mkdirSync(ssh, { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const fixture = (name: string, to: string) => {
  cpSync(join('tests/fixtures/keys', name), to);
  chmodSync(to, 0o600);
};
const sessions = 'Software\\SimonTatham\\PuTTY\\Sessions';
/** Sessions of PuTTY that name these files. */
const find = (...paths: string[]) =>
  findKeyFiles({
    platform: 'linux',
    env: {},
    home,
    registry: inventedRegistry(
      Object.fromEntries(paths.map((path, index) => [`${sessions}\\s${index}`, { PublicKeyFile: path }])),
    ),
  });

describe('~/.ssh', () => {
  it('has each key whatever its name, and nothing that is none', async () => {
    fixture('ed25519.openssh-aes256-ctr', join(ssh, 'work'));
    fixture('ed25519.pub', join(ssh, 'work.pub'));
    fixture('p256.openssh', join(ssh, 'id_ecdsa'));
    for (const name of ['known_hosts', 'config', 'authorized_keys', 'notes.txt'])
      writeFileSync(join(ssh, name), 'some text\n');
    mkdirSync(join(ssh, 'folder'));
    const { files, notes } = await find();
    expect(notes).toEqual([]);
    expect(files).toMatchObject([
      {
        path: join(ssh, 'id_ecdsa'),
        origins: [{ source: 'ssh-folder' }],
        facts: { isEncrypted: false, keyKind: 'ECDSA P-256' },
      },
      { path: join(ssh, 'work'), facts: { isEncrypted: true, keyKind: 'Ed25519' } },
    ]);
    expect(files[1]?.facts?.fingerprint).toMatch(/^SHA256:/);
  });

  it('is not held up by a fifo, a huge file or links in a circle, and says what can’t be read', async () => {
    execFileSync('mkfifo', [join(ssh, 'id_fifo')]);
    writeFileSync(join(ssh, 'id_huge'), '');
    truncateSync(join(ssh, 'id_huge'), 50 * 1024 ** 3);
    symlinkSync('id_b', join(ssh, 'id_a'));
    symlinkSync('id_a', join(ssh, 'id_b'));
    symlinkSync('/dev/zero', join(ssh, 'id_zero'));
    const { files } = await find();
    expect(files.map(({ path, problem }) => [path.slice(ssh.length + 1), problem])).toEqual([
      ['id_a', 'leads round in a circle'],
      ['id_b', 'leads round in a circle'],
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('says which file it may not read', async () => {
    fixture('ed25519.openssh', join(ssh, 'id_closed'));
    chmodSync(join(ssh, 'id_closed'), 0);
    expect((await find()).files).toMatchObject([{ problem: "can't be read: permission denied" }]);
  });

  it('of very many entries is not gone through to its end, and that is said', async () => {
    fixture('ed25519.openssh', join(home, 'id'));
    execFileSync('sh', ['-c', 'cd "$1" && seq 1001 | xargs touch', 'sh', ssh]);
    const { files, notes } = await find(join(home, 'id'));
    expect(files).toHaveLength(1);
    expect(notes).toEqual(['Your folder .ssh holds so many files that only some were looked at.']);
  });

  it('that is not there is nothing', async () => {
    rmSync(ssh, { recursive: true });
    expect(await find()).toEqual({ files: [], notes: [] });
  });
});

describe('a file that a program names', () => {
  it('is shown once with all who name it, and said of when it is no key or not there', async () => {
    fixture('ed25519.ppk-argon2id', join(ssh, 'key.ppk'));
    writeFileSync(join(home, 'letter'), 'Dear Bob');
    const { files } = await find(
      join(ssh, 'key.ppk'),
      join(ssh, 'key.ppk'),
      join(home, 'letter'),
      join(home, 'gone'),
    );
    expect(files).toMatchObject([
      {
        origins: [{ source: 'ssh-folder' }, { source: 'putty', name: 's0' }, { source: 'putty', name: 's1' }],
        facts: { isEncrypted: true },
      },
      { path: join(home, 'letter'), problem: 'is no private key file' },
      { path: join(home, 'gone'), problem: 'is not there' },
    ]);
  });

  it('is one of 200 at the most', async () => {
    const { files, notes } = await find(...Array.from({ length: 1500 }, (_, at) => join(home, `k${at}`)));
    expect(files).toHaveLength(200);
    expect(notes).toEqual(['There are more than 200 files; the rest are not shown.']);
  });

  it('tells that a program can’t be asked, and goes on', async () => {
    fixture('ed25519.openssh', join(ssh, 'id'));
    const broken = () => Promise.reject(new Error('no registry'));
    const found = await findKeyFiles({
      platform: 'linux',
      env: {},
      home,
      registry: { keys: broken, string: broken, strings: broken },
    });
    expect(found.files).toHaveLength(1);
    expect(found.notes).toContain('PuTTY’s saved sessions can’t be read, and were left out.');
  });
});

describe('disks that do not answer', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keep no more than two threads, however often is looked, and all is found when they answer again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    for (const name of ['a', 'b', 'c', 'd']) fixture('ed25519.openssh', join(ssh, name));
    const waiting: (() => void)[] = [];
    const hangs = () =>
      new Promise<{ kind: 'no-key' }>((resolve) => waiting.push(() => resolve({ kind: 'no-key' })));
    const search = async () => {
      let found: FoundKeyFiles | undefined;
      void findKeyFiles({ platform: 'linux', env: {}, home, registry: undefined }, hangs).then((all) => {
        found = all;
      });
      while (found === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        // Not while real disks are read, which know no invented time.
        if (waiting.length > 0) await vi.advanceTimersByTimeAsync(100);
      }
      return found;
    };
    const { files, notes } = await search();
    expect(files.map(({ problem }) => problem)).toEqual(['did not answer in time', 'did not answer in time']);
    expect(notes).toEqual(['Some disks did not answer in time, so not all files were looked at.']);
    expect((await search()).files).toEqual([]);
    expect(waiting).toHaveLength(2);
    for (const end of waiting) end();
    vi.useRealTimers();
    await settle();
    expect((await find()).files).toHaveLength(4);
  });
});

it('reads WinSCP.ini, FileZilla’s sites and KeeAgent’s presence on Linux only where they are there', async () => {
  mkdirSync(join(home, '.config/filezilla'), { recursive: true });
  fixture('ed25519.openssh', join(home, 'key'));
  writeFileSync(
    join(home, '.config/filezilla/sitemanager.xml'),
    `<Server><Keyfile>${home}/key</Keyfile><Name>site</Name></Server>`,
  );
  expect((await find()).files).toMatchObject([{ origins: [{ source: 'filezilla', name: 'site' }] }]);
});
