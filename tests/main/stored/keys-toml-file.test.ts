// keys.toml: what it may say, that it is the person's, and that we only ever add to it.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localPath } from '../../../main/get-started/files/local-path.ts';
import { isHostOfKey, keysTomlEntry, readKeysToml } from '../../../main/stored/keys-toml.ts';
import {
  addHostsOfKey,
  KeysTomlFile,
  type KeysTomlFileOptions,
} from '../../../main/stored/keys-toml-file.ts';

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

/** A millisecond goes by from one look to the next. */
function open(more: Partial<KeysTomlFileOptions> = {}): KeysTomlFile {
  let nowMs = 0;
  return new KeysTomlFile(path, { log: (line) => logged.push(line), elapsedMs: () => ++nowMs, ...more });
}

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
    const text = `[[key]]\nkey = "${key}"\nhosts = [\n  "a b", "good"]\nlevels = "always"\n[[key]]\nkey = "mine"\n[[key]]\nhosts = 3`;
    const { hosts, problems } = readKeysToml(text);
    expect([...hosts]).toEqual([[key, ['good']]]);
    expect(problems.map((problem) => problem.slice(0, 20))).toEqual([
      'line 4: “a b” is no ',
      'line 5: “levels” is ',
      'line 7: “key” is a f',
      'line 8: it has “key”',
    ]);
    expect(readKeysToml('keys = 1').problems).toHaveLength(1);
  });

  it('is what an entry of ours said, whatever a name has in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string().filter(isHostOfKey), { maxLength: 3 }),
        (name, hosts) => {
          const { hosts: read, problems } = readKeysToml(keysTomlEntry(key, name, hosts));
          expect({ read, problems }).toEqual({ read: new Map([[key, hosts]]), problems: [] });
        },
      ),
    );
  });
});

describe('order and level', () => {
  const entry = (...lines: string[]) => `[[key]]\nkey = "${key}"\n${lines.join('\n')}\n`;

  it('are the lowest and the strictest of all entries of a key', () => {
    const { orders, levels, problems } = readKeysToml(
      entry('hosts = ["a"]', 'order = 3', 'level = "new"') +
        entry('hosts = ["b"]', 'order = 2', 'level = "never"') +
        entry('level = "forwarded"'),
    );
    expect([orders.get(key), levels.get(key), problems]).toEqual([2, 'new', []]);
  });

  it.each([
    ['order = -1', 'line 3: “order” is a number'],
    ['order = "1"', 'line 3: “order” is a number'],
    ['order = 1.5', 'line 3: “order” is a number'],
    ['order = 1', 'line 3: “order” counts among'],
    ['level = "Always"', 'line 3: “level” is never,'],
    ['level = 3', 'line 3: “level” is never,'],
  ])('of %s is told with its line', (line, problem) => {
    expect(readKeysToml(entry(line)).problems).toEqual([expect.stringContaining(problem)]);
  });

  it('is the strictest where a level is not understood, whatever else is said', () => {
    for (const level of ['"Never"', '""', '0', 'false', '[]', '"never "'])
      expect(readKeysToml(entry('level = "never"') + entry(`level = ${level}`)).levels.get(key)).toBe(
        'always',
      );
  });

  it('is known to be asked for where nobody knows of which key', () => {
    for (const text of ['key = "mine"', 'key = 3', '', 'key = "/a.pub"', 'key = "x"\nhosts = 3'])
      expect(readKeysToml(`[[key]]\n${text}\nlevel = "new"`).hasStrayLevel).toBe(true);
    expect(readKeysToml('[[key]]\nkey = "mine"').hasStrayLevel).toBe(false);
  });

  it('names no line where a text of many lines looks like an entry', () => {
    const text = `[[key]]\nname = '''\n[[key]]\n'''\nkey = "mine"`;
    expect(readKeysToml(text).problems).toEqual([expect.stringMatching(/^entry 1: /)]);
  });
});

describe('a key that is named by a file', () => {
  const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIJJr1mG1JxOaWnTgAVDkT8UlC3oZ2ICXEUQIkdvTjc/ me@work';
  const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f x';
  const fingerprint = (of: string) => [...readKeysToml(`[[key]]\nkey = "${of}"`).hosts.keys()][0] ?? '';
  const entry = (file: string) => `[[key]]\nkey = ${JSON.stringify(file)}\nhosts = ["a"]\nlevel = "always"\n`;
  const lookAt = localPath;

  it('is that of the file, also after the file has changed', async () => {
    let nowMs = 0;
    const file = join(dir, 'id.pub');
    writeFileSync(file, `${line}\n`);
    writeFileSync(path, entry(file));
    const toml = open({ lookAt, elapsedMs: () => nowMs });
    // Not known yet: fails closed.
    expect(toml.levels).toBe('unreadable');
    await toml.settled();
    expect([toml.current, toml.levels]).toEqual([
      new Map([[fingerprint(line), ['a']]]),
      new Map([[fingerprint(line), 'always']]),
    ]);
    expect(toml.levels).toBe(toml.levels);
    writeFileSync(file, other);
    nowMs += 1000;
    await toml.settled();
    expect([...toml.current.keys()]).toEqual([fingerprint(other)]);
    expect(logged).toEqual([]);
  });

  it('keeps what is set for it when the file is removed, until the next start', async () => {
    let nowMs = 0;
    const file = join(dir, 'id.pub');
    writeFileSync(file, `${line}\n`);
    writeFileSync(path, entry(file));
    const toml = open({ lookAt, elapsedMs: () => nowMs });
    await toml.settled();
    rmSync(file);
    nowMs += 1000;
    await toml.settled();
    expect([[...toml.current.keys()], toml.levels]).toEqual([
      [fingerprint(line)],
      new Map([[fingerprint(line), 'always']]),
    ]);
    expect(logged).toEqual([]);
    // Of another machine's person, say, with whom the file is shared.
    const next = open({ lookAt });
    await next.settled();
    expect([next.current.size, next.levels]).toEqual([0, new Map()]);
    expect(logged).toEqual([expect.stringMatching(/line 2: “.*id\.pub” is not there\./)]);
  });

  it.each([
    ['that is none', (file: string) => writeFileSync(file, 'no key'), 'is no file with one public key'],
    ['that is a directory', (file: string) => mkdirSync(file), 'is no file with one public key'],
    [
      'that others may write',
      (file: string) => {
        writeFileSync(file, line);
        chmodSync(file, 0o666);
      },
      'others could have written it',
    ],
    [
      'that is far too large',
      (file: string) => writeFileSync(file, ' '.repeat(70_000)),
      'is no file with one',
    ],
    ['that leads in a circle', (file: string) => symlinkSync(file, file), 'leads round in a circle'],
  ])('has each use asked about while nobody knows which it is: one %s', async (_, make, problem) => {
    if (process.platform === 'win32') return;
    const file = join(dir, 'id.pub');
    make(file);
    writeFileSync(path, entry(file));
    const toml = open({ lookAt });
    await toml.settled();
    expect(toml.levels).toBe('unreadable');
    expect(logged).toEqual([expect.stringContaining(problem)]);
    expect(logged[0]).toContain('Until then each use of any key is asked about.');
  });

  it('is looked at by no path that leads to another machine', async () => {
    const asked: string[] = [];
    const looks = {
      target: (at: string) => {
        asked.push(at);
        return Promise.resolve(undefined);
      },
      isLocalDrive: (drive: string) => Promise.resolve(drive === 'C:'),
    };
    writeFileSync(
      path,
      ['\\\\evil\\share\\id.pub', '//evil/share/id.pub', 'Z:\\id.pub', '\\\\?\\UNC\\evil\\s\\id.pub']
        .map(entry)
        .join(''),
    );
    const toml = open({ lookAt: (named) => localPath(named, 'win32', looks) });
    await toml.settled();
    expect([asked, toml.current.size, toml.levels]).toEqual([[], 0, 'unreadable']);
  });
});

describe('the file', () => {
  it('that is broken while it is edited leaves in force what it said before, and tells where', () => {
    const good = `[[key]]\nkey = "${key}"\nhosts = ["a"]\norder = 1\nlevel = "always"\n`;
    writeFileSync(path, good);
    const file = open();
    const before = [file.current, file.orders, file.levels];
    writeFileSync(path, `${good}[[key]\n`);
    expect([file.current, file.orders, file.levels]).toEqual(before);
    writeFileSync(path, 'keys = 1\n');
    expect([file.current, file.orders, file.levels]).toEqual(before);
    expect(logged).toEqual([
      expect.stringMatching(
        /is not understood: line 6, column \d+: this is no TOML\. What it said before goes on to hold\./,
      ),
      expect.stringContaining('it has nothing but [[key]] entries'),
    ]);
    writeFileSync(path, '');
    expect([file.current.size, file.orders.size, file.levels]).toEqual([0, 0, new Map()]);
    rmSync(path);
    expect(file.levels).toEqual(new Map());
  });

  it.each([
    ['level = "always"\n[[key]', 'unreadable'],
    ['[[key]', new Map()],
  ])('that was never understood has each use asked about where it may ask for that: %j', (text, levels) => {
    writeFileSync(path, text);
    const file = open();
    expect([file.current.size, file.levels]).toEqual([0, levels]);
    expect(logged).toEqual([expect.stringContaining('All keys are offered as if it were not there')]);
  });

  it('is read again as soon as it has changed', () => {
    const file = open();
    expect(file.current.size).toBe(0);
    writeFileSync(path, keysTomlEntry(key, 'me', ['host']));
    expect(file.current.get(key)).toEqual(['host']);
    rmSync(path);
    expect(file.current.size).toBe(0);
    expect(logged).toEqual([]);
  });

  it('is looked at once in a millisecond, however many lists and uses ask for it', () => {
    let nowMs = 0;
    const file = open({ elapsedMs: () => nowMs });
    expect(file.current.size).toBe(0);
    writeFileSync(path, `[[key]]\nkey = "${key}"\nhosts = ["a"]\nlevel = "always"\n`);
    nowMs = 0.9;
    expect([file.current.size, file.levels]).toEqual([0, new Map()]);
    nowMs = 1;
    expect(file.levels).toEqual(new Map([[key, 'always']]));
    expect(file.current.get(key)).toEqual(['a']);
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
