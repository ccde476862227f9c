// `npm run pack`: the `sallyport` command as one file for `npm install --global`, without the tray. `--set-sizes` lets it
// be as large as it is.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { copyProgram } from './command-folder.mjs';
import { assertNpmPackage } from './release/check-package.ts';
import { licenceTexts, packedDependencies } from './release/dependencies.ts';
import { runNode, runNpm } from './run-tool.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'set-sizes': { type: 'boolean', default: false } },
});
/** Where the package goes: the first argument, or the working directory. */
const destination = resolve(positionals[0] ?? '.');
const work = resolve('.cache/pack');
const [built, staging] = [join(work, 'built'), join(work, 'package')];

rmSync(work, { recursive: true, force: true });
mkdirSync(staging, { recursive: true });
runNode(['scripts/build.mjs', built]);
copyProgram(join(built, 'main'), join(staging, 'dist/main'), { forOtherSystem: false });
// From the help of the very command that is packed.
const manual = execFileSync(process.execPath, [join(built, 'main/cli.js'), 'help', '--man']);
writeFileSync(join(staging, `sallyport.1`), manual);
for (const name of ['README.md', 'LICENSE']) copyFileSync(name, join(staging, name));
writeFileSync(join(staging, 'LICENSES-others.txt'), licenceTexts(packedDependencies()));
cpSync('build/systemd', join(staging, 'build/systemd'), { recursive: true });
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
// Everything but koffi is bundled in dist/. As it is native code in the agent, it is the very version that was tested.
const koffi = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages['node_modules/koffi'].version;
const { name, version, description, license, author, type, bin, engines } = manifest;
const dependencies = { koffi };
// A list: npm links no manual page that is named by a string.
const man = ['sallyport.1'];
const trimmed = { name, version, description, license, author, type, bin, man, engines, dependencies };
writeFileSync(join(staging, 'package.json'), JSON.stringify(trimmed, null, 2));
runNpm(['pack', '--silent'], staging);
const file = `${name}-${version}.tgz`;
assertNpmPackage(join(staging, file), { setsSizes: values['set-sizes'] });
copyFileSync(join(staging, file), join(destination, file));
