// Installers that electron-builder makes, by its own script and our configuration, of a small program. Its tools are Debian's
// where it would download them: makensis with its 64-bit programs, as Wine runs no 32-bit ones here, and plug-ins of the lane's.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeIcon } from '../../../scripts/make-icon.mjs';
import { projectDir } from './paths.ts';
import { compileWindowsC, compileWindowsDll, laneEnv, laneWorkDir } from './windows-program.ts';

const plugins = ['StdUtils', 'UAC', 'WinShell', 'Nsis7z'];

/** A folder that ELECTRON_BUILDER_NSIS_DIR and ELECTRON_BUILDER_NSIS_RESOURCES_DIR may name. */
function makeNsis(): string {
  const dir = join(laneWorkDir(), `nsis-${randomUUID()}`);
  const pluginDir = join(dir, 'plugins/x86-unicode');
  for (const each of [pluginDir, join(dir, 'linux')]) mkdirSync(each, { recursive: true });
  const plugin = compileWindowsDll(join(projectDir, 'tests/wine/clients/nsis-plugins.c'), ['shell32']);
  for (const name of plugins) copyFileSync(plugin, join(pluginDir, `${name}.dll`));
  const writeProgram = (name: string, script: string) => {
    writeFileSync(join(dir, 'linux', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, 'linux', name), 0o755);
  };
  // A label of LogicLib for a 32-bit Windows goes unused.
  const commands = [
    'Target amd64-unicode',
    `!addplugindir /amd64-unicode "${pluginDir}"`,
    '!pragma warning disable 6012',
  ];
  const options = commands.map((command) => `'-X${command}'`).join(' ');
  // A 32-bit portable program has its temporary folder from its first call of a plug-in, which asks for the processor.
  const portable = `case "$*" in *-portable.exe*) set -- -XSection -XInitPluginsDir -XSectionEnd "$@";; esac`;
  writeProgram(
    'makensis',
    `${portable}\nNSISDIR=/usr/share/nsis PATH='${process.env['PATH']}' exec makensis ${options} "$@"`,
  );
  writeFileSync(join(dir, 'elevate.exe'), '');
  // Wine's own processes keep what they inherit, and electron-builder waits for the end of its pipes.
  writeProgram('wine', `PATH='${process.env['PATH']}' exec wine "$@" >/dev/null 2>&1`);
  return dir;
}

export interface InstallerOptions {
  readonly version: string;
  readonly target?: 'nsis' | 'portable';
  /** Files beside the program, by the Unix paths that they have in its folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** Makes installers that share their tools. */
export function installerMaker(): (options: InstallerOptions) => Promise<string> {
  const nsis = makeNsis();
  const program = compileWindowsC(join(projectDir, 'tests/wine/clients/packed-program.c'));
  return async ({ version, files, target = 'nsis' }) => {
    const dir = join(laneWorkDir(), `installer-${version}-${randomUUID()}`);
    const packed = join(dir, 'packed');
    for (const place of ['Sallyport.exe', 'resources/cli/program/node.exe']) {
      mkdirSync(join(packed, place, '..'), { recursive: true });
      copyFileSync(program, join(packed, place));
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(packed, name, '..'), { recursive: true });
      writeFileSync(join(packed, name), text);
    }
    // As scripts/dist.mjs stages it.
    const { name, description, license, author } = JSON.parse(
      readFileSync(join(projectDir, 'package.json'), 'utf8'),
    ) as Record<string, string>;
    const manifest = { name, version, description, license, author, main: 'main.js' };
    writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest));
    for (const each of ['LICENSE', 'electron-builder.yml', 'build/installer.nsh'])
      cpSync(join(projectDir, each), join(dir, each));
    makeIcon(join(dir, 'build/icon.ico'));
    const builder = join(projectDir, 'node_modules/electron-builder/cli.js');
    const args = [
      '--win',
      target,
      '--x64',
      '--projectDir',
      dir,
      '--prepackaged',
      packed,
      '--publish',
      'never',
    ];
    await promisify(execFile)(process.execPath, [builder, ...args], {
      cwd: dir,
      env: {
        ...process.env,
        ...laneEnv(),
        PATH: `${join(nsis, 'linux')}:${process.env['PATH']}`,
        ELECTRON_BUILDER_NSIS_DIR: nsis,
        ELECTRON_BUILDER_NSIS_RESOURCES_DIR: nsis,
        ELECTRON_BUILDER_7ZIP_PATH: join(projectDir, 'tests/wine/lane/pack-files.mjs'),
      },
    }).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    });
    return join(dir, 'dist', `Sallyport-${version}-x64-${target === 'nsis' ? 'setup' : target}.exe`);
  };
}
