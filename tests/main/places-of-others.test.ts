// What others could have written, by the file or by a directory or link on the way to it: it decides nothing.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOpensshConfig } from '../../main/cli/agent/openssh-config.ts';
import { explainError } from '../../main/cli/parts/explain-error.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import { openLog } from '../../main/process/log.ts';
import { createActivityFile } from '../../main/stored/activity-file.ts';
import { createFileHostNames } from '../../main/stored/hosts/file-host-names.ts';
import { KeyFolder } from '../../main/stored/key-folder.ts';
import { keepLocalSecret, readLocalSecret } from '../../main/stored/local-secret.ts';
import { createPolicyJsonFile } from '../../main/stored/policy-json-file.ts';
import { defaultSettings } from '../../main/stored/settings/default-settings.ts';
import { openSettings } from '../../main/stored/settings/settings.ts';
import { createUpstreamsFile } from '../../main/stored/upstreams-file.ts';
import { ed25519Key } from '../fakes/test-key.ts';

const isRoot = process.geteuid?.() === 0;
const nobody = 65_534;
const now = new Date('2026-11-22T12:00:00Z');
const policy = { version: 1, defaultLevel: 'never', levels: {}, rules: [] } as const;

let dir: string;
let logged: string[];
const log = (line: string) => void logged.push(line);
const at = (name: string) => join(dir, name);
beforeEach(() => {
  logged = [];
  dir = mkdtempSync(join(tmpdir(), 'sallyport-places-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Each makes what lies at a path, or would, a thing that others could have written. */
const attacks: [string, (path: string) => void][] = [
  ['a directory that all may write to', () => chmodSync(dir, 0o777)],
  ['a directory that a shared group may write to', () => share(dir, 0o770)],
  ['a file that all may write to', (path) => chmodSync(path, 0o666)],
  ['a link into such a directory', throughLink],
];
if (isRoot)
  attacks.push(
    ['a file of another user in a directory like /tmp', ofAnotherIn(0o1777)],
    ['a directory of another user', (path) => chownSync(join(path, '..'), nobody, nobody)],
  );

function share(path: string, mode: number): void {
  // Who is not root has no other group to give it to, and none of their own has this name.
  if (isRoot) chownSync(path, 0, nobody);
  chmodSync(path, isRoot ? mode : mode | 0o002);
}

function throughLink(path: string): void {
  mkdirSync(at('shared'));
  chmodSync(at('shared'), 0o777);
  writeFileSync(at('shared/target'), readFileSync(path));
  rmSync(path);
  symlinkSync(at('shared/target'), path);
}

function ofAnotherIn(mode: number): (path: string) => void {
  return (path) => {
    chmodSync(dir, mode);
    chownSync(path, nobody, nobody);
  };
}

describe.skipIf(process.platform === 'win32').each(attacks)('by %s', (_, attack) => {
  it('rules allow nothing and are not written over, and that is said', async () => {
    const path = at('rules.json');
    writeFileSync(path, JSON.stringify(policy), { mode: 0o600 });
    attack(path);
    const file = createPolicyJsonFile(path, log);
    expect([file.load(), file.load()]).toEqual([null, null]);
    expect(logged).toEqual([expect.stringContaining(`The rules at ${path} are not used`)]);
    await expect(file.save(policy)).rejects.toThrow(/chmod go-w|another user/);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(policy);
  });

  it('other agents are not asked for keys, nor is the file written over, and that is said', async () => {
    const path = at('other-agents.json');
    const text = JSON.stringify({ version: 1, upstreams: ['/tmp/planted.sock'] });
    writeFileSync(path, text, { mode: 0o600 });
    attack(path);
    const file = createUpstreamsFile(path, log);
    expect(file.load()).toEqual([]);
    expect(logged).toEqual([expect.stringContaining(`The other agents in ${path} are not used`)]);
    await expect(file.change(() => [])).rejects.toThrow(/chmod go-w|another user/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('the secret makes nobody the person', () => {
    const path = at('local-secret');
    expect(keepLocalSecret(path)).toBeDefined();
    attack(path);
    expect(readLocalSecret(path)).toBeUndefined();
  });

  it('settings do not hold and are not written over, and that is said', async () => {
    const path = at('settings.json');
    const text = JSON.stringify({ version: 1, settings: { lockOnSuspend: false } });
    writeFileSync(path, text, { mode: 0o600 });
    attack(path);
    const store = await openSettings(path, now);
    expect(store.current).toEqual(defaultSettings);
    expect(store.problem).toContain(`The settings at ${path} are not used`);
    await expect(store.change({ lockOnSuspend: false })).rejects.toThrow(store.problem ?? '');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('activity is neither believed nor written there, and that is said', async () => {
    const path = at('activity.jsonl');
    writeFileSync(path, 'planted\n', { mode: 0o600 });
    attack(path);
    const file = createActivityFile({ path, log });
    expect(file.load().join('')).toBe('');
    file.append('mine');
    await file.flush();
    expect(readFileSync(path, 'utf8')).toBe('planted\n');
    expect(logged).toEqual([expect.stringContaining(`The activity can not be written to ${path}:`)]);
  });

  it('the configuration for ssh is not written there', async () => {
    const path = at('ssh-config');
    writeFileSync(path, 'planted', { mode: 0o600 });
    attack(path);
    const error: unknown = await writeOpensshConfig(path, '/agent.sock').catch((reason: unknown) => reason);
    expect(explainError(error)).toMatch(/chmod go-w|belongs to another user/);
    expect(explainError(error)).not.toContain('Unexpected');
    expect(readFileSync(path, 'utf8')).toBe('planted');
  });

  it('the log is not written there', async () => {
    const path = at('log.txt');
    writeFileSync(path, 'planted\n', { mode: 0o600 });
    attack(path);
    const file = openLog(path);
    file.line('mine');
    await file.flush();
    expect(readFileSync(path, 'utf8')).toBe('planted\n');
    expect(file.recent()[1]).toContain("the log file can't be written");
  });

  it('hosts have no names, and that is said', async () => {
    const path = at('known_hosts');
    const key = ed25519Key();
    writeFileSync(path, `a.example ssh-ed25519 ${Buffer.from(key.blob).toString('base64')}\n`, {
      mode: 0o600,
    });
    const files = { knownHosts: [path], puttyHostKeys: [], sshConfig: at('config') };
    const nameIn = () =>
      createFileHostNames({ files, elapsedMs: () => 0, log }).nameOf(parsePublicKey(key.blob));
    expect((await nameIn())?.names).toEqual(['a.example']);
    attack(path);
    expect(await nameIn()).toBeUndefined();
    expect(logged).toEqual([expect.stringContaining(`The hosts in ${path} have no names`)]);
  });

  it('keys neither come back nor are written over, and that is said', async () => {
    const file = readFileSync('tests/fixtures/keys/ed25519.openssh-aes256-ctr');
    const stored = { publicBlob: ed25519Key().blob, comment: Buffer.from('k'), confirm: 'no', file } as const;
    await new KeyFolder(at('keys')).save([stored]);
    expect((await new KeyFolder(at('keys')).restore(now)).keys).toHaveLength(1);
    const path = at('keys/index.json');
    const text = readFileSync(path, 'utf8');
    attack(path);
    const folder = new KeyFolder(at('keys'));
    const { keys, problems } = await folder.restore(now);
    expect(keys).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('others could have written them')]);
    await expect(folder.save([])).rejects.toThrow(/chmod go-w|another user/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe.skipIf(process.platform === 'win32')('a place that is mended', () => {
  it('has its rules back within a second', () => {
    const path = at('rules.json');
    writeFileSync(path, JSON.stringify(policy), { mode: 0o600 });
    chmodSync(dir, 0o777);
    const file = createPolicyJsonFile(path, log);
    expect(file.load()).toBeNull();
    chmodSync(dir, 0o700);
    expect([file.hasChanged(), file.load(), file.hasChanged()]).toEqual([true, policy, false]);
  });

  it('where rules were removed allows nothing until then', () => {
    chmodSync(dir, 0o777);
    expect(createPolicyJsonFile(at('rules.json'), log).load()).toBeNull();
  });

  it('has a new secret when others could have read the old one', () => {
    const path = at('local-secret');
    const before = keepLocalSecret(path);
    chmodSync(path, 0o644);
    const after = keepLocalSecret(path);
    expect(after).toBeDefined();
    expect(after).not.toEqual(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('gets no secret as long as it is open', () => {
    chmodSync(dir, 0o777);
    expect(keepLocalSecret(at('new/local-secret'))).toBeUndefined();
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('usual places', () => {
  it('are trusted: a home that others may look into, and a link to a directory of dotfiles', async () => {
    mkdirSync(at('home/dotfiles/config'), { recursive: true });
    chmodSync(at('home'), 0o755);
    symlinkSync('dotfiles/config', at('home/.config'));
    const path = at('home/.config/sallyport/rules.json');
    const file = createPolicyJsonFile(path, log);
    expect(file.load()).toBeUndefined();
    await file.save(policy);
    expect(file.load()).toEqual(policy);
    expect(keepLocalSecret(at('home/.config/sallyport/local-secret'))).toBeDefined();
    expect([logged, existsSync(path)]).toEqual([[], true]);
  });
});
