// The checks of what was packed, all at once: whoever reads the list has all of it to mend.
import { join } from 'node:path';
import { contentProblems } from './checks/contents.ts';
import { fuseProblems } from './checks/fuses.ts';
import { integrityProblems } from './checks/integrity.ts';
import { nativeProblems } from './checks/natives.ts';
import { npmPackageProblems } from './checks/npm-package.ts';
import { sourceProblems } from './checks/sources.ts';
import { readNpmPackage } from './npm-archive.ts';
import { type Arch, programPath, readPackedProgram } from './packed-program.ts';
import { partSizes, setSizes, sizeProblems } from './sizes.ts';

function refuse(packed: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`${packed} must not be released:\n${problems.join('\n')}`);
}

export interface ProgramOptions {
  readonly arch: Arch;
  /** Whether the folder of the command belongs to it. */
  readonly hasCommand: boolean;
  /** Whether it may be as large as it is from now on. */
  readonly setsSizes?: boolean;
}

/** Rejects with an Error that has one line for each thing that is wrong with the program unpacked in `dir`. */
export async function assertPackage(dir: string, options: ProgramOptions): Promise<void> {
  const program = readPackedProgram(dir, options);
  if (options.setsSizes) setSizes(options.arch, partSizes(program));
  refuse(dir, [
    ...contentProblems(program),
    ...sourceProblems(program),
    ...nativeProblems(program),
    ...integrityProblems(program),
    ...(await fuseProblems(join(dir, programPath))),
    ...sizeProblems(options.arch, partSizes(program)),
  ]);
}

/** The same for the archive that `npm run pack` makes. */
export function assertNpmPackage(path: string, { setsSizes }: { readonly setsSizes: boolean }): void {
  const { size, files } = readNpmPackage(path);
  if (setsSizes) setSizes('npm', { archive: size });
  refuse(path, [...npmPackageProblems(files), ...sizeProblems('npm', { archive: size })]);
}
