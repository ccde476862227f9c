// Why a key cannot be used. The texts never quote key material.

/** The bytes may be a good key, but of a kind that this agent does not hold. The message says which. */
export class UnsupportedKeyError extends Error {
  override readonly name = 'UnsupportedKeyError';
}

/** The parts of a private key contradict each other, or its public half. */
export class InconsistentKeyError extends Error {
  override readonly name = 'InconsistentKeyError';
}
