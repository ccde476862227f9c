// Values between the worlds as JSON, with byte arrays and undefined. Electron clones structures; like it, this
// refuses functions.

interface Encoded {
  readonly $bytes?: string;
  readonly $undefined?: true;
}

/** Throws for what Electron's structured clone could not carry either. */
export function encodeValue(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'function') throw new Error('An object could not be cloned.');
    if (inner instanceof Uint8Array)
      return { $bytes: Buffer.from(inner).toString('base64') } satisfies Encoded;
    return inner === undefined ? ({ $undefined: true } satisfies Encoded) : inner;
  });
}

export function decodeValue(text: string): unknown {
  return JSON.parse(text, (_key, inner: Encoded | null) => {
    if (typeof inner !== 'object' || inner === null) return inner;
    if (inner.$bytes !== undefined) return new Uint8Array(Buffer.from(inner.$bytes, 'base64'));
    return inner.$undefined ? undefined : inner;
  });
}

/** The same two functions as source text for a page: `encode` and `decode`. */
export const pageWireFormat = `
  const encode = (value) => JSON.stringify(value, (key, inner) => {
    if (inner instanceof Uint8Array) return { $bytes: btoa(Array.from(inner, (b) => String.fromCharCode(b)).join('')) };
    return inner === undefined ? { $undefined: true } : inner;
  });
  const decode = (text) => JSON.parse(text, (key, inner) => {
    if (typeof inner !== 'object' || inner === null) return inner;
    if (inner.$bytes !== undefined) return Uint8Array.from(atob(inner.$bytes), (c) => c.charCodeAt(0));
    return inner.$undefined ? undefined : inner;
  });
`;
