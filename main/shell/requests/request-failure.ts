// A request of a window that can't be done for a reason the person can understand.

/** `message` is shown to the person: what happened, what it means, what to do. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
}
