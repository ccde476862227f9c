// What a person is told about a key file that can't be used.

import { MalformedMessageError } from '../../encoding/wire.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../../key-errors.ts';

export type KeyFileErrorCode =
  | 'not-a-key-file'
  | 'unsupported'
  | 'wrong-passphrase'
  | 'corrupt'
  | 'hostile-parameters'
  | 'inconsistent';

/** The message is a sentence or two for the person: what is the matter, what it means, what to do. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly code: KeyFileErrorCode;

  constructor(code: KeyFileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The file's contents are not what its format demands. */
export function corruptFile(): KeyFileError {
  return new KeyFileError(
    'corrupt',
    'This key file is damaged or incomplete. Copy it again from where it came from, or use a backup.',
  );
}

/** Decryption gave no key. Most formats can't tell a wrong passphrase from damage. */
export function wrongPassphrase(): KeyFileError {
  return new KeyFileError(
    'wrong-passphrase',
    'The passphrase does not open this key file. Check the keyboard layout and Caps Lock, and try again.',
  );
}

/** Turns what the parsers throw into what a person is told; errors of other kinds are returned as they are. */
export function asKeyFileError(error: unknown): unknown {
  if (error instanceof MalformedMessageError) return corruptFile();
  if (error instanceof UnsupportedKeyError) {
    return new KeyFileError('unsupported', `This key file can't be used: ${error.message}.`);
  }
  if (error instanceof InconsistentKeyError) {
    return new KeyFileError(
      'inconsistent',
      `This key file contradicts itself: ${error.message}. It may have been tampered with; don't use it.`,
    );
  }
  return error;
}
