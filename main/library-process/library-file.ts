// Whether a file may be loaded as a library: it is one for this processor, and nobody but the person and administrators had a
// hand in it.
import { open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { whoElseMayWrite } from '../../ipc/posix/files/trusted-place.ts';
import { foreignName } from '../../text/foreign-text.ts';
import { systemErrorInWords } from '../../text/system-error.ts';

/** `message` and `remedy` are sentences for the person. */
export class LibraryFileError extends Error {
  override readonly name = 'LibraryFileError';
  readonly remedy: string;

  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}

interface Processor {
  readonly name: string;
  /** Undefined where the format has none of it. */
  readonly elf: number | undefined;
  readonly pe: number | undefined;
}

/** By Node's names; the numbers are e_machine (ELF) and Machine (PE). */
const processors: Readonly<Record<string, Processor>> = {
  x64: { name: 'x86-64', elf: 62, pe: 0x8664 },
  arm64: { name: '64-bit ARM', elf: 183, pe: 0xaa64 },
  ia32: { name: '32-bit x86', elf: 3, pe: 0x14c },
  arm: { name: '32-bit ARM', elf: 40, pe: 0x1c4 },
};

const elfMagic = 0x7f454c46;
const peMagic = 0x4d5a;
/** “PE” and two zeros, before what it says of the processor. */
const peSignature = 0x50450000;
const peOffsetAt = 0x3c;
/** Of a file's start: the PE header lies somewhere in it. */
const headerBytes = 4096;

const fromMaker = 'Get it from who made the token, with all that belongs to it.';
const noLibrary = () => new LibraryFileError('The file is no library for this system.', fromMaker);

/** The number of the processor that a library is for. Throws LibraryFileError for what is no library of this system. */
function machineOf(header: DataView): number {
  const isWindows = process.platform === 'win32';
  if (header.byteLength < 64) throw noLibrary();
  if (!isWindows) {
    if (header.getUint32(0) !== elfMagic) throw noLibrary();
    return header.getUint16(18, header.getUint8(5) !== 2);
  }
  const offset = header.getUint32(peOffsetAt, true);
  if (header.getUint16(0) !== peMagic || offset + 6 > header.byteLength) throw noLibrary();
  if (header.getUint32(offset) !== peSignature) throw noLibrary();
  return header.getUint16(offset + 4, true);
}

function assertForThisProcessor(header: DataView): void {
  if (process.platform === 'darwin') return;
  const machine = machineOf(header);
  const format = process.platform === 'win32' ? 'pe' : 'elf';
  const own = processors[process.arch];
  if (own === undefined || own[format] === machine) return;
  const other = Object.values(processors).find((processor) => processor[format] === machine);
  throw new LibraryFileError(
    `The library is for another processor (${other?.name ?? `number ${machine}`}); Sallyport runs on ${own.name}.`,
    `Get the one for ${own.name} from who made the token.`,
  );
}

async function readHeader(path: string): Promise<DataView> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(headerBytes), 0, headerBytes, 0);
    return new DataView(buffer.buffer, 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function whoElseMayReplace(path: string): Promise<string | undefined> {
  if (process.platform !== 'win32') return whoElseMayWrite(path);
  const { findWeakness } = await import('../../ipc/win32/security/replaceable-path.ts');
  try {
    // Beside the library lie those that Windows loads with it.
    const weakness = findWeakness(dirname(path)) ?? findWeakness(path);
    return weakness && `Others than you and administrators may change ${foreignName(weakness.path)}.`;
  } catch {
    return `It can’t be seen who may change ${foreignName(path)}.`;
  }
}

function unreadable(error: unknown): LibraryFileError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new LibraryFileError(
      'There is no file at this path.',
      'It may have been uninstalled: install it again, or remove it here.',
    );
  return new LibraryFileError(
    `The file can’t be read (${systemErrorInWords(code)}).`,
    'Check who may read it.',
  );
}

/**
 * Resolves when the file may be loaded, as far as can be seen without loading it. SECURITY: whoever could write it would run in
 * our name, and be given PINs. Rejects with LibraryFileError.
 */
export async function assertLoadableLibrary(path: string): Promise<void> {
  const reason = await whoElseMayReplace(path);
  if (reason !== undefined)
    throw new LibraryFileError(
      `The library is not loaded, as others could have written it. ${reason}`,
      'Install it where only administrators, or you, may write.',
    );
  let header: DataView;
  try {
    // A fifo would be waited for.
    if (!(await stat(path)).isFile()) throw noLibrary();
    header = await readHeader(path);
  } catch (error) {
    throw error instanceof LibraryFileError ? error : unreadable(error);
  }
  assertForThisProcessor(header);
}

/** The file that the path leads to, by all links. Rejects with LibraryFileError where there is none. */
export async function canonicalLibraryPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw unreadable(error);
  }
}
