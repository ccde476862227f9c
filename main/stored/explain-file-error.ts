// Why something could not be written or read, and what to do about it.
import { UntrustedPlaceError } from '../../ipc/posix/files/trusted-place.ts';
import { systemErrorInWords } from '../../text/system-error.ts';

const remedies: Record<string, string> = {
  ENOSPC: 'Make room on the disk.',
  EDQUOT: 'Make room on the disk.',
  EROFS: 'Check the permissions.',
  EACCES: 'Check the permissions.',
  EPERM: 'Check the permissions.',
};

/** Sentences for the person, after one that says what was not stored. */
export function explainWriteError(error: unknown): string {
  if (error instanceof UntrustedPlaceError) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  const place = path === undefined ? 'where it is kept' : `to ${path}`;
  const remedy = remedies[code ?? ''] ?? 'Check the disk.';
  return `Sallyport can not write ${place}: ${systemErrorInWords(code)}. ${remedy}`;
}

/** Why what was stored is not read: the rest of a sentence about several things, and sentences with what to do. */
export function explainReadError(error: unknown): { readonly why: string; readonly remedy: string } {
  if (error instanceof UntrustedPlaceError)
    return {
      why: 'are not used, as others could have written them',
      remedy: `${error.message} Look them through.`,
    };
  const { code } = error as NodeJS.ErrnoException;
  return { why: `can't be read (${systemErrorInWords(code)})`, remedy: 'Check who may read them.' };
}

/** The same for a file that the person has chosen; anything but an error of the system is thrown on. */
export function explainChosenFileError(error: unknown): string {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  const remedy =
    code === 'ENOENT'
      ? 'Choose another one.'
      : (remedies[code] ?? 'Check the disk and the path, then try again.');
  return `The file can't be read or written: ${systemErrorInWords(code)}. ${remedy}`;
}
