// What build/installer.nsh adds to electron-builder's installer and uninstaller, run by NSIS itself.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir, windowsPath } from './lane/paths.ts';
import { describeWindows, laneWorkDir, runWindowsExe } from './lane/windows-program.ts';

const verb = String.raw`HKCU\Software\Classes\SystemFileAssociations\.ppk\shell\sallyport`;
const atLogin = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`;
const installDir = String.raw`C:\Users\Mary O'Brien\Sallyport`;

/** A program that runs one macro of installer.nsh. */
function compile(macro: string): string {
  const program = join(laneWorkDir(), `${macro}.exe`);
  const defines = {
    OUT_FILE: program,
    INSTALL_DIR: installDir,
    MACRO: macro,
    INCLUDE: join(projectDir, 'build/installer.nsh'),
  };
  const options = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
  // Warnings are errors, as they are for electron-builder.
  const script = join(projectDir, 'tests/wine/clients/installer-macro.nsi');
  execFileSync('makensis', ['-V1', '-WX', '-INPUTCHARSET', 'UTF8', ...options, script]);
  return program;
}

async function registry(key: string, ...value: string[]): Promise<string | undefined> {
  const { exitCode, output } = await runWindowsExe('reg', ['query', key, ...value]);
  if (exitCode !== 0) return undefined;
  return /REG_SZ\s+(.*?)\r?$/m.exec(output)?.[1];
}

const startAtLogin = () => registry(atLogin, '/v', 'io.sallyport.app');

describeWindows('the installer', () => {
  test('adds a verb for .ppk files, which the uninstaller takes away', async () => {
    expect(await runWindowsExe(compile('customInstall'))).toMatchObject({ exitCode: 0 });
    expect(await registry(verb, '/ve')).toBe('Add to Sallyport');
    expect(await registry(`${verb}\\command`, '/ve')).toBe(`"${installDir}\\Sallyport.exe" "%1"`);
    expect(await runWindowsExe(compile('customUnInstall'))).toMatchObject({ exitCode: 0 });
    expect(await registry(`${verb}\\command`, '/ve')).toBeUndefined();
  });

  test('keeps the start at login in an update, which begins by the old uninstaller, and ends it otherwise', async () => {
    const uninstaller = compile('customUnInstall');
    const entry = ['add', atLogin, '/v', 'io.sallyport.app', '/d', 'Sallyport.exe', '/f'];
    expect(await runWindowsExe('reg', entry)).toMatchObject({ exitCode: 0 });
    await runWindowsExe(uninstaller, ['/S', '--updated']);
    expect(await startAtLogin()).toBe('Sallyport.exe');
    await runWindowsExe(uninstaller, ['/S']);
    expect(await startAtLogin()).toBeUndefined();
  });

  test('keeps no copy of itself, which is for updates that Sallyport does not fetch', async () => {
    const folder = String.raw`%LOCALAPPDATA%\sallyport-updater`;
    const batch = join(laneWorkDir(), 'copy-of-the-installer.bat');
    const run = async (line: string) => {
      writeFileSync(batch, `@${line}\r\n`);
      return (await runWindowsExe('cmd', ['/c', windowsPath(batch)])).output.trim();
    };
    await run(`mkdir "${folder}" & echo x>"${folder}\\installer.exe"`);
    expect(await run(`if exist "${folder}\\installer.exe" echo there`)).toBe('there');
    await runWindowsExe(compile('customInstall'));
    expect(await run(`if exist "${folder}" echo there`)).toBe('');
  });
});
