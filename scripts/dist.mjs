// `npm run dist`: installers and portable programs for Windows on x64 and arm64, below release/.
// `--dir` packs without installers; `--electron-dist=DIR` takes an unpacked Electron instead of downloading one, of
// DIR/x64 and DIR/arm64 where these are there; `--output=DIR` takes another folder than release/; `--set-sizes` lets the
// program be as large as it is.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCommandFolder } from './command-folder.mjs';
import { makeIcon } from './make-icon.mjs';
import { assertPackage } from './release/check-package.ts';
import { licenceTexts, packedDependencies } from './release/dependencies.ts';
import { readPackedProgram } from './release/packed-program.ts';
import { billOfMaterials } from './release/sbom.ts';
import { runNode, runNpm } from './run-tool.mjs';

const { values } = parseArgs({
  options: {
    dir: { type: 'boolean', default: false },
    arch: { type: 'string', multiple: true, default: ['x64', 'arm64'] },
    'electron-dist': { type: 'string' },
    output: { type: 'string', default: 'release' },
    'set-sizes': { type: 'boolean', default: false },
  },
});

/** Not in dist/, which somebody may be using. */
const built = resolve('.cache/staging/built');

const licences = licenceTexts(packedDependencies());

/** A folder with the program, its licence and koffi for Windows on `arch`, and nothing else. */
function stage(arch) {
  const staging = resolve('.cache/staging', arch);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(join(staging, 'build'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'LICENSE', 'electron-builder.yml'])
    cpSync(name, join(staging, name));
  writeFileSync(join(staging, 'LICENSES-others.txt'), licences);
  cpSync(built, join(staging, 'dist'), { recursive: true });
  cpSync('build/installer.nsh', join(staging, 'build/installer.nsh'));
  makeIcon(join(staging, 'build/icon.ico'));
  runNpm(['ci', '--omit=dev', '--os=win32', `--cpu=${arch}`, '--ignore-scripts'], staging);
  // A build on Linux would otherwise pack Linux' native library into the Windows program.
  const natives = readdirSync(join(staging, 'node_modules/@koromix'));
  if (natives.join() !== `koffi-win32-${arch}`) throw new Error(`wrong native libraries: ${natives}`);
  // Everything but koffi is bundled in dist/; electron-builder packs what package.json names.
  const manifest = JSON.parse(readFileSync(join(staging, 'package.json'), 'utf8'));
  const { koffi } = manifest.dependencies;
  const { name, version, description, license, author, type, main } = manifest;
  const trimmed = { name, version, description, license, author, type, main, dependencies: { koffi } };
  writeFileSync(join(staging, 'package.json'), JSON.stringify(trimmed, null, 2));
  return staging;
}

/** The Electron that was given for `arch`; undefined where electron-builder fetches one. */
function electronFor(arch) {
  const given = values['electron-dist'];
  if (given === undefined) return undefined;
  const own = resolve(given, arch);
  return existsSync(own) ? own : resolve(given);
}

const unpackedFor = (arch) =>
  resolve(values.output, arch, arch === 'x64' ? 'win-unpacked' : `win-${arch}-unpacked`);

/** Runs electron-builder for one `target` of its own, or for `--dir`, and checks what was packed. */
async function build(staging, { arch, target, hasCommand }) {
  const electronDist = electronFor(arch);
  const output = resolve(values.output, arch);
  runNode([
    resolve('node_modules/electron-builder/cli.js'),
    ...['--win', target, `--${arch}`],
    ...['--projectDir', staging, '--publish', 'never', `-c.directories.output=${output}`],
    `-c.beforePack=${resolve('scripts/no-elevate-helper.mjs')}`,
    ...(electronDist ? [`-c.electronDist=${electronDist}`] : []),
  ]);
  await assertPackage(unpackedFor(arch), { arch, hasCommand, setsSizes: hasCommand && values['set-sizes'] });
}

async function pack(arch) {
  const staging = stage(arch);
  const commandFolder = join(staging, 'cli');
  mkdirSync(commandFolder);
  // Unpacked anew at each start, it would take longer for a command that does not stay in its place.
  if (!values.dir) await build(staging, { arch, target: 'portable', hasCommand: false });
  makeCommandFolder(commandFolder, { arch, nodeModules: join(staging, 'node_modules'), built, licences });
  await build(staging, { arch, target: values.dir ? '--dir' : 'nsis', hasCommand: true });
}

runNode(['scripts/build.mjs', built]);
for (const arch of values.arch) await pack(arch);
const programs = values.arch.map((arch) => readPackedProgram(unpackedFor(arch), { arch, hasCommand: true }));
writeFileSync(join(values.output, 'sbom.json'), billOfMaterials(programs));
