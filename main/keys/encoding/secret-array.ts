// Memory for secrets.

/**
 * Zeros outside V8's heap. SECURITY: a short array that is made in another way lies on the heap, where the collector
 * makes copies of it that nobody can wipe.
 */
export function secretArray(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length));
}

/** A copy there, whatever the original is a view of. */
export function secretCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = secretArray(bytes.length);
  copy.set(bytes);
  return copy;
}
