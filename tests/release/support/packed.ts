// The program as `npm run dist -- --dir` packs it around a stand-in for Electron, once for all tests of a file.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arch, PackedProgram } from '../../../scripts/release/packed-program.ts';
import { makeStubElectron } from './stub-electron.ts';

export interface PackedPrograms extends Disposable {
  readonly dir: string;
  readonly electron: string;
  /** The folder that a program for `arch` lies in. */
  unpacked(arch: Arch): string;
}

/** What is printed is part of the Error that is thrown when packing fails. */
export function runScript(script: string, args: readonly string[], { cwd = '.', env = {} } = {}): void {
  execFileSync(process.execPath, [script, ...args], { cwd, stdio: 'pipe', env: { ...process.env, ...env } });
}

/** Packs for both processors. */
export function packPrograms(): PackedPrograms {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-packed-'));
  const [electron, output] = [join(dir, 'electron'), join(dir, 'release')];
  for (const arch of ['x64', 'arm64'] as const) makeStubElectron(join(electron, arch), arch);
  runScript('scripts/dist.mjs', ['--dir', `--electron-dist=${electron}`, `--output=${output}`]);
  return {
    dir,
    electron,
    unpacked: (arch) => join(output, arch, arch === 'x64' ? 'win-unpacked' : 'win-arm64-unpacked'),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The same program, with a file of these bytes in place of what was there. */
export function withFile(program: PackedProgram, path: string, bytes: Buffer | string): PackedProgram {
  const file = { path, size: bytes.length, read: () => Buffer.from(bytes) };
  return { ...program, files: [...program.files.filter((other) => other.path !== path), file] };
}

/** The same program without that file. */
export const without = (program: PackedProgram, path: string): PackedProgram => ({
  ...program,
  files: program.files.filter((file) => file.path !== path),
});
