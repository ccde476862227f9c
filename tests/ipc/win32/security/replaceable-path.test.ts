import { describe, expect, test } from 'vitest';
import type { Ace } from '../../../../ipc/win32/security/access-list.ts';
import {
  type Place,
  type Seen,
  searchWay,
  trustedBeside,
  wayTo,
  weaknessOf,
} from '../../../../ipc/win32/security/replaceable-path.ts';

const me = 'S-1-5-21-1-2-3-1000';
const system = 'S-1-5-18';
const administrators = 'S-1-5-32-544';
const trusted = [me, system, administrators];
const users = 'S-1-5-32-545';
const authenticated = 'S-1-5-11';
const everyone = 'S-1-1-0';

const [full, modify, readAndExecute] = [0x1f01ff, 0x1301bf, 0x1200a9];
const [addFile, addDirectory, writeAttributes, deleteChild] = [0x02, 0x04, 0x100, 0x40];
const [remove, writeDac, writeOwner] = [0x1_0000, 0x4_0000, 0x8_0000];
const [genericAll, genericWrite] = [0x1000_0000, 0x4000_0000];
const [inFiles, inDirectories, inheritOnly] = [1, 2, 8];
/** What icacls calls (OI)(CI)(IO). */
const onlyBelow = inFiles | inDirectories | inheritOnly;

const allow = (sid: string, mask: number, flags = 0): Ace => ({ type: 0, flags, mask, sid });

function judge(place: Place, dacl: readonly Ace[] | 'everyone', ownerSid: string | undefined = me) {
  const found = weaknessOf(
    'C:\\x',
    place,
    { ownerSid, dacl, daclProtected: false, label: undefined },
    trusted,
  );
  return found && `${found.kind} ${found.sid}`;
}

const ours = [allow(system, full), allow(administrators, full), allow(me, full)];

describe('the way to a directory of Windows', () => {
  test('begins at the root of its drive or share', () => {
    expect(wayTo('C:\\Users\\me\\.ssh')).toEqual([
      ...['C:\\', 'C:\\Users', 'C:\\Users\\me', 'C:\\Users\\me\\.ssh'],
    ]);
    expect(wayTo('D:\\')).toEqual(['D:\\']);
    expect(wayTo('\\\\server\\homes\\me')).toEqual(['\\\\server\\homes\\', '\\\\server\\homes\\me']);
  });

  test('is safe in a profile, with the lists that Windows gives', () => {
    const drive = [
      ...[allow(administrators, full, 3), allow(system, full, 3), allow(users, readAndExecute, 3)],
      ...[allow(authenticated, modify, onlyBelow), allow(authenticated, addDirectory)],
    ];
    expect(judge('root', drive)).toBeUndefined();
    expect(
      judge(
        'between',
        [allow(system, full), allow(users, readAndExecute), allow(everyone, readAndExecute)],
        system,
      ),
    ).toBeUndefined();
    expect(judge('last', ours)).toBeUndefined();
  });

  test('is safe below a drive for data, whose root everybody may write to, where the rest is closed', () => {
    expect(judge('root', [allow(authenticated, modify, 3)], system)).toBeUndefined();
    expect(judge('last', [allow(authenticated, modify, 3)])).toBe(`writable ${authenticated}`);
  });

  test('is safe in a profile that the administrators of the user’s own domain may change, and in no other’s', () => {
    const judgeFor = (admins: string, user = me) =>
      weaknessOf(
        'C:\\x',
        'last',
        { ownerSid: user, dacl: [...ours, allow(admins, full)], daclProtected: false, label: undefined },
        [...trustedBeside(user), me],
      )?.sid;
    expect(judgeFor('S-1-5-21-1-2-3-512')).toBeUndefined();
    expect(judgeFor('S-1-5-21-1-2-4-512')).toBe('S-1-5-21-1-2-4-512');
    expect(judgeFor('S-1-5-21-1-2-3-513')).toBe('S-1-5-21-1-2-3-513');
    // Of a directory in the cloud: there such a number is a person's.
    expect(judgeFor('S-1-12-1-1-2-3-512', 'S-1-12-1-1-2-3-7')).toBe('S-1-12-1-1-2-3-512');
  });

  test('is not safe in a folder that somebody has made on drive C:, which inherits the right to change it', () => {
    expect(judge('between', [...ours, allow(authenticated, modify, 3 | 0x10)])).toBe(
      `writable ${authenticated}`,
    );
  });
});

describe('a link on the way', () => {
  const seen = (dacl: readonly Ace[], target?: string, ownerSid = me): Seen => ({
    security: { ownerSid, dacl, daclProtected: false, label: undefined },
    ...(target !== undefined && { target }),
  });
  const search = (dir: string, tree: Readonly<Record<string, Seen>>) =>
    searchWay(dir, (path) => tree[path], trusted);
  const closed = seen(ours);

  test('is followed, and both it and where it leads are judged', () => {
    const tree = {
      ...{ 'C:\\': closed, 'C:\\link': seen(ours, 'D:\\real\\'), 'D:\\': closed, 'D:\\real': closed },
      'D:\\real\\sockets': closed,
    };
    const weak = seen([...ours, allow(everyone, modify)]);
    expect(search('C:\\link\\sockets', tree)).toBeUndefined();
    for (const path of ['D:\\real', 'D:\\real\\sockets'])
      expect(search('C:\\link\\sockets', { ...tree, [path]: weak }), path).toMatchObject({ path });
    const byOthers = seen(ours, 'D:\\real', everyone);
    expect(search('C:\\link\\sockets', { ...tree, 'C:\\link': byOthers })).toMatchObject({
      path: 'C:\\link',
      kind: 'foreign-owner',
    });
    const ledByOthers = seen([allow(everyone, writeAttributes)], 'D:\\real');
    expect(search('C:\\link', { ...tree, 'C:\\link': ledByOthers })).toMatchObject({ path: 'C:\\link' });
  });

  test('may be relative, and one that leads to itself is an error', () => {
    const tree = { 'C:\\': closed, 'C:\\a': closed, 'C:\\a\\link': seen(ours, '..\\b') };
    const weak = seen([allow(users, full)]);
    expect(search('C:\\a\\link', { ...tree, 'C:\\b': weak })).toMatchObject({ path: 'C:\\b' });
    expect(() => search('C:\\loop', { 'C:\\': closed, 'C:\\loop': seen(ours, 'C:\\loop') })).toThrow('links');
  });

  test('is not looked for behind what is not there yet', () => {
    expect(search('C:\\new\\sockets', { 'C:\\': closed })).toBeUndefined();
  });
});

describe('a place on the way', () => {
  const places: readonly Place[] = ['root', 'between', 'last', 'link'];

  test.each<[string, number, readonly Place[]]>([
    ['exchange entries', deleteChild, places],
    ['change the list', writeDac, places],
    ['take it over', writeOwner, places],
    ['do all', genericAll, places],
    ['do all, as the list has it', full, places],
    ['rename it', remove, ['between', 'last', 'link']],
    ['add files', addFile, ['last', 'link']],
    ['write', genericWrite, ['last', 'link']],
    ['lead it elsewhere', writeAttributes, ['last', 'link']],
    ['add directories', addDirectory, []],
    ['read', readAndExecute, []],
  ])('is refused where others may %s', (_, mask, weak) => {
    for (const place of places)
      expect(judge(place, [...ours, allow(everyone, mask)]), place).toBe(
        weak.includes(place) ? `writable ${everyone}` : undefined,
      );
  });

  test.each(places)('is refused when somebody else owns it, as %s', (place) => {
    expect(judge(place, ours, users)).toBe(`foreign-owner ${users}`);
    expect(
      weaknessOf(
        'x',
        place,
        { ownerSid: undefined, dacl: ours, daclProtected: true, label: undefined },
        trusted,
      ),
    ).toMatchObject({ kind: 'foreign-owner', sid: 'nobody' });
  });

  test.each(places)('is refused without an access list, as %s', (place) => {
    expect(judge(place, 'everyone')).toBe('writable everyone');
    expect(judge(place, [])).toBeUndefined();
  });

  test('counts what files inherit where ours is made, and what is only inherited nowhere else', () => {
    for (const mask of [addFile, remove, writeDac, writeOwner, genericAll, genericWrite, modify])
      expect(judge('last', [allow(everyone, mask, inFiles | inheritOnly)])).toBe(`writable ${everyone}`);
    expect(judge('last', [allow(everyone, readAndExecute, inFiles | inheritOnly)])).toBeUndefined();
    expect(judge('last', [allow(everyone, full, inDirectories | inheritOnly)])).toBeUndefined();
    for (const place of ['root', 'between', 'link'] as const)
      expect(judge(place, [allow(everyone, full, onlyBelow)])).toBeUndefined();
  });

  test('lets the system, its owner and whoever makes something do everything', () => {
    const them = [...ours, allow('S-1-3-0', full, onlyBelow), allow('S-1-3-4', full)];
    for (const place of places) expect(judge(place, them)).toBeUndefined();
  });

  test('takes a right for given though another entry denies it, and also one of an entry that it can not read', () => {
    const denied = { type: 1, flags: 0, mask: full, sid: everyone };
    expect(judge('last', [denied, ...ours])).toBeUndefined();
    expect(judge('last', [denied, allow(everyone, full)])).toBe(`writable ${everyone}`);
    expect(judge('last', [...ours, { type: 9, flags: 0, mask: addFile, sid: '' }])).toBe('writable somebody');
  });
});
