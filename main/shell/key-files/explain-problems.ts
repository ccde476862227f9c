// What went wrong with a key file, and why the agent did not take a key, for the person.
import { UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { PolicyError } from '../../agent/consent/rules/policy-store.ts';
import { RefusedError } from '../../agent/protocol/errors.ts';
import { asKeyFileError, KeyFileError } from '../../keys/files/shared/key-file-error.ts';
import { explainChosenFileError } from '../../stored/explain-file-error.ts';
import { KeysTomlError } from '../../stored/keys-toml-file.ts';

/** What went wrong with a key file, as sentences for the person; anything unexpected is thrown on. */
export function explainKeyFileError(error: unknown): string {
  return error instanceof KeyFileError ? error.message : explainChosenFileError(error);
}

/** Sentences for the person; anything unexpected is thrown on. */
export function explainRefusal(error: unknown): string {
  if (error instanceof PolicyError || error instanceof KeysTomlError || error instanceof UntrustedPlaceError)
    return error.message;
  if (error instanceof RefusedError) return `The agent did not take the key: ${error.message}.`;
  return explainKeyFileError(asKeyFileError(error));
}
