// Why something could not be stored, and what to do about it.
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
