// What build/installer.nsh adds to electron-builder's installer and uninstaller, run by NSIS itself.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { compileMacro, makensis } from './lane/installer-macro.ts';
import { projectDir, windowsPath } from './lane/paths.ts';
import {
  compileWindowsC,
  describeWindows,
  laneWorkDir,
  runWindowsExe,
  startWindowsExe,
} from './lane/windows-program.ts';

const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { load } = builder('js-yaml') as { load: (text: string) => unknown };
const templates = join(dirname(builder.resolve('app-builder-lib/package.json')), 'templates/nsis');

const verb = String.raw`HKCU\Software\Classes\SystemFileAssociations\.ppk\shell\sallyport`;
const atLogin = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`;
const toastClass = String.raw`HKCU\Software\Classes\CLSID\{8B986D12-87BB-44B8-8552-18DC15E5288D}`;
const installDir = String.raw`C:\Users\Mary O'Brien\Sallyport`;
const compile = (macro: string) => compileMacro(macro, { installDir });

async function runBatch(line: string): Promise<string> {
  const batch = join(laneWorkDir(), 'line.bat');
  writeFileSync(batch, `@${line}\r\n`);
  return (await runWindowsExe('cmd', ['/c', windowsPath(batch)])).output.trim();
}

const isThere = async (path: string) => (await runBatch(`if exist "${path}" echo there`)) === 'there';

async function registry(key: string, ...value: string[]): Promise<string | undefined> {
  const { exitCode, output } = await runWindowsExe('reg', ['query', key, ...value]);
  if (exitCode !== 0) return undefined;
  return /REG_SZ\s+(.*?)\r?$/m.exec(output)?.[1];
}

const startAtLogin = () => registry(atLogin, '/v', 'io.sallyport.app');

describeWindows('the installer', () => {
  test('adds a verb for .ppk files, which the uninstaller takes away', async () => {
    expect(await runWindowsExe(compile('customInstall'), ['/S'])).toMatchObject({ exitCode: 0 });
    expect(await registry(verb, '/ve')).toBe('Add to Sallyport');
    expect(await registry(`${verb}\\command`, '/ve')).toBe(`"${installDir}\\Sallyport.exe" "%1"`);
    expect(await runWindowsExe(compile('customUnInstall'), ['/S'])).toMatchObject({ exitCode: 0 });
    expect(await registry(`${verb}\\command`, '/ve')).toBeUndefined();
  });

  test('keeps what the program wrote in an update, which begins by the old uninstaller, and removes it otherwise', async () => {
    const uninstaller = compile('customUnInstall');
    // As Electron's notifications write it.
    const server = `${toastClass}\\LocalServer32`;
    expect(await runWindowsExe('reg', ['add', server, '/ve', '/d', 'Sallyport.exe', '/f'])).toMatchObject({
      exitCode: 0,
    });
    const entry = ['add', atLogin, '/v', 'io.sallyport.app', '/d', 'Sallyport.exe', '/f'];
    expect(await runWindowsExe('reg', entry)).toMatchObject({ exitCode: 0 });
    await runWindowsExe(uninstaller, ['/S', '--updated']);
    expect([await startAtLogin(), await registry(server, '/ve')]).toEqual(['Sallyport.exe', 'Sallyport.exe']);
    await runWindowsExe(uninstaller, ['/S']);
    expect([await startAtLogin(), await registry(server, '/ve')]).toEqual([undefined, undefined]);
    expect((await runWindowsExe('reg', ['query', toastClass])).exitCode).not.toBe(0);
  });

  test('keeps no copy of itself, which is for updates that Sallyport does not fetch', async () => {
    const folder = String.raw`%LOCALAPPDATA%\sallyport-updater`;
    await runBatch(`mkdir "${folder}" & echo x>"${folder}\\installer.exe"`);
    expect(await isThere(`${folder}\\installer.exe`)).toBe(true);
    await runWindowsExe(compile('customInstall'), ['/S']);
    expect(await isThere(folder)).toBe(false);
  });
});

describeWindows('the portable program', () => {
  test('started again while it runs, is unpacked into another folder and leaves the first one whole', async () => {
    const dir = join(laneWorkDir(), 'portable');
    const { portable } = load(readFileSync('electron-builder.yml', 'utf8')) as {
      portable: { unpackDirName?: boolean };
    };
    mkdirSync(join(dir, 'app'), { recursive: true });
    copyFileSync(
      compileWindowsC(join(projectDir, 'tests/wine/clients/packed-program.c')),
      join(dir, 'app/Sallyport.exe'),
    );
    const program = join(dir, 'portable.exe');
    const defines = { OUT_FILE: program, TEMPLATES: templates, APP_DIR_64: join(dir, 'app') };
    const options = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
    // As app-builder-lib/out/targets/nsis/NsisTarget.js does without it: a name that is made when it is packed.
    if (portable.unpackDirName !== true) options.push('-DUNPACK_DIR_NAME=made-when-it-was-packed');
    makensis('portable-program.nsi', options);

    const placeOf = (name: string) => readFileSync(join(dir, name), 'utf16le').replace('\ufeff', '');
    const stopFile = join(dir, 'stop');
    const first = startWindowsExe(program, [windowsPath(join(dir, 'first')), windowsPath(stopFile)]);
    await expect
      .poll(() => existsSync(join(dir, 'first')) && placeOf('first'), { timeout: 60_000 })
      .toBeTruthy();
    expect((await runWindowsExe(program, [windowsPath(join(dir, 'second'))])).exitCode).toBe(0);

    expect(placeOf('second')).not.toBe(placeOf('first'));
    expect(await isThere(placeOf('first'))).toBe(true);
    writeFileSync(stopFile, '');
    expect((await first.result).exitCode).toBe(0);
    // Nothing is left of either.
    expect(await isThere(placeOf('first'))).toBe(false);
    expect(await isThere(placeOf('second'))).toBe(false);
  });
});
