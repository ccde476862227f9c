// Comments of keys are bytes: clients get them as they are, and people what they most likely mean.

/** UTF-8, else Latin-1, much as Windows' western code page, in which PuTTY before 0.82 wrote; code pages can't be told apart. */
export function commentText(comment: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(comment);
  } catch {
    return Buffer.from(comment.buffer, comment.byteOffset, comment.length).toString('latin1');
  }
}
