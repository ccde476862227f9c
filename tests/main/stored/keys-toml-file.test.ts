// keys.toml: what it may say, that it is the person's, and that we only ever add to it.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isHostOfKey, keysTomlEntry, readKeysToml } from '../../../main/stored/keys-toml.ts';
import { addHostsOfKey, createKeysTomlFile } from '../../../main/stored/keys-toml-file.ts';

const key = `SHA256:${'a'.repeat(43)}`;
let dir: string;
let path: string;
let logged: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  path = join(dir, 'keys.toml');
  logged = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = () => createKeysTomlFile(path, (line) => logged.push(line));

describe('what it says', () => {
  it('adds up for one key, which may be named by its public line', () => {
    const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIJJr1mG1JxOaWnTgAVDkT8UlC3oZ2ICXEUQIkdvTjc/ me@work';
    const { hosts, problems } = readKeysToml(
      `[[key]]\nkey = "${key}"\nhosts = ["a"]\n[[key]]\nkey = "${key}"\nhosts = ["b"]\n[[key]]\nkey = "${line}"\nhosts = ["c"]`,
    );
    expect(problems).toEqual([]);
    expect(hosts.get(key)).toEqual(['a', 'b']);
    expect([...hosts.values()]).toContainEqual(['c']);
  });

  it('is told by line and column where it is no TOML, and sets nothing then', () => {
    const { hosts, problems } = readKeysToml(`[[key]]\nkey = ${key}`);
    expect(hosts.size).toBe(0);
    expect(problems).toEqual([expect.stringMatching(/^line 2, column \d+: this is no TOML$/)]);
  });

  it('counts as far as it is understood, and the rest is told', () => {
    const text = `[[key]]\nkey = "${key}"\nhosts = ["a b", "good"]\nlevel = "always"\n[[key]]\nkey = "mine"\n[[key]]\nhosts = 3`;
    const { hosts, problems } = readKeysToml(text);
    expect([...hosts]).toEqual([[key, ['good']]]);
    expect(problems.map((problem) => problem.slice(0, 20))).toEqual([
      'entry 1: “a b” is no',
      'entry 1: “level” is ',
      'entry 2: “key” is a ',
      'entry 3: it has “key',
    ]);
    expect(readKeysToml('keys = 1').problems).toHaveLength(1);
  });

  it('is what an entry of ours said, whatever a name has in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string().filter(isHostOfKey), { maxLength: 3 }),
        (name, hosts) => {
          expect(readKeysToml(keysTomlEntry(key, name, hosts))).toEqual({
            hosts: new Map([[key, hosts]]),
            problems: [],
          });
        },
      ),
    );
  });
});

describe('the file', () => {
  it('is read again as soon as it has changed', () => {
    const file = open();
    expect(file.current.size).toBe(0);
    writeFileSync(path, keysTomlEntry(key, 'me', ['host']));
    expect(file.current.get(key)).toEqual(['host']);
    rmSync(path);
    expect(file.current.size).toBe(0);
    expect(logged).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'is not used, nor added to, where others could have written it',
    async () => {
      writeFileSync(path, keysTomlEntry(key, 'me', ['host']));
      chmodSync(path, 0o666);
      expect(open().current.size).toBe(0);
      expect(logged).toEqual([expect.stringContaining('others could have written it')]);
      await expect(addHostsOfKey(path, key, 'me', ['other'])).rejects.toThrow();
    },
  );

  it('is added to at its end, once, and keeps what the person wrote', async () => {
    const theirs = `# mine\r\n[[key]]  # first\nkey='${key}'\nhosts=["a"]`;
    writeFileSync(path, theirs, { mode: 0o600 });
    await addHostsOfKey(path, key, 'me "x"', ['a', 'git@b']);
    await addHostsOfKey(path, key, 'me', ['git@b']);
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(`${theirs}\n\n[[key]]\nname = "me \\"x\\""\nkey = "${key}"\nhosts = ["git@b"]\n`);
    expect(open().current.get(key)).toEqual(['a', 'git@b']);
  });

  it('is left as it is where it is not understood', async () => {
    writeFileSync(path, 'key = [', { mode: 0o600 });
    await expect(addHostsOfKey(path, key, 'me', ['a'])).rejects.toThrow('line 1, column');
    expect(readFileSync(path, 'utf8')).toBe('key = [');
  });
});
