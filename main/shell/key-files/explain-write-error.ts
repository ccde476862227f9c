// Why something could not be stored, and what to do about it.
import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';

/** Sentences for the person, after one that says what was not stored. */
export function explainWriteError(error: unknown): string {
  if (error instanceof UntrustedPlaceError) return error.message;
  const { code = 'unknown error', path } = error as NodeJS.ErrnoException;
  const place = path === undefined ? 'where it is kept' : `to ${path}`;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full: make room.';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return `Sallyport may not write ${place} (${code}): check the permissions.`;
    default:
      return `The system can not write ${place} (${code}): check the disk.`;
  }
}
