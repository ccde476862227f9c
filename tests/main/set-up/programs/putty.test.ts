import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { applyChange, changeSchema, undoChange } from '../../../../main/set-up/changes/change-kinds.ts';
import { puttyProgram } from '../../../../main/set-up/programs/putty.ts';
import { InventedHome } from '../invented-home.ts';
import { InventedWindows } from '../invented-windows.ts';

let home: InventedHome;
let windows: InventedWindows;

beforeEach(() => {
  home = new InventedHome();
  windows = new InventedWindows(home.path('Startup'));
  onTestFinished(() => home[Symbol.dispose]());
});

const around = (doors: Readonly<Record<string, string>> = { 'pageant-pipe': '\\\\.\\pipe\\pageant.a' }) =>
  home.around({ platform: 'win32', windows, addressOf: (door) => doors[door], find: () => undefined });
const look = () => puttyProgram.look(around());

const shortcut = Buffer.concat([
  Buffer.from([0x4c, 0, 0, 0, 0xff]),
  Buffer.from('C:\\Program Files\\PuTTY\\PAGEANT.EXE', 'utf16le'),
  Buffer.from([0, 0, 0x80]),
]);

describe('PuTTY on Windows', () => {
  it('works where Pageant’s name is ours, and is missing or in the way else', async () => {
    expect(await look()).toMatchObject({ status: 'works' });
    expect(await puttyProgram.look(around({}))).toMatchObject({ status: 'missing' });
    const found = { ...around({}), find: (path: string) => (path.includes('WinSCP') ? path : undefined) };
    const env = { ProgramFiles: 'C:\\Program Files' };
    expect(await puttyProgram.look({ ...found, env })).toMatchObject({
      status: 'blocked',
      where: 'C:\\Program Files\\WinSCP\\WinSCP.exe',
    });
  });

  it('finds a Pageant that starts at sign-in, takes it out, and puts it back as it was', async () => {
    const path = join(windows.startupFolder, 'keys.lnk');
    writeFileSync(path, shortcut);
    writeFileSync(join(windows.startupFolder, 'mail.lnk'), 'C:\\mail.exe');
    windows.setRunValue('Agent', '"C:\\PuTTY\\pageant.exe" C:\\key.ppk');
    windows.setRunValue('Mail', 'C:\\mail.exe');
    const { status, changes = [] } = await look();
    expect(status).toBe('can');
    expect(changes).toEqual([
      { kind: 'startup-file', name: 'keys.lnk' },
      { kind: 'run-value', name: 'Agent', value: '"C:\\PuTTY\\pageant.exe" C:\\key.ppk' },
    ]);
    for (const change of changes) await applyChange(change, around());
    expect(existsSync(path)).toBe(false);
    expect([...windows.values.keys()]).toEqual(['Mail']);
    expect(await look()).toMatchObject({ status: 'works' });
    for (const change of changes) await undoChange(change, around());
    expect(readFileSync(path)).toEqual(shortcut);
    expect(windows.values.get('Agent')).toBe('"C:\\PuTTY\\pageant.exe" C:\\key.ppk');
  });

  it('puts nothing in the place of what has come there since', async () => {
    const path = join(windows.startupFolder, 'pageant.lnk');
    writeFileSync(path, shortcut);
    windows.setRunValue('Agent', 'pageant.exe');
    const { changes = [] } = await look();
    for (const change of changes) await applyChange(change, around());
    writeFileSync(path, 'new');
    windows.setRunValue('Agent', 'new.exe');
    const [file, value] = changes;
    await expect(undoChange(file ?? expect.fail(), around())).rejects.toThrow('Move it away, then try again');
    expect(await undoChange(value ?? expect.fail(), around())).toHaveProperty('note');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(windows.values.get('Agent')).toBe('new.exe');
  });

  it.each([
    { kind: 'startup-file', name: '..\\..\\evil.lnk' },
    { kind: 'startup-file', name: '../evil.lnk' },
    { kind: 'startup-file', name: '..' },
    { kind: 'startup-file', name: 'C:evil.lnk' },
    { kind: 'run-value', name: 'x', value: 'C:\\evil.exe' },
  ])('makes nothing start that a planted list names: %j', (change) => {
    expect(v.safeParse(changeSchema, change).success).toBe(false);
  });
});

describe('PuTTY elsewhere', () => {
  it('asks the agent of its session', async () => {
    const find = (name: string) => (name === 'putty' ? '/usr/bin/putty' : undefined);
    expect(await puttyProgram.look(home.around({ find }))).toMatchObject({ status: 'blocked' });
    const env = { SSH_AUTH_SOCK: home.socket };
    expect(await puttyProgram.look(home.around({ find, env }))).toMatchObject({ status: 'works' });
    expect(await puttyProgram.look(home.around({ find: () => undefined }))).toMatchObject({
      status: 'missing',
    });
  });
});
