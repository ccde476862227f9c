// Sallyport installed, updated and uninstalled, by electron-builder's installer with our configuration around a small program.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { installerMaker } from './lane/built-installer.ts';
import { projectDir, windowsPath } from './lane/paths.ts';
import {
  closedPath,
  compileWindowsC,
  describeWindows,
  laneWorkDir,
  prefixDir,
  runWindowsExe,
  startWindowsExe,
} from './lane/windows-program.ts';

const uninstallKey = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall`;
const runKey = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`;
const toastClass = String.raw`HKCU\Software\Classes\CLSID\{8B986D12-87BB-44B8-8552-18DC15E5288D}`;
const [OK, CANCEL] = ['1', '2'];

interface Folder {
  readonly unix: string;
  readonly windows: string;
}

describeWindows('an installation', () => {
  let setups: readonly [string, string];
  let answerer: string;
  let number = 0;

  const home = () => join(prefixDir(), 'drive_c/users', userInfo().username);
  const programs = (): Folder => ({
    unix: join(home(), 'AppData/Local/Programs/Sallyport'),
    windows: `C:\\users\\${userInfo().username}\\AppData\\Local\\Programs\\Sallyport`,
  });

  beforeAll(async () => {
    const make = installerMaker();
    const files = { 'LICENSE.txt': 'ours', 'locales/é.pak': 'ours', 'resources/app.asar': 'first' };
    setups = await Promise.all([
      make({ version: '1.0.0', files: { ...files, 'resources/old/only.txt': 'ours' } }),
      make({ version: '1.1.0', files: { ...files, 'resources/app.asar': 'second' } }),
    ]);
    answerer = compileWindowsC(join(projectDir, 'tests/wine/clients/answer-boxes.c'));
  }, 120_000);

  const folder = (name: string) => closedPath(`${number}/${name}`);
  const install = async (setup: string, ...args: string[]) =>
    (await runWindowsExe(setup, ['/S', ...args])).exitCode;
  /** The last argument of an installer, which NSIS takes without quotation marks to the end of the line. */
  const into = ({ windows }: Folder) => `/D=${windows}`.split(' ');
  const uninstaller = ({ unix }: Folder) => join(unix, 'Uninstall Sallyport.exe');

  /** It goes on after its end as a copy of itself, outside of the folder. */
  async function uninstall(place: Folder, ...args: string[]): Promise<void> {
    expect((await runWindowsExe(uninstaller(place), ['/S', ...args])).exitCode).toBe(0);
    await expect.poll(async () => (await registry(uninstallKey, '/s')).includes('Sallyport')).toBe(false);
    await expect.poll(() => existsSync(uninstaller(place))).toBe(false);
  }

  async function registry(...args: string[]): Promise<string> {
    return (await runWindowsExe('reg', ['query', ...args])).output.replaceAll('\r', '');
  }

  const installed = async () => {
    const text = await registry(uninstallKey, '/s');
    const value = (name: string) => new RegExp(`\\b${name}\\s+REG_SZ\\s+(.*)`).exec(text)?.[1];
    return { version: value('DisplayVersion'), quiet: value('QuietUninstallString') };
  };

  const contents = ({ unix }: Folder) => readdirSync(unix, { recursive: true, encoding: 'utf8' }).sort();

  /** All that a program could have left for this user, but for what Windows itself tidies up. */
  async function traces(): Promise<readonly string[]> {
    // Links lead to the home of who runs the tests.
    const files = execFileSync('find', ['.'], { cwd: home(), encoding: 'utf8' }).split('\n');
    const drive = readdirSync(join(prefixDir(), 'drive_c'), { recursive: false, encoding: 'utf8' });
    const keys = (await registry('HKCU\\Software', '/s')).split('\n');
    return [...files.filter((name) => !name.startsWith('./Temp')), ...drive, ...keys].sort();
  }

  /** What each Windows has where somebody works, and a new prefix of Wine has not: what others use is left to them. */
  async function makeUsualParents(): Promise<void> {
    mkdirSync(join(home(), 'AppData/Local/Programs'), { recursive: true });
    for (const key of [
      uninstallKey,
      'HKCU\\Software\\Classes\\CLSID',
      'HKCU\\Software\\Classes\\SystemFileAssociations',
    ])
      await runWindowsExe('reg', ['add', key, '/f']);
  }

  /** The start at login, and what Electron's notifications need. */
  async function writeAsProgram(): Promise<void> {
    await runWindowsExe('reg', ['add', runKey, '/v', 'io.sallyport.app', '/d', 'Sallyport.exe', '/f']);
    await runWindowsExe('reg', ['add', `${toastClass}\\LocalServer32`, '/ve', '/d', 'Sallyport.exe', '/f']);
  }

  /** The program that was installed, once it runs; `end` resolves with whether it ended by itself, as it was told to. */
  async function start(program: string, ...args: string[]) {
    const said = join(laneWorkDir(), `said-${randomUUID()}`);
    const never = windowsPath(join(laneWorkDir(), 'never'));
    const running = startWindowsExe(program, [windowsPath(said), never, ...args]);
    let isOver = false;
    void running.result.then(() => {
      isOver = true;
    });
    const text = () => (existsSync(said) ? readFileSync(said, 'utf16le').replace('\ufeff', '') : '');
    await expect.poll(text, { timeout: 30_000 }).not.toBe('');
    return {
      isThere: () => !isOver,
      end: running.result.then(() => (text() === 'quit' ? 'quit' : 'ended')),
      kill: () => running.kill(),
    };
  }

  afterEach(async () => {
    number++;
    const { quiet } = await installed();
    const [, path] = /^"C:\\(.*?)"/.exec(quiet ?? '') ?? [];
    if (path !== undefined)
      await runWindowsExe(join(prefixDir(), 'drive_c', path.replaceAll('\\', '/')), ['/S']);
    await expect.poll(async () => (await installed()).version, { timeout: 30_000 }).toBeUndefined();
  });

  test('is for its user alone, and leaves nothing but what the person has', async () => {
    const config = join(home(), 'AppData/Roaming/Sallyport');
    const data = readdirSync(config);
    expect(data).not.toEqual([]);
    await makeUsualParents();
    const before = await traces();
    expect(await install(setups[0])).toBe(0);
    expect(contents(programs())).toContain('Sallyport.exe');
    expect((await installed()).version).toBe('1.0.0');
    expect(await registry('HKLM\\Software', '/s', '/f', 'Sallyport')).not.toContain('Sallyport.exe');
    const verb = 'HKCU\\Software\\Classes\\SystemFileAssociations\\.ppk\\shell\\sallyport';
    expect(await registry(`${verb}\\command`, '/ve')).toContain(
      `"${programs().windows}\\Sallyport.exe" "%1"`,
    );
    const traced = await traces();
    // The installer keeps no copy of itself, which is for updates that Sallyport does not fetch.
    expect(traced.filter((trace) => trace.includes('updater'))).toEqual([]);
    expect(traced).toContain('./AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Sallyport.lnk');
    await writeAsProgram();
    await uninstall(programs());
    const after = await traces();
    const added = after.filter((trace) => !before.includes(trace));
    expect({ added, removed: before.filter((trace) => !after.includes(trace)) }).toEqual({
      added: [],
      removed: [],
    });
    expect(readdirSync(config)).toEqual(data);
  });

  test('removes what the person has where that is asked for', async () => {
    const config = join(home(), 'AppData/Roaming/Sallyport');
    const kept = `${config}-kept`;
    renameSync(config, kept);
    try {
      mkdirSync(config);
      writeFileSync(join(config, 'policy.json'), '');
      await install(setups[0]);
      await uninstall(programs(), '--delete-app-data');
      expect(existsSync(config)).toBe(false);
    } finally {
      rmSync(config, { recursive: true, force: true });
      renameSync(kept, config);
    }
  });

  test('is updated in the folder that was chosen for it, where other people’s files stay', async () => {
    const place = folder("Zoë O'Brien & co/Sallyport");
    expect(await install(setups[0], ...into(place))).toBe(0);
    for (const name of ['mine.txt', 'resources/mine.txt', 'resources/old/mine.txt'])
      writeFileSync(join(place.unix, name), 'mine');
    await writeAsProgram();

    expect(await install(setups[1])).toBe(0);
    expect((await installed()).version).toBe('1.1.0');
    expect(readFileSync(join(place.unix, 'resources/app.asar'), 'utf8')).toBe('second');
    expect(contents(place)).not.toContain('resources/old/only.txt');
    expect(existsSync(programs().unix)).toBe(false);
    expect(await registry(runKey, '/v', 'io.sallyport.app')).toContain('Sallyport.exe');
    expect(await registry(toastClass, '/s')).toContain('Sallyport.exe');

    await uninstall(place);
    expect(contents(place)).toEqual([
      'mine.txt',
      'resources',
      'resources/mine.txt',
      'resources/old',
      'resources/old/mine.txt',
    ]);
  });

  test('moves to another folder that is chosen', async () => {
    const [first, second] = [folder('first'), folder('second')];
    await install(setups[0], ...into(first));
    expect(await install(setups[1], ...into(second))).toBe(0);
    expect(existsSync(first.unix)).toBe(false);
    expect(contents(second)).toContain('Sallyport.exe');
    await uninstall(second);
    expect(existsSync(second.unix)).toBe(false);
  });

  test('gets a folder of its own where other people’s files are, or is refused', async () => {
    const tools = folder('sallyport and Sallyport tools');
    mkdirSync(tools.unix, { recursive: true });
    writeFileSync(join(tools.unix, 'LICENSE.txt'), 'mine');
    expect(await install(setups[0], ...into(tools))).toBe(0);
    expect(readdirSync(tools.unix).sort()).toEqual(['LICENSE.txt', 'Sallyport']);
    const inside = { unix: join(tools.unix, 'Sallyport'), windows: `${tools.windows}\\Sallyport` };
    await uninstall(inside);
    expect(contents(tools)).toEqual(['LICENSE.txt']);

    mkdirSync(inside.unix);
    writeFileSync(join(inside.unix, 'LICENSE.txt'), 'mine, too');
    expect(await install(setups[0], ...into(tools))).toBe(2);
    expect(contents(tools)).toEqual(['LICENSE.txt', 'Sallyport', 'Sallyport/LICENSE.txt']);
    expect((await installed()).version).toBeUndefined();
  });

  test('ends its programs before it is updated, and none of other folders', async () => {
    const place = folder('in use/Sallyport');
    const other = folder('in use/Sallyport 2');
    await install(setups[0], ...into(place));
    mkdirSync(other.unix);
    const [program, command] = ['Sallyport.exe', 'resources/cli/program/node.exe'];
    writeFileSync(join(other.unix, program), readFileSync(join(place.unix, program)));
    const app = await start(join(place.unix, program));
    const agent = await start(join(place.unix, command), 'stubborn');
    const bystander = await start(join(other.unix, program), 'stubborn');

    expect(await install(setups[1])).toBe(0);
    // Asked first, so that it can put away what it has; the command's agent is not.
    expect(await app.end).toBe('quit');
    expect(await agent.end).toBe('ended');
    expect((await installed()).version).toBe('1.1.0');
    expect(readFileSync(join(place.unix, 'resources/app.asar'), 'utf8')).toBe('second');
    expect(bystander.isThere()).toBe(true);
    bystander.kill();
    await bystander.end;
  });

  test('ends the command’s agent before it goes, too', async () => {
    const place = folder('in use/Sallyport');
    await install(setups[0], ...into(place));
    const agent = await start(join(place.unix, 'resources/cli/program/node.exe'), 'stubborn');
    await uninstall(place);
    expect(await agent.end).toBe('ended');
    expect(existsSync(place.unix)).toBe(false);
  });

  test('stays, with its program, when the person does not want that ended, and goes on when they do', async () => {
    const place = folder('in use/Sallyport');
    await install(setups[0], ...into(place));
    const app = await start(join(place.unix, 'Sallyport.exe'));
    // Licence, for whom, folder.
    const pages = ['next', 'next', 'next'];
    const refusing = startWindowsExe(answerer, [...pages, CANCEL]);
    expect((await runWindowsExe(setups[1])).exitCode).toBe(2);
    expect((await refusing.result).output).toContain('Sallyport is running');
    expect(app.isThere()).toBe(true);
    expect((await installed()).version).toBe('1.0.0');

    const going = startWindowsExe(answerer, [...pages, OK, 'next']);
    expect((await runWindowsExe(setups[1])).exitCode).toBe(0);
    expect((await going.result).exitCode).toBe(0);
    expect(await app.end).toBe('quit');
    expect((await installed()).version).toBe('1.1.0');
    expect(readFileSync(join(place.unix, 'resources/app.asar'), 'utf8')).toBe('second');
  });

  test('stays whole when a program uses one of its files, so that it can’t be updated', async () => {
    const place = folder('held/Sallyport');
    await install(setups[0], ...into(place));
    const before = contents(place);
    const held = windowsPath(join(place.unix, 'resources/old/only.txt'));
    const holder = await start(
      compileWindowsC(join(projectDir, 'tests/wine/clients/packed-program.c')),
      held,
    );
    expect(await install(setups[1])).toBe(2);
    expect(contents(place)).toEqual(before);
    expect(readFileSync(join(place.unix, 'resources/app.asar'), 'utf8')).toBe('first');
    expect((await installed()).version).toBe('1.0.0');
    holder.kill();
    await holder.end;
  });

  test('says what is left when the list of its files is gone', async () => {
    const place = folder('listless/Sallyport');
    await install(setups[0], ...into(place));
    rmSync(join(place.unix, 'resources/installed-files.txt'));
    await uninstall(place);
    expect(contents(place)).toContain('LICENSE.txt');
    expect(contents(place)).not.toContain('Sallyport.exe');
  });
});
