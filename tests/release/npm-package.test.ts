// What `npm run pack` makes runs, passes its check, and that refuses a package that is wrong.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmPackageProblems } from '../../scripts/release/checks/npm-package.ts';
import { type NpmPackageFile, readNpmPackage } from '../../scripts/release/npm-archive.ts';
import { runScript } from './support/packed.ts';

const dir = mkdtempSync(join(tmpdir(), 'sallyport-pack-'));
const versionIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
const archive = join(dir, `sallyport-${versionIn('package.json')}.tgz`);
let files: readonly NpmPackageFile[];
beforeAll(() => {
  runScript('scripts/pack.mjs', [dir]);
  files = readNpmPackage(archive).files;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('is the command, which needs koffi beside it and nothing else', () => {
  execFileSync('tar', ['-xzf', archive], { cwd: dir });
  const root = join(dir, 'package');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object>;
  expect(manifest['dependencies']).toEqual({ koffi: versionIn('node_modules/koffi/package.json') });
  expect(manifest).not.toHaveProperty('devDependencies');
  // A string would be right for package.json, but npm makes no link then, and `man sallyport` finds nothing.
  expect(manifest['man']).toEqual(['sallyport.1']);
  expect(readFileSync(join(root, 'sallyport.1'), 'utf8')).toContain('.SS sallyport add');
  expect(readdirSync(join(root, 'dist/main'))).not.toContain('app.js');
  for (const name of ['koffi', '@koromix'])
    cpSync(join('node_modules', name), join(root, 'node_modules', name), { recursive: true });
  // As npm links it into its bin folder.
  symlinkSync(join(root, 'dist/main/cli.js'), join(dir, 'sallyport'));
  const env = { PATH: `${dir}:${process.env['PATH']}`, HOME: dir, TMPDIR: dir };
  const script = 'sallyport agent --no-prompt -- sallyport list --json';
  expect(execFileSync('sh', ['-c', script], { env, encoding: 'utf8' })).toBe('[]\n');
});

describe('its check', () => {
  const withFile = (path: string, text: string, isExecutable = false) => [
    ...files.filter((file) => file.path !== path),
    { path, bytes: Buffer.from(text), isExecutable },
  ];

  it('passes', () => {
    expect(npmPackageProblems(files)).toEqual([]);
  });

  it.each(['LICENSE', 'dist/main/crypto-worker.js', 'sallyport.1'])('misses %s', (path) => {
    expect(npmPackageProblems(files.filter((file) => file.path !== path))).toContain(`${path} is missing`);
  });

  it.each(['dist/main/app.js.map', 'dist/preload/preload.cjs', 'tests/fixtures/keys/rsa.ppk', '.npmrc'])(
    'refuses %s',
    (path) => {
      expect(npmPackageProblems(withFile(path, ''))).toEqual([`${path} has no business in the package`]);
    },
  );

  it('refuses what npm would run, and other dependencies than the koffi that was tested', () => {
    const bin = { sallyport: 'dist/main/cli.js' };
    const manifest = { bin, scripts: { postinstall: 'x' }, dependencies: { koffi: '^3.0.0' } };
    expect(npmPackageProblems(withFile('package.json', JSON.stringify(manifest)))).toEqual([
      'npm would run “postinstall” where it is installed',
      'package.json does not name one version of koffi, and nothing else',
    ]);
  });

  it('refuses what has npm fetch or build more, no koffi, and other commands', () => {
    const manifest = { bin: './cli.js', optionalDependencies: { left: '*' }, gypfile: true };
    expect(npmPackageProblems(withFile('package.json', JSON.stringify(manifest)))).toEqual([
      'package.json has “optionalDependencies”, which is none of its fields',
      'package.json has “gypfile”, which is none of its fields',
      'package.json does not make “sallyport” of dist/main/cli.js, and nothing else',
      'package.json does not name one version of koffi, and nothing else',
    ]);
  });

  it('refuses a second file of a name, which npm would take', () => {
    const second = { path: 'package.json', bytes: Buffer.from('{}'), isExecutable: false };
    expect(npmPackageProblems([...files, second])).toEqual(['package.json is there more than once']);
  });

  it('refuses a command that can’t be run, and programs beside it', () => {
    expect(npmPackageProblems(withFile('dist/main/cli.js', ''))).toEqual([
      'dist/main/cli.js can’t be run as a program',
    ]);
    expect(npmPackageProblems(withFile('README.md', '', true))).toEqual([
      'README.md can be run as a program',
    ]);
  });

  it('refuses what names the folder that it was built in', () => {
    const path = 'dist/main/list-12345678.cjs.compiled';
    expect(npmPackageProblems(withFile(path, `\0${process.cwd()}/main/list.ts`))).toEqual([
      `${path} names the folder that it was built in`,
    ]);
  });

  it('refuses a script that names what is not there', () => {
    expect(npmPackageProblems(withFile('dist/main/cli.js', "import './gone.js'", true))).toEqual([
      'dist/main/cli.js needs ./gone.js, which is missing',
    ]);
  });
});
