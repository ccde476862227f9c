// Comments of keys are bytes: clients get them as they are, and people what they most likely mean.

/** UTF-8, else Latin-1, much as Windows' western code page, in which PuTTY before 0.82 wrote; code pages can't be told apart. */
export function commentText(comment: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(comment);
  } catch {
    return Buffer.from(comment.buffer, comment.byteOffset, comment.length).toString('latin1');
  }
}

/** Text stands for its UTF-8. */
export const commentBytes = (comment: Uint8Array | string): Uint8Array =>
  typeof comment === 'string' ? new TextEncoder().encode(comment) : comment;

/** For formats that have no line ends in a comment: spaces stand for them. A copy. */
export const oneLineComment = (comment: Uint8Array | string): Uint8Array =>
  commentBytes(comment).map((byte) => (byte === 0x0a || byte === 0x0d || byte === 0 ? 0x20 : byte));
