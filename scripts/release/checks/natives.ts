// Native code: of the right processor, loadable in whatever program loads it, and signed where ours is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { executablesOf, findPacked, type PackedProgram, programPath } from '../packed-program.ts';
import { isPortableExecutable, readPortableExecutable } from '../portable-executable.ts';

// electron-builder's own rule.
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { load } = builder('js-yaml') as { load: (text: string) => { readonly win: object } };
const { WinPackager } = builder('app-builder-lib') as {
  WinPackager: { readonly prototype: { shouldSignFile(path: string): boolean } };
};

/** Part of every Windows; any other would have to be packed. */
const systemLibraries = ['KERNEL32.DLL', 'ADVAPI32.DLL'];

/** How programs tell that they are signed by those who made Node.js. */
const signerOfNode = 'OpenJS Foundation';

const isNode = (path: string) => path.endsWith('/node.exe');

/** One sentence for each that is wrong. `configuration` is the text of electron-builder.yml. */
export function nativeProblems(
  program: PackedProgram,
  configuration = readFileSync('electron-builder.yml', 'utf8'),
): string[] {
  const packager = { platformSpecificBuildOptions: load(configuration).win };
  const isToBeSigned = (path: string) => WinPackager.prototype.shouldSignFile.call(packager, path);
  const main = findPacked(program, programPath);
  const isRelease = main !== undefined && readPortableExecutable(main.read()).certificate !== undefined;
  const misnamed = program.files
    .filter(({ path, read }) => /\.(exe|node)$/.test(path) && !isPortableExecutable(read()))
    .map(({ path }) => `${path} is no program or library for Windows`);
  const wrong = executablesOf(program).flatMap(({ path, read }) => {
    const { processor, imports, delayImports, certificate, isAsSigned } = readPortableExecutable(read());
    const problems: string[] = [];
    if (processor !== program.arch) problems.push(`${path} is for ${processor}, not ${program.arch}`);
    // Electron's own libraries are as Electron has them.
    if (path.endsWith('.dll')) return problems;
    if (certificate !== undefined && !isAsSigned) problems.push(`${path} is not what its signature is of`);
    if (path.endsWith('.node')) {
      // The name of the program that loads it is another one in ours: the loader asks for it when it is first called.
      if (delayImports.join() !== 'NODE.EXE') problems.push(`${path} does not ask for node.exe late`);
      const others = imports.filter((name) => !systemLibraries.includes(name));
      if (others.length > 0) problems.push(`${path} needs ${others.join(', ')}`);
    }
    if (isNode(path)) {
      if (isToBeSigned(path)) problems.push(`${path} would be signed as ours`);
      if (certificate?.includes(signerOfNode) !== true)
        problems.push(`${path} has not the signature of the ${signerOfNode}`);
    } else if (!isToBeSigned(path)) problems.push(`${path} would not be signed`);
    else if (isRelease && certificate === undefined)
      problems.push(`${path} is not signed, ${programPath} is`);
    return problems;
  });
  return [...misnamed, ...wrong];
}
