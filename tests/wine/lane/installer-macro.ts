// Programs that NSIS makes of build/installer.nsh.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { projectDir } from './paths.ts';
import { laneWorkDir } from './windows-program.ts';

function makensis(script: string, options: readonly string[]): void {
  // Warnings are errors, as they are for electron-builder.
  const all = [
    '-V1',
    '-WX',
    '-INPUTCHARSET',
    'UTF8',
    ...options,
    join(projectDir, 'tests/wine/clients', script),
  ];
  execFileSync('makensis', all);
}

/** A program that runs one macro of installer.nsh. Its Unix path. */
export function compileMacro(
  macro: string,
  { installDir, mode = 'CurrentUser' }: { installDir: string; mode?: 'CurrentUser' | 'all' },
): string {
  const program = join(laneWorkDir(), `${macro}-${randomUUID()}.exe`);
  const defines = {
    OUT_FILE: program,
    INSTALL_DIR: installDir,
    INSTALL_MODE: mode,
    MACRO: macro,
    INCLUDE: join(projectDir, 'build/installer.nsh'),
  };
  const options = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
  makensis('installer-macro.nsi', options);
  return program;
}
