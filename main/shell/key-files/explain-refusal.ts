// Why the agent did not take a key, for the person who adds it.
import { PolicyError } from '../../agent/consent/rules/policy-store.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import { asKeyFileError } from '../../keys/files/shared/key-file-error.ts';
import { explainFileError } from './open-key-files.ts';

/** Sentences for the person; anything unexpected is thrown on. */
export function explainRefusal(error: unknown): string {
  if (error instanceof PolicyError) return error.message;
  if (error instanceof RefusedError) return `The agent did not take the key: ${error.message}.`;
  return explainFileError(asKeyFileError(error));
}
