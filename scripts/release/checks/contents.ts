// What is packed: everything that is needed, and nothing else.

import { licenceProblems } from '../dependencies.ts';
import { type Arch, archivePath, commandPath, type PackedProgram, programPath } from '../packed-program.ts';
import { scriptProblems, strayScripts } from './scripts.ts';

const koffi = (arch: Arch) => [
  'koffi/index.cjs',
  'koffi/index.js',
  'koffi/LICENSE.txt',
  'koffi/package.json',
  'koffi/src/koffi/index.cjs',
  'koffi/src/koffi/index.js',
  'koffi/src/koffi/src/static.cjs',
  'koffi/src/koffi/src/static.js',
  `@koromix/koffi-win32-${arch}/index.js`,
  `@koromix/koffi-win32-${arch}/package.json`,
  `@koromix/koffi-win32-${arch}/win32_${arch}/koffi.node`,
];

/** Found by its name where it is started: no import tells of it. */
const workers = [
  'copydata-worker.js',
  'crypto-worker.js',
  'library-host.js',
  'webauthn-worker.js',
  'windows-keys-worker.js',
];

const inArchive = (arch: Arch) =>
  [
    'LICENSE',
    'package.json',
    ...['app.js', ...workers].map((name) => `dist/main/${name}`),
    'dist/preload/preload.cjs',
    ...['keys', 'prompt'].flatMap((page) =>
      ['index.html', 'page.css', 'page.js'].map((name) => `dist/renderer/${page}/${name}`),
    ),
    ...koffi(arch).map((name) => `node_modules/${name}`),
  ].map((name) => `${archivePath}/${name}`);

const inCommand = (arch: Arch) =>
  [
    'sallyport.cmd',
    ...[
      'LICENSE-node.txt',
      'LICENSE.txt',
      'LICENSES-others.txt',
      'node.exe',
      'package.json',
      ...['cli.js', 'command.cjs', ...workers].map((name) => `main/${name}`),
      ...koffi(arch).map((name) => `node_modules/${name}`),
    ].map((name) => `program/${name}`),
  ].map((name) => `${commandPath}/${name}`);

/** Chunks, whose names have a hash of what is in them; and what Electron is made of. */
const alsoPacked = [
  /^resources\/app\.asar\/dist\/main\/[\w-]+\.c?js$/,
  /^resources\/cli\/program\/main\/[\w-]+\.c?js$/,
  /^[\w-]+(\.[\w-]+)*\.(dll|pak|bin|dat|json)$/,
  /^locales\/[\w-]+\.pak$/,
  /^(LICENSE\.electron\.txt|LICENSES\.chromium\.html|version)$/,
];

const requiredIn = ({ arch, hasCommand }: PackedProgram) => [
  programPath,
  'LICENSE.electron.txt',
  'LICENSES.chromium.html',
  'LICENSES-others.txt',
  ...inArchive(arch),
  ...(hasCommand ? inCommand(arch) : []),
];

/** Programs of other systems that are called as ours would be: ELF, and Mach-O in either order of bytes or for several processors. */
const foreignStarts = ['7f454c46', 'cffaedfe', 'cefaedfe', 'feedfacf', 'cafebabe'];

/** As source maps begin, whatever they are called. */
const isSourceMap = (bytes: Buffer) => bytes[0] === 0x7b && bytes.includes('"mappings"');

/** One sentence for each file that is missing, empty, too much, or for another system. */
export function contentProblems(program: PackedProgram): string[] {
  const paths = program.files.map(({ path }) => path);
  const required = requiredIn(program);
  const mayBe = (path: string) =>
    required.includes(path) ||
    (alsoPacked.some((pattern) => pattern.test(path)) &&
      (program.hasCommand || !path.startsWith(commandPath)));
  return [
    ...required.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...program.files
      .filter(({ path, size }) => size === 0 && required.includes(path))
      .map(({ path }) => `${path} is empty`),
    ...program.others.map((path) => `${path} is no file, but leads elsewhere`),
    ...program.files
      .filter(({ path }) => !mayBe(path))
      .map(({ path }) => `${path} has no business in the package`),
    ...program.files
      .filter((file) => foreignStarts.includes(file.read().toString('hex', 0, 4)))
      .map(({ path }) => `${path} is a program of another system`),
    ...program.files
      .filter(({ path }) => path.endsWith('LICENSES-others.txt'))
      .flatMap(({ path, read }) =>
        licenceProblems(read().toString('utf8')).map((what) => `${path} has ${what}`),
      ),
    ...program.files
      .filter(({ path, read }) => mayBe(path) && !/\.(exe|dll|node)$/.test(path) && isSourceMap(read()))
      .map(({ path }) => `${path} is a source map`),
    ...program.files.flatMap(({ path, read }) => scriptProblems(path, read(), paths)),
    ...strayScripts(
      program.files.filter(({ path }) => mayBe(path)),
      required,
    ),
  ];
}
