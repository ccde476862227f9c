// Which program a process runs (Linux): the path of its executable, and whether the file there is the one that runs.
// The path alone names another file in a container, where something was mounted over it, or after an update.
import { type BigIntStats, closeSync, fstat, stat } from 'node:fs';
import { promisify } from 'node:util';
import { openForNaming, readProcLink } from './proc-files.ts';
import { inStatQueue } from './stat-queue.ts';

/**
 * Why the file that runs is not the one that its path names here: the process has other mounts than we have (a
 * container, a sandbox), or the file was removed, replaced or covered since, or never had a name (memfd).
 */
export type OtherFile = 'other-mount-namespace' | 'replaced';

export interface Program {
  readonly executable?: string;
  readonly otherFile?: OtherFile;
  /** With `otherFile`: tells one such file from all others, as the path does not. */
  readonly fileId?: string;
}

/** The kernel's mark for a file that has no name any more. */
const DELETED = / \(deleted\)$/;

let ownMountNamespace: string | undefined;

function hasOurMounts(processDirectory: string): boolean {
  ownMountNamespace ??= readProcLink('/proc/self/ns/mnt');
  return readProcLink(`${processDirectory}/ns/mnt`) === ownMountNamespace;
}

function otherFileOf(processDirectory: string): OtherFile {
  return hasOurMounts(processDirectory) ? 'replaced' : 'other-mount-namespace';
}

const statAsync = promisify(stat);
const fstatAsync = promisify(fstat);
const statFile = (path: string) =>
  inStatQueue(() => statAsync(path, { bigint: true }).catch(() => undefined));
const statDescriptor = (file: number) => inStatQueue(() => fstatAsync(file, { bigint: true }));

const isSameFile = (one: BigIntStats, other: BigIntStats | undefined) =>
  one.dev === other?.dev && one.ino === other.ino;

/** The executable that a process had when it was opened; the process may end or run another one since. */
export class ExecutableFile {
  readonly #file: number;
  #path: string | undefined;
  #closed = false;

  private constructor(file: number) {
    this.#file = file;
  }

  /** `processDirectory` as /proc/PID. Undefined when it has ended, or we may not look. Takes microseconds. */
  static open(processDirectory: string): ExecutableFile | undefined {
    const file = openForNaming(`${processDirectory}/exe`);
    return file === undefined ? undefined : new ExecutableFile(file);
  }

  /**
   * As the kernel shows it, which may not lead to the file; undefined when it shows none. Read when it is first asked for:
   * the file is held, whatever becomes of its name, and most who connect are never asked about.
   */
  get path(): string | undefined {
    if (!this.#closed) this.#path ??= readProcLink(`/proc/self/fd/${this.#file}`);
    return this.#path;
  }

  /** Compares the file with the one at its path. Rejects when the file can't be looked at. */
  async identify(processDirectory: string): Promise<Program> {
    const { path } = this;
    if (path === undefined) return {};
    const executable = path.replace(DELETED, '');
    const [running, ...named] = await Promise.all([
      statDescriptor(this.#file),
      statFile(path),
      // There are files whose names end like the mark.
      ...(executable === path ? [] : [statFile(executable)]),
    ]);
    if (isSameFile(running, named[0])) return { executable: path };
    if (isSameFile(running, named[1])) return { executable };
    const { dev, ino, ctimeNs } = running;
    const fileId = [readProcLink(`${processDirectory}/ns/mnt`), dev, ino, ctimeNs].join(' ');
    return { executable, otherFile: otherFileOf(processDirectory), fileId };
  }

  close(): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }
}

/** The program of a process that is only shown: by its path and mounts, without a look at the file. */
export function programAtAGlance(processDirectory: string): Program {
  const path = readProcLink(`${processDirectory}/exe`);
  if (path === undefined) return {};
  const executable = path.replace(DELETED, '');
  if (!hasOurMounts(processDirectory)) return { executable, otherFile: 'other-mount-namespace' };
  return executable === path ? { executable } : { executable, otherFile: 'replaced' };
}
