// The portable program that electron-builder makes with our configuration.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installerMaker } from './lane/built-installer.ts';
import { windowsPath } from './lane/paths.ts';
import {
  describeWindows,
  laneWorkDir,
  prefixDir,
  runWindowsExe,
  startWindowsExe,
} from './lane/windows-program.ts';

describeWindows('the portable program', () => {
  test('started again while it runs, is unpacked into another folder and leaves the first one whole', async () => {
    const program = await installerMaker()({
      version: '1.0.0',
      files: { 'a b/é.txt': '' },
      target: 'portable',
    });
    const dir = laneWorkDir();
    const placeOf = (name: string) => readFileSync(join(dir, name), 'utf16le').replace('\ufeff', '');
    const isThere = (path: string) =>
      existsSync(path.replace(/^C:/, join(prefixDir(), 'drive_c')).replaceAll('\\', '/'));
    const stopFile = join(dir, 'stop');
    const first = startWindowsExe(program, [windowsPath(join(dir, 'first')), windowsPath(stopFile)]);
    await expect
      .poll(() => existsSync(join(dir, 'first')) && placeOf('first'), { timeout: 60_000 })
      .toBeTruthy();
    expect((await runWindowsExe(program, [windowsPath(join(dir, 'second'))])).exitCode).toBe(0);

    expect(placeOf('second')).not.toBe(placeOf('first'));
    expect(isThere(placeOf('first'))).toBe(true);
    expect(isThere(placeOf('first').replace('Sallyport.exe', 'a b\\é.txt'))).toBe(true);
    writeFileSync(stopFile, '');
    expect((await first.result).exitCode).toBe(0);
    // Nothing is left of either.
    expect(isThere(placeOf('first'))).toBe(false);
    expect(isThere(placeOf('second'))).toBe(false);
  });
});
