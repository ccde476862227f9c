// Hosts put into keys.toml and taken out again: only what Sallyport wrote there changes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isHostOfKey, keysTomlEntry, maxHosts, readKeysToml } from '../../../main/stored/keys-toml.ts';
import { withHosts, withoutHost } from '../../../main/stored/keys-toml-entries.ts';
import { addHostsOfKey, hostsOfKey, removeHostOfKey } from '../../../main/stored/keys-toml-file.ts';

const key = `SHA256:${'a'.repeat(43)}`;
const other = `SHA256:${'b'.repeat(43)}`;
const theirs = `# mine\n[[key]] # work\nkey = '${key}'\nhosts = [ "by-hand" ]\n`;
let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  path = join(dir, 'keys.toml');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (text: string) => writeFileSync(path, text, { mode: 0o600 });
const read = () => readFileSync(path, 'utf8');

describe('a host that is added', () => {
  it('goes into the entry that is there of us, and leaves all else as it is', async () => {
    write(`${theirs}\n${keysTomlEntry(other, 'x', ['z'])}`);
    await addHostsOfKey(path, key, 'me', ['a']);
    await addHostsOfKey(path, key, 'me', ['b', 'b', 'by-hand']);
    expect(read()).toBe(
      `${theirs}\n${keysTomlEntry(other, 'x', ['z'])}\n${keysTomlEntry(key, 'me', ['a', 'b'])}`,
    );
  });

  it('begins another entry where one is full', () => {
    const hosts = Array.from({ length: maxHosts }, (_, number) => `h${number}`);
    const text = withHosts(keysTomlEntry(key, 'me', hosts), key, 'me', ['more']);
    expect(readKeysToml(text)).toMatchObject({ hosts: new Map([[key, [...hosts, 'more']]]), problems: [] });
  });
});

describe('a host that is taken out', () => {
  it('goes with its entry where it is the last, and the file is as it was before', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          '',
          theirs,
          `${theirs}\r\n`,
          '# a comment without an end',
          keysTomlEntry(other, 'x', ['z']),
        ),
        fc.string({ unit: 'binary' }),
        fc.uniqueArray(fc.string().filter(isHostOfKey), { minLength: 1, maxLength: 3 }),
        (before, name, hosts) => {
          const added = withHosts(before, key, name, hosts);
          const left = hosts.reduce((text, host) => withoutHost(text, key, host), added);
          expect(left.trimEnd()).toBe(before.trimEnd());
          expect(left.startsWith(before)).toBe(true);
        },
      ),
    );
  });

  it('stays where the person wrote it, which is told', async () => {
    write(theirs);
    await addHostsOfKey(path, key, 'me', ['ours']);
    expect(hostsOfKey(path, key)).toEqual([
      { host: 'by-hand', isByHand: true },
      { host: 'ours', isByHand: false },
    ]);
    const before = read();
    await expect(removeHostOfKey(path, key, 'by-hand')).rejects.toThrow('in words of yours');
    expect(read()).toBe(before);
    await removeHostOfKey(path, key, 'ours');
    expect(hostsOfKey(path, key)).toEqual([{ host: 'by-hand', isByHand: true }]);
    // What is gone already is no fault.
    await removeHostOfKey(path, key, 'ours');
  });

  it('takes nothing with it that the person put behind our lines', async () => {
    write(`${keysTomlEntry(key, 'me', ['a'])}level = "later"\n`);
    await removeHostOfKey(path, key, 'a');
    expect(read()).toBe(`${keysTomlEntry(key, 'me', [])}level = "later"\n`);
  });

  it('is none that stands in a text which only looks like an entry', async () => {
    const looksLike = `[[key]]\nname = """\n${keysTomlEntry(key, 'me', ['a'])}"""\nkey = "${key}"\nhosts = ["a"]\n`;
    write(looksLike);
    expect(hostsOfKey(path, key)).toEqual([{ host: 'a', isByHand: true }]);
    await expect(removeHostOfKey(path, key, 'a')).rejects.toThrow();
    await expect(addHostsOfKey(path, key, 'me', ['b'])).rejects.toThrow();
    expect(read()).toBe(looksLike);
  });

  it('is found where an editor has given the lines the ends of Windows', async () => {
    write(keysTomlEntry(key, 'me', ['a', 'b']).replaceAll('\n', '\r\n'));
    await removeHostOfKey(path, key, 'a');
    expect(hostsOfKey(path, key)).toEqual([{ host: 'b', isByHand: false }]);
    await removeHostOfKey(path, key, 'b');
    expect(read()).toBe('');
  });
});

describe('a level or an order', () => {
  it('that stands with our lines is not lost with their last host', async () => {
    const text = `${keysTomlEntry(key, 'me', ['a'])}level = "always"\norder = 1\n`;
    write(text);
    // An order counts for hosts alone: without one it would be told as a fault.
    await expect(removeHostOfKey(path, key, 'a')).rejects.toThrow('Change it in the file');
    expect(read()).toBe(text);
    write(`${keysTomlEntry(key, 'me', ['a'])}level = "always"\n`);
    await removeHostOfKey(path, key, 'a');
    expect(readKeysToml(read()).levels.get(key)).toBe('always');
    expect(hostsOfKey(path, key)).toEqual([]);
  });
});
