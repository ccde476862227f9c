// What `npm run pack` makes: the command and what belongs to it, for any system, with nothing that npm would run.
import type { NpmPackageFile } from '../npm-archive.ts';
import { scriptProblems } from './scripts.ts';

const required = [
  'LICENSE',
  'LICENSES-others.txt',
  'README.md',
  'dist/main/cli.js',
  'dist/main/command.cjs',
  'dist/main/copydata-worker.js',
  'dist/main/crypto-worker.js',
  'dist/main/library-host.js',
  'dist/main/webauthn-worker.js',
  'dist/main/windows-keys-worker.js',
  'package.json',
  'sallyport.1',
];

const alsoPacked = [
  /^dist\/main\/[\w-]+\.(cjs|js|cjs\.compiled)$/,
  /^build\/systemd\/[\w@-]+\.(service|socket)$/,
];

/** Others may have npm fetch, build or bring more: optionalDependencies, gypfile, bundleDependencies … */
const fields = [
  ...['name', 'version', 'description', 'license', 'author', 'type', 'bin', 'man', 'engines', 'dependencies'],
  'scripts',
];

/** npm runs these on the machine of whoever installs it. */
const scriptsOfNpm = ['preinstall', 'install', 'postinstall', 'prepare'];

/** One sentence for each that is wrong. */
export function npmPackageProblems(files: readonly NpmPackageFile[]): string[] {
  const paths = files.map(({ path }) => path);
  const manifest = JSON.parse(
    files.find(({ path }) => path === 'package.json')?.bytes.toString('utf8') ?? '{}',
  ) as {
    readonly bin?: unknown;
    readonly scripts?: object;
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  const { koffi, ...others } = manifest.dependencies ?? {};
  const isExact = /^\d+\.\d+\.\d+$/.test(koffi ?? '') && Object.keys(others).length === 0;
  const isCommand = JSON.stringify(manifest.bin) === '{"sallyport":"dist/main/cli.js"}';
  return [
    ...required.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...paths
      .filter((path) => !required.includes(path) && !alsoPacked.some((pattern) => pattern.test(path)))
      .map((path) => `${path} has no business in the package`),
    ...files
      .filter(({ path, isExecutable }) => isExecutable !== (path === 'dist/main/cli.js'))
      .map(({ path, isExecutable }) => `${path} ${isExecutable ? 'can' : 'can’t'} be run as a program`),
    // npm takes the last one of a name, whatever the first is.
    ...paths
      .filter((path, index) => paths.indexOf(path) !== index)
      .map((path) => `${path} is there more than once`),
    ...Object.keys(manifest)
      .filter((name) => !fields.includes(name))
      .map((name) => `package.json has “${name}”, which is none of its fields`),
    ...Object.keys(manifest.scripts ?? {})
      .filter((name) => scriptsOfNpm.includes(name))
      .map((name) => `npm would run “${name}” where it is installed`),
    ...(isCommand ? [] : ['package.json does not make “sallyport” of dist/main/cli.js, and nothing else']),
    ...(isExact ? [] : ['package.json does not name one version of koffi, and nothing else']),
    ...files.flatMap(({ path, bytes }) => scriptProblems(path, bytes, paths)),
  ];
}
