// node.exe (the one that is packed) and the tree it runs in: koffi with its Windows binary, and ssh2.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchNode } from '../../../scripts/command-folder.mjs';
import { onceMade, unpackPackage } from '../../../scripts/npm-package.mjs';
import { cacheDir, projectDir } from './paths.ts';

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
  const koffiVersion = versionOf('koffi');
  const treeDir = join(cacheDir, `tree-koffi-${koffiVersion}-ssh2-${versionOf('ssh2')}`);
  onceMade(treeDir, (dir) => {
    for (const name of portablePackages) copyPackage(name, dir);
    unpackPackage(
      `@koromix/koffi-win32-x64@${koffiVersion}`,
      join(dir, 'node_modules', '@koromix', 'koffi-win32-x64'),
    );
  });
  return { nodeExe: fetchNode('x64'), dir: treeDir };
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
