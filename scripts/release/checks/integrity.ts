// The archive is the one that the program was built with, and only native code lies beside it.
import { findPacked, type PackedProgram, programPath } from '../packed-program.ts';
import { readPortableExecutable } from '../portable-executable.ts';

/** One sentence for each that Electron would refuse, or could not. */
export function integrityProblems(program: PackedProgram): string[] {
  const main = findPacked(program, programPath);
  if (main === undefined) return [];
  // As app-builder-lib/out/electron/electronWin.js writes it.
  const written = readPortableExecutable(main.read()).resource('INTEGRITY', 'ELECTRONASAR');
  const expected = [{ file: 'resources\\app.asar', alg: 'SHA256', value: program.archive.hash }];
  const isKoffi = (path: string) => /^node_modules\/(koffi|@koromix)\//.test(path);
  return [
    ...(written === undefined
      ? [`${programPath} has no hash of the archive`]
      : written.toString('utf8') === JSON.stringify(expected)
        ? []
        : [`${programPath} has the hash of another archive`]),
    ...program.archive.files.flatMap(({ path, isUnpacked, isWhole }) => [
      ...(isWhole ? [] : [`${path} is not what the archive has a hash of`]),
      ...(isUnpacked === isKoffi(path)
        ? []
        : [isUnpacked ? `${path} lies outside of the archive` : `${path} can't be loaded from the archive`]),
    ]),
  ];
}
