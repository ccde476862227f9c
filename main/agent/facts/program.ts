// The program that asks, by its file: what identifies it, and what is said of it. Never by its path alone.

/**
 * Why the file that runs is not the one that its path names here: the process has other mounts than we have (a
 * container, a sandbox), or the file was removed, replaced or covered since.
 */
export type OtherFile = 'other-mount-namespace' | 'replaced';

export interface Program {
  /** Full path of the executable, when the system tells. */
  readonly executable?: string;
  /** Present: `executable` names another file here, or none. */
  readonly otherFile?: OtherFile;
  /** With `otherFile`: tells one such file from all others, as the path does not. */
  readonly fileId?: string;
}

const notes: Record<OtherFile, string> = {
  'other-mount-namespace': 'in another mount namespace',
  replaced: 'not the file that is there now',
};

/** What to say behind the path of a program whose file is another one than the path says; else nothing. */
export function fileNote({ otherFile }: Pick<Program, 'otherFile'>): string {
  return otherFile === undefined ? '' : ` (${notes[otherFile]})`;
}

/** Equal for the same program, and for no other file of the same path; undefined when it is not known. */
export function programId({ executable, otherFile, fileId }: Program): readonly string[] | undefined {
  if (executable === undefined) return undefined;
  return otherFile === undefined
    ? ['executable', executable]
    : ['other-file', executable, otherFile, fileId ?? ''];
}
