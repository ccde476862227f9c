// A packed program as its checks see it: its files, those in the archive among them.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
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
  /** What is neither a file nor a folder, such as a link, which leads out of the package. */
  readonly others: readonly string[];
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
  const files: PackedFile[] = [];
  const others: string[] = [];
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const path = name.replaceAll('\\', '/');
    const stat = lstatSync(join(dir, path));
    if (stat.isDirectory() || path === archivePath || known.has(path)) {
      if (stat.isSymbolicLink()) others.push(path);
    } else if (stat.isFile())
      files.push({ path, size: stat.size, read: () => readFileSync(join(dir, path)) });
    else others.push(path);
  }
  return { dir, arch, hasCommand, archive, files: [...archived, ...files], others };
}

/** The file of that path; undefined when it is not packed. */
export const findPacked = ({ files }: PackedProgram, path: string) =>
  files.find((file) => file.path === path);

/** Programs and libraries for Windows, by their bytes, whatever they are called. */
export const executablesOf = ({ files }: PackedProgram) =>
  files.filter((file) => isPortableExecutable(file.read()));
