// The error classes of the core besides MalformedMessageError (keys/wire.ts): a "no" with its reason.

/** The request was understood and is refused; `message` is for the log and never quotes client data. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** For messages of errors caught as `unknown`. */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
