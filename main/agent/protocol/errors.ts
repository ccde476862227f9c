// The error classes of the core besides MalformedMessageError (wire.ts): a "no" with its reason.

/** The request was understood and is refused; `message` is for the log and never quotes client data. */
export class RefusedError extends Error {
  override readonly name: string = 'RefusedError';
}

export type RefusalAnswer =
  /** By the person or by a rule. */
  | 'denied'
  /** Nobody answered in time. */
  | 'missed'
  /** Not asked about: too soon after a "no", or too many at once. */
  | 'suppressed';

/** Refused because of the person: they or their rule said no, nobody answered in time, or they were not even asked. */
export class NotAllowedError extends RefusedError {
  override readonly name = 'NotAllowedError';
  readonly answer: RefusalAnswer;

  constructor(answer: RefusalAnswer, message: string) {
    super(message);
    this.answer = answer;
  }
}

/** The last who waited for an answer has left while the person was asked. */
export class AbandonedError extends RefusedError {
  override readonly name = 'AbandonedError';
}

/** For messages of errors caught as `unknown`. */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
