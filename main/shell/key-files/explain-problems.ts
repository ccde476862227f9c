// What went wrong with a key file, and why the agent did not take a key, for the person.
import { systemErrorInWords } from '../../../text/system-error.ts';
import { PolicyError } from '../../agent/consent/rules/policy-store.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import { asKeyFileError, KeyFileError } from '../../keys/files/shared/key-file-error.ts';

const remedies: Record<string, string> = {
  ENOENT: 'Choose another one.',
  EACCES: 'Check the permissions.',
  EPERM: 'Check the permissions.',
  ENOSPC: 'Make room and try again.',
};

/** What went wrong with a file, as sentences for the person; anything unexpected is thrown on. */
export function explainFileError(error: unknown): string {
  if (error instanceof KeyFileError) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  const remedy = remedies[code] ?? 'Check the disk and the path, then try again.';
  return `The file can't be read or written: ${systemErrorInWords(code)}. ${remedy}`;
}

/** Sentences for the person; anything unexpected is thrown on. */
export function explainRefusal(error: unknown): string {
  if (error instanceof PolicyError) return error.message;
  if (error instanceof RefusedError) return `The agent did not take the key: ${error.message}.`;
  return explainFileError(asKeyFileError(error));
}
