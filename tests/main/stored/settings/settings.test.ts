// The settings file: checked, defaulted, kept aside when unusable, and whole after a crash in mid-write.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../../main/stored/settings/default-settings.ts';
import { openSettings } from '../../../../main/stored/settings/settings.ts';
import { writeFileAtomically } from '../../../../main/stored/write-file-atomically.ts';

const now = new Date('2026-11-22T12:00:00Z');
let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-settings-'));
  path = join(directory, 'settings.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (document: unknown) => writeFileSync(path, JSON.stringify(document));
const keptFiles = () => readdirSync(directory).filter((name) => name.includes('.kept-'));

describe('openSettings', () => {
  it('starts with the defaults and no file', async () => {
    const store = await openSettings(path, now);
    expect(store.current).toEqual(defaultSettings);
    expect(store.problem).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('gives a file of an older program the defaults of what it does not know', async () => {
    write({ version: 1, settings: { lockOnSuspend: false } });
    const store = await openSettings(path, now);
    expect(store.current).toEqual({ ...defaultSettings, lockOnSuspend: false });
    expect(store.problem).toBeUndefined();
  });

  it.each([
    ['cut off in the middle', '{"version":1,"settings":{"lockOn'],
    ['empty', ''],
    ['of zeros, as a power cut leaves it', '\0'.repeat(100)],
    ['something else', '[]'],
    ['with an unknown setting', '{"version":1,"settings":{"unknown":1}}'],
    ['with a setting out of its range', '{"version":1,"settings":{"idleLockMinutes":-1}}'],
    ['far too large', ' '.repeat(300_000)],
  ])('keeps a file aside that is %s, says so, and uses the defaults', async (_what, text) => {
    writeFileSync(path, text);
    const store = await openSettings(path, now);
    expect(store.current).toEqual(defaultSettings);
    expect(store.problem).toContain('damaged');
    expect(store.problem).toContain(join(directory, 'settings.json.kept-2026-11-22T12-00-00-000Z'));
    expect(keptFiles().map((name) => readFileSync(join(directory, name), 'utf8'))).toEqual([text]);
  });

  it('says at which place the file is damaged', async () => {
    writeFileSync(path, '{"version": 1,\n"settings": {"restoreKeys": true,}}');
    expect((await openSettings(path, now)).problem).toContain(
      'damaged at line 2, column 34: there is a comma',
    );
  });

  it('names the part that is damaged inside its quotation marks, with no half character', async () => {
    const name = `”${'x'.repeat(65)}😀`;
    writeFileSync(path, JSON.stringify({ version: 1, settings: { [name]: 1 } }));
    const { problem } = await openSettings(path, now);
    expect(problem).toMatch(/“settings\.[^“”]*…” is not as it must be/);
    expect(problem).not.toMatch(/\p{Cs}/u);
  });

  it('reads a file that begins with a byte order mark', async () => {
    writeFileSync(path, '\ufeff{"version": 1, "settings": {"restoreKeys": false}}');
    const { current, problem } = await openSettings(path, now);
    expect([current.restoreKeys, problem]).toEqual([false, undefined]);
  });

  it('keeps the file of a newer program aside, whole', async () => {
    const newer = JSON.stringify({ version: 2, settings: { colour: 'blue' } });
    writeFileSync(path, newer);
    const store = await openSettings(path, now);
    expect(store.problem).toContain('newer version');
    expect(keptFiles().map((name) => readFileSync(join(directory, name), 'utf8'))).toEqual([newer]);
  });

  it('says when the file can not be read at all', async () => {
    mkdirSync(path);
    const store = await openSettings(path, now);
    expect(store.current).toEqual(defaultSettings);
    expect(store.problem).toContain("can't be read (it is a directory, not a file)");
  });

  it('is not replaced by a change when it could not be read', async () => {
    mkdirSync(path);
    const store = await openSettings(path, now);
    await expect(store.change({ idleLockMinutes: 10 })).rejects.toThrow('no change is kept');
    expect(store.current).toEqual(defaultSettings);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('that is damaged and can not be moved away is left, and the program starts', async () => {
    writeFileSync(path, 'not JSON');
    const kept = `${path}.kept-${now.toISOString().replace(/[:.]/g, '-')}`;
    mkdirSync(join(kept, 'in the way'), { recursive: true });
    const store = await openSettings(path, now);
    expect(store.problem).toContain('could not be moved away');
    await expect(store.change({ idleLockMinutes: 10 })).rejects.toThrow('no change is kept');
    expect(readFileSync(path, 'utf8')).toBe('not JSON');
  });
});

describe('a change', () => {
  it('is there at the next start, for the user alone', async () => {
    const store = await openSettings(path, now);
    await store.change({ idleLockMinutes: 10 });
    expect((await openSettings(path, now)).current).toEqual({ ...defaultSettings, idleLockMinutes: 10 });
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is told to listeners until they stop', async () => {
    const store = await openSettings(path, now);
    const told: number[] = [];
    const stop = store.onChanged(({ idleLockMinutes }) => told.push(idleLockMinutes));
    await store.change({ idleLockMinutes: 1 });
    stop();
    await store.change({ idleLockMinutes: 2 });
    expect(told).toEqual([1]);
  });

  it('does not lose another one that is under way', async () => {
    const store = await openSettings(path, now);
    await Promise.all([store.change({ idleLockMinutes: 3 }), store.change({ startAtLogin: true })]);
    const expected = { ...defaultSettings, idleLockMinutes: 3, startAtLogin: true };
    expect(store.current).toEqual(expected);
    expect((await openSettings(path, now)).current).toEqual(expected);
  });

  it('that can not be written changes nothing, and the next one can', async () => {
    const store = await openSettings(join(directory, 'missing', 'settings.json'), now);
    await expect(store.change({ idleLockMinutes: 3 })).rejects.toMatchObject({ code: 'ENOENT' });
    expect(store.current).toEqual(defaultSettings);
    mkdirSync(join(directory, 'missing'));
    expect((await store.change({ idleLockMinutes: 4 })).idleLockMinutes).toBe(4);
  });
});

describe('writeFileAtomically', () => {
  it('replaces what a crash in mid-write left behind', async () => {
    writeFileSync(path, 'old');
    writeFileSync(`${path}.sallyport-new`, 'half of a ne');
    await writeFileAtomically(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(directory)).toEqual(['settings.json']);
  });

  it('leaves the person’s own file beside it alone, as id_ed25519.new beside id_ed25519', async () => {
    writeFileSync(`${path}.new`, 'another key');
    await writeFileAtomically(path, 'new');
    expect(readFileSync(`${path}.new`, 'utf8')).toBe('another key');
  });

  it('leaves the old file whole and no other when it fails', async () => {
    mkdirSync(path);
    writeFileSync(join(path, 'inside'), '');
    await expect(writeFileAtomically(path, 'new')).rejects.toThrow();
    expect(readdirSync(directory)).toEqual(['settings.json']);
  });
});
