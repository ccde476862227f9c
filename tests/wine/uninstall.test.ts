// What was set up in other programs, when Sallyport is uninstalled: by NSIS itself, with the command as the installer brings it.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { compileMacro } from './lane/installer-macro.ts';
import { projectDir } from './lane/paths.ts';
import {
  closedPath,
  compileWindowsC,
  describeWindows,
  laneWorkDir,
  prefixDir,
  runWindowsExe,
  startWindowsExe,
} from './lane/windows-program.ts';
import { makeLaneCommandFolder } from './lane/windows-tree.ts';

const [OK, CANCEL, YES, NO] = ['1', '2', '6', '7'];
const runKey = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`;
const pageant = String.raw`C:\PuTTY\pageant.exe`;
const ours = [
  '# >>> Sallyport ssh >>>',
  String.raw`IdentityAgent "\\.\pipe\sallyport"`,
  '# <<< Sallyport ssh <<<',
];
const mine = '# Zoë’s\r\nHost work\r\n\tUser me';
const withOurs = (text: string) => `${ours.join('\r\n')}\r\n${text}`;

describeWindows('uninstalling', () => {
  const installDir = closedPath("Mary O'Brien & sons/Sallyport");
  let answerer: string;

  const home = () => join(prefixDir(), 'drive_c/users', userInfo().username);
  const config = () => join(home(), '.ssh/config');
  const record = () => join(home(), 'AppData/Roaming/Sallyport/set-up.json');

  beforeAll(() => {
    makeLaneCommandFolder(join(installDir.unix, 'resources/cli'), join(laneWorkDir(), '..'));
    answerer = compileWindowsC(join(projectDir, 'tests/wine/clients/answer-boxes.c'));
  });

  /** As setting up ssh and PuTTY leaves it. */
  beforeEach(() => {
    mkdirSync(join(home(), '.ssh'), { recursive: true });
    mkdirSync(join(record(), '..'), { recursive: true });
    writeFileSync(config(), withOurs(mine));
    const path = `C:\\users\\${userInfo().username}\\.ssh\\config`;
    const changes = [
      { kind: 'block', path, id: 'ssh', at: 'start', lines: ours.slice(1, -1), isNew: false },
      { kind: 'run-value', name: 'A Pageant', value: pageant },
    ];
    const made = changes.map((change, index) => ({
      id: `00000000-0000-4000-8000-00000000000${index}`,
      program: index === 0 ? 'ssh' : 'putty',
      at: 1,
      change,
    }));
    writeFileSync(record(), JSON.stringify({ version: 1, made }));
  });
  afterEach(async () => {
    await runWindowsExe('reg', ['delete', runKey, '/v', 'A Pageant', '/f']);
    for (const path of [config(), record()]) rmSync(path, { force: true });
  });

  const runEntry = async () => {
    const { output } = await runWindowsExe('reg', ['query', runKey, '/v', 'A Pageant']);
    return /REG_SZ\s+(.*?)\r?$/m.exec(output)?.[1];
  };
  const isUndone = async () => [readFileSync(config(), 'utf8'), await runEntry()];
  const left = () => (JSON.parse(readFileSync(record(), 'utf8')) as { made: unknown[] }).made.length;

  /** Runs the uninstaller, and gives what its boxes said, each answered in turn. */
  async function uninstall(
    answers: readonly (string | undefined)[],
    { args = [] as readonly string[], mode = 'CurrentUser' as 'CurrentUser' | 'all' } = {},
  ): Promise<readonly string[]> {
    const program = compileMacro('customUnInstall', { installDir: installDir.windows, mode });
    const answering = startWindowsExe(answerer, answers as readonly string[]);
    const { exitCode, errorOutput } = await runWindowsExe(program, args);
    if (answers.length > 0) await answering.result;
    if (exitCode === null) throw new Error(errorOutput);
    return answering.output.replaceAll('\r', '').split('\n---\n').slice(0, -1);
  }

  test('puts back what was set up in other programs when that is wanted, having named it', async () => {
    const said = await uninstall([YES]);
    expect(said).toEqual([expect.stringContaining('Put this back as it was?')]);
    expect(said[0]).toContain(String.raw`\.ssh\config`);
    expect(said[0]).toContain(String.raw`HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run`);
    expect(await isUndone()).toEqual([mine, pageant]);
    expect(left()).toBe(0);
  });

  test('leaves it when that is not wanted', async () => {
    await uninstall([NO]);
    expect(await isUndone()).toEqual([withOurs(mine), undefined]);
    expect(left()).toBe(2);
  });

  test('says what can’t be put back, and puts the rest back', async () => {
    writeFileSync(config(), withOurs(mine).replace('IdentityAgent', 'IdentityAgent none #'));
    const said = await uninstall([YES, OK]);
    expect(said[1]).toContain('All else was put back, but not this:');
    expect(said[1]).toContain('The lines of Sallyport’s in');
    expect(await isUndone()).toEqual([expect.stringContaining('IdentityAgent none #'), pageant]);
    expect(left()).toBe(1);
  });

  test('takes out Sallyport’s lines alone where others were written since', async () => {
    writeFileSync(config(), `Host before\r\n${withOurs('Host after\r\n')}`);
    await uninstall([YES]);
    expect(readFileSync(config(), 'utf8')).toBe('Host before\r\nHost after\r\n');
  });

  test('in silence puts back what needs nobody’s word, and asks nothing', async () => {
    await uninstall([], { args: ['/S'] });
    expect(await isUndone()).toEqual([mine, pageant]);
  });

  test('asks nothing in an update, which begins by it, and changes nothing', async () => {
    await uninstall([], { args: ['--updated'] });
    expect(await isUndone()).toEqual([withOurs(mine), undefined]);
  });

  test('asks nothing where nothing was set up', async () => {
    writeFileSync(record(), JSON.stringify({ version: 1, made: [] }));
    await uninstall([]);
    rmSync(record());
    await uninstall([]);
    expect(existsSync(record())).toBe(false);
  });

  test('for all users runs no programs of the person’s, says how it is done, and can be left', async () => {
    const said = await uninstall([CANCEL], { mode: 'all' });
    expect(said).toEqual([expect.stringContaining('run “sallyport set-up --undo-all”')]);
    await uninstall([OK], { mode: 'all' });
    await uninstall([], { mode: 'all', args: ['/S'] });
    expect(await isUndone()).toEqual([withOurs(mine), undefined]);
  });

  test('says where a list lies that can’t be understood', async () => {
    writeFileSync(record(), 'damaged');
    expect(await uninstall([OK])).toEqual([
      expect.stringContaining(String.raw`\Sallyport\set-up.json lists it`),
    ]);
  });
});
