import { chmodSync, mkdirSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSetUpRecord, type MadeEntry } from '../../../main/set-up/set-up-record.ts';
import { InventedHome } from './invented-home.ts';

let home: InventedHome;

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
});

const record = () => createSetUpRecord(home.path('settings/set-up.json'));
const entry: MadeEntry = {
  id: '00000000-0000-4000-8000-000000000001',
  program: 'ssh',
  at: 1,
  change: { kind: 'block', path: '/home/a/.ssh/config', id: 'ssh', at: 'start', lines: ['x'], isNew: false },
};
const planted = (change: unknown) =>
  home.write('settings/set-up.json', JSON.stringify({ version: 1, made: [{ ...entry, change }] }));

describe('the list of what was set up', () => {
  it('is empty before the first change, and then holds what was made', async () => {
    expect(record().load()).toEqual([]);
    await record().change((made) => [...made, entry]);
    expect(record().load()).toEqual([entry]);
    await record().change(() => []);
    expect(record().load()).toEqual([]);
  });

  it('loses none of those that several write at once', async () => {
    const ids = [...Array(8).keys()].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
    await Promise.all(ids.map((id) => record().change((made) => [...made, { ...entry, id }])));
    expect(
      record()
        .load()
        .map(({ id }) => id),
    ).toEqual(ids);
  });

  it('is not used where others could have written it', () => {
    chmodSync(planted(entry.change), 0o666);
    expect(() => record().load()).toThrow('Other users may');
  });

  it.each<[string, unknown]>([
    ['another kind of change', { kind: 'run', program: '/bin/sh' }],
    ['a line with a line end', { ...entry.change, lines: ['a\nb'] }],
    ['another setting of Git', { kind: 'git', name: 'alias.st', value: '!evil', former: [] }],
    ['a field more', { ...entry.change, mode: 0o777 }],
  ])('is not used with %s, and not written over', async (_, change) => {
    planted(change);
    const before = home.read('settings/set-up.json');
    expect(() => record().load()).toThrow("can't be understood: it is not what Sallyport writes");
    await expect(record().change(() => [])).rejects.toThrow("can't be understood");
    expect(home.read('settings/set-up.json')).toBe(before);
  });

  it.each([
    ['damaged', '{"version": 1, '],
    ['of a newer version', '{"version": 2, "made": []}'],
  ])('that is %s is said to be so', (_, text) => {
    home.write('settings/set-up.json', text);
    expect(() => record().load()).toThrow('Nothing is set up or taken back until you correct the file');
  });

  it('is no folder, and none of any size', () => {
    mkdirSync(home.path('settings/set-up.json'), { recursive: true });
    expect(() => record().load()).toThrow('it is no file of ours');
  });
});
