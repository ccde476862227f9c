// A packed program as its checks see it: its files, those in the archive among them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Archive, readArchive } from './asar-archive.ts';
import { isPortableExecutable } from './portable-executable.ts';

export type Arch = 'x64' | 'arm64';

export interface PackedFile {
  /** Below the program's folder, with slashes; the archive is a folder, too. */
  readonly path: string;
  readonly size: number;
  read(): Buffer;
}

export interface PackedProgram {
  readonly dir: string;
  readonly arch: Arch;
  /** Whether the folder of the `sallyport` command belongs to it, as to the one that is installed. */
  readonly hasCommand: boolean;
  readonly archive: Archive;
  /** What lies beside the archive in `app.asar.unpacked` is there once, below the archive's name. */
  readonly files: readonly PackedFile[];
}

export const archivePath = 'resources/app.asar';
export const commandPath = 'resources/cli';
export const programPath = 'Sallyport.exe';

/** Throws when there is no archive, or none that can be read. */
export function readPackedProgram(
  dir: string,
  { arch, hasCommand }: { readonly arch: Arch; readonly hasCommand: boolean },
): PackedProgram {
  const archive = readArchive(join(dir, archivePath));
  const archived = archive.files.map(({ path, bytes }) => ({
    path: `${archivePath}/${path}`,
    size: bytes.length,
    read: () => bytes,
  }));
  const known = new Set(
    archive.files.filter(({ isUnpacked }) => isUnpacked).map(({ path }) => `${archivePath}.unpacked/${path}`),
  );
  const others = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path !== archivePath && !known.has(path))
    .flatMap((path) => {
      const stat = statSync(join(dir, path));
      return stat.isDirectory() ? [] : [{ path, size: stat.size, read: () => readFileSync(join(dir, path)) }];
    });
  return { dir, arch, hasCommand, archive, files: [...archived, ...others] };
}

/** The file of that path; undefined when it is not packed. */
export const findPacked = ({ files }: PackedProgram, path: string) =>
  files.find((file) => file.path === path);

/** Programs and libraries for Windows, by their bytes, whatever they are called. */
export const executablesOf = ({ files }: PackedProgram) =>
  files.filter((file) => isPortableExecutable(file.read()));
