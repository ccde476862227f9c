// What a person is told about a key file that can't be used.

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
