// node.exe (the one that is packed) and the tree it runs in: koffi with its Windows binary, and ssh2.
import { appendFileSync, copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchNode, makeCommandFolder } from '../../../scripts/command-folder.mjs';
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
  const treeDir = join(cacheDir, `tree-with-room-koffi-${koffiVersion}-ssh2-${versionOf('ssh2')}`);
  onceMade(treeDir, (dir) => {
    for (const name of portablePackages) copyPackage(name, dir);
    unpackPackage(
      `@koromix/koffi-win32-x64@${koffiVersion}`,
      join(dir, 'node_modules', '@koromix', 'koffi-win32-x64'),
    );
    leaveRoomAboveStack(join(dir, 'node_modules', 'koffi'));
  });
  return { nodeExe: fetchNode('x64'), dir: treeDir };
}

/** The folder of the command as it is packed, with the koffi of a tree that was made. */
export function makeLaneCommandFolder(dir: string, treeDir: string): void {
  const nodeModules = join(treeDir, 'node_modules');
  makeCommandFolder(dir, { arch: 'x64', nodeModules });
  copyFileSync(join(nodeModules, 'koffi', room), join(dir, 'program/node_modules/koffi', room));
}

/** Without what is native to the system that they were installed on. */
function copyPackage(name: string, dir: string): void {
  cpSync(join(projectDir, 'node_modules', name), join(dir, 'node_modules', name), {
    recursive: true,
    filter: (source) => !/\/koffi\/(vendor|doc)$|\.node$/.test(source),
  });
}

const room = 'room-above-stack.cjs';

/**
 * koffi calls from the very end of a stack of its own, which an inaccessible page follows. Wine 10 reads a fifth and a sixth
 * argument of each system call, also where there are fewer (Windows copies those that there are): what does nothing
 * but a system call, as NtQuerySystemInformation and GetForegroundWindow, then faults for ever. The page gets memory, in
 * each thread that loads koffi.
 */
function leaveRoomAboveStack(koffiDir: string): void {
  writeFileSync(
    join(koffiDir, room),
    `const kernel32 = require('./src/koffi/index.cjs').load('kernel32.dll');
const limits = 'GetCurrentThreadStackLimits';
const end = [0];
kernel32.func('__stdcall', limits, 'void', ['_Out_ uintptr_t *', '_Out_ uintptr_t *'])([0], end);
const allocate = kernel32.func('__stdcall', 'VirtualAlloc', 'void *', ['uintptr_t', 'size_t', 'uint32_t', 'uint32_t']);
const [MEM_COMMIT, PAGE_READWRITE] = [0x1000, 4];
if (allocate(end[0], 4096, MEM_COMMIT, PAGE_READWRITE) === null) throw new Error('no room above the stack of koffi');
`,
  );
  appendFileSync(join(koffiDir, 'index.js'), `\nimport './${room}';\n`);
  appendFileSync(join(koffiDir, 'index.cjs'), `\nrequire('./${room}');\n`);
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(projectDir, 'node_modules', name, 'package.json'), 'utf8'));
  return manifest.version;
}
